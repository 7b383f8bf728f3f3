#!/usr/bin/env python3
"""Runs one workload and prints, as one line of JSON, what it took and the numbers by which its result is compared.

usage: run.py FOLDER NAME [--workers N] [--input FILE] [--output FILE]

FOLDER/NAME.py has a function workload(args) that returns a function without arguments, which does all the work:
what workload itself does (imports, compiling for numba and JAX) is not timed.
"""
import argparse
import importlib.util
import json
import os
import pathlib
import resource
import time


def usage():
    r = resource.getrusage(resource.RUSAGE_SELF)
    return r.ru_utime + r.ru_stime


def peak():
    """The peak since the program of this process started, in MiB."""
    for line in open("/proc/self/status"):
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    p = argparse.ArgumentParser()
    p.add_argument("folder")
    p.add_argument("name")
    p.add_argument("--workers", type=int, default=2)
    p.add_argument("--input")
    p.add_argument("--output")
    args = p.parse_args()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1" if args.folder.endswith("dask") else str(args.workers))
    os.environ.setdefault("NUMBA_NUM_THREADS", str(args.workers))
    spec = importlib.util.spec_from_file_location(args.name, pathlib.Path(args.folder) / (args.name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    work = module.workload(args)
    base, cpu, start = peak(), usage(), time.perf_counter()
    result = work()
    wall, cpu = time.perf_counter() - start, usage() - cpu
    values = []
    if result is not None:
        import numpy as np
        r = np.asarray(result, dtype=float)
        values = r.ravel().tolist() if r.size <= 16 else [float(r.mean())]
    print(json.dumps(dict(wall=wall, cpu=cpu, base=base, peak=peak(), values=values)), flush=True)


if __name__ == "__main__":
    main()
