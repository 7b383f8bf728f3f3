"""Workload (b): x.T[0, 3]."""
import dask
import dask.array as da


def workload(args):
    def run():
        x = da.random.random((20000, 20000), chunks=(1000, 1000))
        return x.T[0, 3].compute()
    dask.config.set(scheduler="threads", num_workers=args.workers)
    return run
