"""Workload (c) in NumPy, the whole array in memory."""
import numpy as np


def workload(args):
    def run():
        x = np.random.default_rng(1).random((20000, 20000))
        return ((x - x.mean(0)) / x.std(0)).sum()
    return run
