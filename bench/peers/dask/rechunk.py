"""Workload (e): blocks of rows become blocks of columns, and are summed."""
import dask
import dask.array as da


def workload(args):
    def run():
        x = da.random.random((20000, 20000), chunks=(1000, 20000))
        return x.rechunk((20000, 1000)).sum(1).sum().compute()
    dask.config.set(scheduler="threads", num_workers=args.workers)
    return run
