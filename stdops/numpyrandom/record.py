"""Writes testdata/dask.json, the numbers of dask that the tests compare with: python record.py > testdata/dask.json

It needs dask and NumPy.
"""

import json

import dask.array as da
import numpy as np

N = 3000  # numbers in a block
BLOCKS = 70


def numbers(x):
    """The first, the last and a later block, exactly: floats in hexadecimal."""
    x = x.compute(scheduler="sync").reshape(BLOCKS, N)
    rows = [x[0, :40], x[0, -N // 2 :: 97], x[1, ::151], x[BLOCKS - 1, ::151]]
    convert = (lambda v: str(int(v))) if x.dtype.kind == "i" else (lambda v: float(v).hex())
    return [[convert(v) for v in row] for row in rows]


def record(make, seed):
    shape, chunks = BLOCKS * N, N
    out = []

    def add(name, arguments, x):
        out.append({"name": name, "arguments": arguments, "rows": numbers(x)})

    rng = make(seed)
    add("random", [], rng.random(shape, chunks=chunks))
    add("normal", [], rng.standard_normal(shape, chunks=chunks))
    add("exponential", [], rng.standard_exponential(shape, chunks=chunks))
    integers = rng.integers if hasattr(rng, "integers") else rng.randint
    for low, high in [(0, 10), (-5, -4), (0, 2**32), (3, 2**31 + 5), (-(2**62), 2**62), (0, 2**63 - 1)]:
        add("integers", [str(low), str(high)], integers(low, high, size=shape, chunks=chunks, dtype=np.int64))
    add("normal", [], rng.standard_normal(shape, chunks=chunks))
    return out


print(
    json.dumps(
        {
            "numbers": N,
            "blocks": BLOCKS,
            "generators": [
                {"name": "mt19937", "seed": str(seed), "arrays": record(da.random.RandomState, seed)} for seed in (0, 42, 2**32 - 1)
            ]
            + [{"name": "pcg64", "seed": str(seed), "arrays": record(da.random.default_rng, seed)} for seed in (0, 42, 2**64 - 1)],
        }
    )
)
