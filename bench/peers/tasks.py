#!/usr/bin/env python3
"""dask's threads in the per-task rows: SHAPE N THREADS, one request a line.

The answer is ns a task of get() on a plain dict, twice, as dask orders the graph and runs it in one call; 0 for
bytes, which are not measured; and the sum of the values.
"""
import sys
import time

import dask.threaded


def body(*preds):
    x = 1
    for p in preds:
        x += p & 0xFF
    return x


def predecessors(shape, n):
    if shape == "independent":
        return [()] * n
    if shape == "chain":
        return [()] + [(i - 1,) for i in range(1, n)]
    if shape == "tree":
        leaves = 1
        while leaves * 4 - 1 <= n:
            leaves *= 2
        return [()] * leaves + [(2 * (i - leaves), 2 * (i - leaves) + 1) for i in range(leaves, 2 * leaves - 1)]
    if shape == "wavefront":
        side = int(n**0.5)
        return [((i - 1) * side + j,) * (i > 0) + (i * side + j - 1,) * (j > 0) for i in range(side) for j in range(side)]
    return list(random_predecessors(n))


def random_predecessors(n):
    x, mask = 88172645463325252, (1 << 64) - 1

    def step():
        nonlocal x
        x ^= (x << 13) & mask
        x ^= x >> 7
        x ^= (x << 17) & mask
        return x

    for i in range(n):
        preds, last = (), -1
        for _ in range(0 if i == 0 else step() % 4):
            p = i - 1 - step() % min(i, 1000)
            if p != last:
                preds += (p,)
            last = p
        yield preds


for line in sys.stdin:
    shape, n, threads = line.split()
    preds = predecessors(shape, int(n))
    graph = {("x", i): (body,) + tuple(("x", p) for p in ps) for i, ps in enumerate(preds)}
    keys = list(graph)
    start = time.perf_counter()
    values = dask.threaded.get(graph, keys, num_workers=int(threads))
    took = (time.perf_counter() - start) * 1e9 / len(graph)
    print("ok", took, took, 0, sum(values), flush=True)
