"""Workload (a) in NumPy, the whole array in memory."""
import numpy as np


def workload(args):
    def run():
        x = np.random.default_rng(1).random((20000, 20000))
        return (x + x.T).mean(0)
    return run
