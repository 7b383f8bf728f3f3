"""Workload (g) in numba: two whole arrays, in turn."""
import numba
import numpy as np
from numba import njit, prange


@njit(parallel=True, fastmath=True)
def fill(x):
    for i in prange(1, x.shape[0] - 1):
        for j in range(1, x.shape[1] - 1):
            x[i, j] = np.random.random()


@njit(parallel=True, fastmath=True)
def step(b, o):
    for i in prange(1, b.shape[0] - 1):
        for j in range(1, b.shape[1] - 1):
            o[i, j] = 0.2 * (b[i, j] + b[i - 1, j] + b[i + 1, j] + b[i, j - 1] + b[i, j + 1])


@njit(parallel=True, fastmath=True)
def total(x):
    s = 0.0
    for i in prange(x.shape[0]):
        for j in range(x.shape[1]):
            s += x[i, j]
    return s


def steps(n):
    x, y = np.zeros((n + 2, n + 2)), np.zeros((n + 2, n + 2))
    fill(x)
    for _ in range(10):
        step(x, y)
        x, y = y, x
    return total(x)


def workload(args):
    numba.set_num_threads(args.workers)
    steps(2)  # compiles
    return lambda: steps(8000)
