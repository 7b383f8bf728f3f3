"""Workload (i): three quantiles of 10^8 numbers. dask's are approximate."""
import dask
import dask.array as da


def workload(args):
    def run():
        x = da.random.random(100000000, chunks=1000000)
        return da.percentile(x, [5, 50, 99]).compute()
    dask.config.set(scheduler="threads", num_workers=args.workers)
    return run
