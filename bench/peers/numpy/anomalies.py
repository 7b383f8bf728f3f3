"""Workload (j) in NumPy, by mapped files."""
import numpy as np


def workload(args):
    def run():
        x = np.load(args.input, mmap_mode="r")
        out = np.lib.format.open_memmap(args.output, mode="w+", dtype=x.dtype, shape=x.shape)
        np.subtract(x, x.mean(0), out=out)
        out.flush()  # as durable as what the other contestants write
    return run
