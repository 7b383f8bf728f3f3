"""Workload (d) in NumPy: its OpenBLAS on all cores."""
import numpy as np


def workload(args):
    def run():
        x = np.random.default_rng(1).random((8000, 8000))
        return (x @ x).sum()
    return run
