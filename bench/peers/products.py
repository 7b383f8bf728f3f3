#!/usr/bin/env python3
"""NumPy in the rows of products: DTYPE M K N TA TB THREADS SECONDS, one request a line.

usage: products.py THREADS
"""
import os
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = sys.argv[1]
import numpy as np


def operand(n, mult, dtype):
    i = np.arange(n, dtype=np.uint32)
    return ((i * np.uint32(mult) + np.uint32(12345)) / 2**32 - 0.5).astype(dtype)


for line in sys.stdin:
    dtype, *sizes, seconds = line.split()
    m, k, n, ta, tb, _ = map(int, sizes)
    a, b = operand(m * k, 2654435761, dtype), operand(k * n, 1597334677, dtype)
    a = a.reshape(k, m).T if ta else a.reshape(m, k)
    b = b.reshape(n, k).T if tb else b.reshape(k, n)
    c = a @ b
    took, start = [], time.perf_counter()
    while len(took) < 3 or time.perf_counter() - start < float(seconds):
        t = time.perf_counter()
        np.matmul(a, b, out=c)
        took.append(time.perf_counter() - t)
    print("ok", 2 * m * n * k / sorted(took)[len(took) // 2] / 1e9, float(c[0, 0]), float(c[-1, -1]), flush=True)
