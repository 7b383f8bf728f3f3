"""Workload (h) in numba: the loop that one would write, which needs no arrays."""
import numba
import numpy as np
from numba import njit, prange


@njit(parallel=True, fastmath=True)
def total(rows, cols):
    s = 0.0
    for i in prange(rows):
        for j in range(cols):
            x, y = np.random.random(), np.random.random()
            z = np.sqrt(x * y + 1)
            z = np.sqrt(z * y + 1)
            z = np.sqrt(z * x + 1)
            s += z - 0.5
    return s


def workload(args):
    numba.set_num_threads(args.workers)
    total(2, 2)  # compiles
    return lambda: total(20000, 20000)
