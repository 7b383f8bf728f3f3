"""Workload (g): ten steps of a stencil of five points, and the sum."""
import dask
import dask.array as da


def step(b):
    o = b.copy()
    o[1:-1, 1:-1] = 0.2 * (b[1:-1, 1:-1] + b[:-2, 1:-1] + b[2:, 1:-1] + b[1:-1, :-2] + b[1:-1, 2:])
    return o


def workload(args):
    def run():
        x = da.random.random((8000, 8000), chunks=(1000, 1000))
        for _ in range(10):
            x = da.map_overlap(step, x, depth=1, boundary=0.0, dtype=float)
        return x.sum().compute()
    dask.config.set(scheduler="threads", num_workers=args.workers)
    return run
