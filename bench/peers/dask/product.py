"""Workload (d): (x @ x).sum()."""
import dask
import dask.array as da


def workload(args):
    def run():
        x = da.random.random((8000, 8000), chunks=(1000, 1000))
        return (x @ x).sum().compute()
    dask.config.set(scheduler="threads", num_workers=args.workers)
    return run
