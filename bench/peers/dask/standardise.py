"""Workload (c): ((x - x.mean(0)) / x.std(0)).sum()."""
import dask
import dask.array as da


def workload(args):
    def run():
        x = da.random.random((20000, 20000), chunks=(1000, 1000))
        return ((x - x.mean(0)) / x.std(0)).sum().compute()
    dask.config.set(scheduler="threads", num_workers=args.workers)
    return run
