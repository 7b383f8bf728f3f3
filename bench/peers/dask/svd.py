"""Workload (f): the singular values of a tall matrix."""
import dask
import dask.array as da


def workload(args):
    def run():
        x = da.random.random((2000000, 100), chunks=(100000, 100))
        return da.linalg.svd(x)[1].compute()[:16]
    dask.config.set(scheduler="threads", num_workers=args.workers)
    return run
