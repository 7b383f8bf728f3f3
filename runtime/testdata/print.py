"""Writes print.json: how NumPy 2 prints arrays, for TestPrintAsNumPy."""

import base64
import json
import random

import numpy as np

random.seed(1)
cases = []


def add(a):
    a = np.ascontiguousarray(a) if np.ndim(a) else np.asarray(a)
    cases.append(
        {
            "dtype": a.dtype.name,
            "shape": list(a.shape),
            "data": base64.b64encode(a.tobytes()).decode(),
            "str": str(a),
            "repr": repr(a) if a.ndim else "",
        }
    )


def number(kind):
    if kind == 0:
        return random.choice([0.0, -0.0, 1.0, -1.0, 0.5, 100.0, 1e5])
    if kind == 1:
        return random.uniform(-1, 1)
    if kind == 2:
        return random.uniform(-1, 1) * 10.0 ** random.randint(-12, 20)
    if kind == 3:
        return random.choice([float("nan"), float("inf"), float("-inf"), 1.5, -2.25])
    if kind == 4:
        return round(random.uniform(0, 1000), random.randint(0, 4))
    if kind == 5:
        return float(random.randint(-(10**9), 10**9))
    return random.uniform(-1, 1) * 10.0 ** random.randint(-300, 300)


def numbers(n):
    kinds = random.sample(range(7), random.choice([1, 1, 2, 3]))
    return [number(random.choice(kinds)) for _ in range(n)]


def shape():
    return random.choice([(), (1,), (3,), (7,), (2, 2), (4, 3), (2, 1, 3), (1, 1), (2, 2, 2, 2), (25,), (3, 30)])


with np.errstate(all="ignore"):
    for dtype in ["float64", "float32", "complex128", "complex64"]:
        for _ in range(50):
            s = shape()
            n = int(np.prod(s, dtype=int))
            a = np.array(numbers(n))
            if dtype[0] == "c":
                a = a + 1j * np.array(numbers(n))
            add(a.astype(dtype).reshape(s))
    for e in [0.0001, 0.00009999, 999.9, 1000.0, 1000.1, 1e6, 999999.0, 1e7, 99999999.0, 1e8, 1e15, 1e16, 5e-324, 1.7e308]:
        for dtype in ["float64", "float32"]:
            add(np.array([1.0, e]).astype(dtype))
            add(np.array([e]).astype(dtype))
            add(np.array(e).astype(dtype))
            add(np.array(e - 1j).astype("complex64" if dtype == "float32" else "complex128"))

for dtype in ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]:
    info = np.iinfo(dtype)
    add(np.array([info.min, 0, info.max], dtype))
    add(np.array(info.max, dtype))
    add(np.arange(24, dtype=dtype).reshape(2, 3, 4))
    add(np.array([[1], [-2 if info.min else 2]], dtype))
    add(np.zeros((0,), dtype))
    add(np.zeros((2, 0), dtype))
add(np.array([True, False]))
add(np.array([[True], [True]]))
add(np.array(True))
add(np.zeros((0, 3)))
add(np.arange(100))
add(np.arange(100.0) / 3)
add(np.arange(100.0).astype("f4") / 3)
add(np.array([np.nan, np.nan]))
add(np.array([np.inf]))
add(np.array([np.nan + 1j, 1 - np.inf * 1j]))
# summarised above 1000 elements
add(np.arange(1000, dtype="i2"))
add(np.arange(1001, dtype="i2"))
add(np.arange(1001) % 2 == 0)
add((np.arange(1200) * 0.37 - 100).astype("f4").reshape(3, 400))
add(np.arange(1200, dtype="u1").reshape(400, 3))
add(np.arange(1331, dtype="i2").reshape(11, 11, 11))
add(np.arange(1600, dtype="i2").reshape(2, 5, 8, 20))
add((np.arange(1200).reshape(4, 300) * 1e6).astype("f4"))
add((np.arange(1001) * (1 + 1e-9j)).astype("c8"))

with open("print.json", "w") as f:
    f.write("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]\n")
