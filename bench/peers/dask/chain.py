"""Workload (h): ten elementwise operations in a row, and the sum."""
import dask
import dask.array as da


def workload(args):
    def run():
        x = da.random.random((20000, 20000), chunks=(1000, 1000))
        y = da.random.random((20000, 20000), chunks=(1000, 1000))
        z = da.sqrt(x * y + 1)
        z = da.sqrt(z * y + 1)
        z = da.sqrt(z * x + 1)
        return (z - 0.5).sum().compute()
    dask.config.set(scheduler="threads", num_workers=args.workers)
    return run
