"""Workload (j): a .npy file less the means of its columns, to another."""
import os

import dask
import dask.array as da
import numpy as np


def workload(args):
    def run():
        x = da.from_array(np.load(args.input, mmap_mode="r"), chunks=(1024, 2048))
        out = np.lib.format.open_memmap(args.output, mode="w+", dtype=x.dtype, shape=x.shape)
        da.store(x - x.mean(0), out, lock=False)
        out.flush()  # as durable as what the other contestants write
    dask.config.set(scheduler="threads", num_workers=args.workers)
    return run
