"""Writes npy.json: files as NumPy writes them, for TestNpyOfNumPy."""

import base64
import io
import json

import numpy as np

cases = []


def add(name, a, version=None):
    f = io.BytesIO()
    np.lib.format.write_array(f, a, version=version)
    native = np.ascontiguousarray(a.astype(a.dtype.newbyteorder("<"))) if a.ndim else a
    cases.append(
        {
            "name": name,
            "dtype": a.dtype.name,
            "shape": list(a.shape),
            "file": base64.b64encode(f.getvalue()).decode(),
            "data": base64.b64encode(native.tobytes()).decode(),
        }
    )


for dtype in "? i1 i2 i4 i8 u1 u2 u4 u8 f4 f8 c8 c16".split():
    a = (np.arange(6) * 7 - (11 if dtype[0] in "if" else 0)).reshape(2, 3).astype(dtype)
    add(dtype + " C order", a)
    add(dtype + " Fortran order", np.asfortranarray(a))
    add(dtype + " big-endian", a.astype(a.dtype.newbyteorder(">")))
add("big-endian Fortran order", np.asfortranarray(np.arange(24.0).reshape(2, 3, 4)).astype(">f8"))
add("rank 0", np.array(1.5))
add("empty", np.zeros((0, 3), "i2"))
add("empty along the last axis", np.zeros((3, 0), "c8"))
add("rank 1", np.arange(5))
add("many axes", np.zeros((1,) * 32, "u1"))
add("version 2", np.arange(4, dtype="f4"), (2, 0))
add("version 3", np.arange(4, dtype="f4"), (3, 0))

with open("npy.json", "w") as f:
    f.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
