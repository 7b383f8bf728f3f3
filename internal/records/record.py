"""Records what NumPy computes for every op, for the tests to compare with.

    python3 record.py          # needs numpy 2.4; writes numpy.json.gz

Arguments and results have the form of arguments in graph.json. An elementwise
op is recorded on all combinations of a set of values per dtype: the operands
have the shapes (n, 1, 1), (n, 1) and (n,), so that broadcasting is tested with
them. float16 does not exist here: where NumPy gives float16, the record is of
the arguments converted to float32.
"""
import base64, gzip, io, json, math, warnings
import numpy as np

warnings.simplefilter("ignore")
np.seterr(all="ignore")
records = []

DTYPES = "bool int8 uint8 int16 uint16 int32 uint32 int64 uint64 float32 float64 complex64 complex128".split()
BOOL, INTS, FLOATS, COMPLEX = DTYPES[:1], DTYPES[1:9], DTYPES[9:11], DTYPES[11:]
REAL = BOOL + INTS + FLOATS
nan, inf = math.nan, math.inf


def arg(x):
    """x in the form of an argument."""
    if isinstance(x, (np.ndarray, np.generic)):
        x = np.asarray(x)
        assert x.dtype.name in DTYPES, x.dtype
        data = base64.b64encode(np.ascontiguousarray(x).astype(x.dtype.newbyteorder("<")).tobytes()).decode()
        return {"array": {"dtype": x.dtype.name, "shape": list(x.shape), "data": data}}
    if x is None or isinstance(x, (bool, int, str)):
        return x
    if isinstance(x, float):
        return {"float": repr(x)}
    if isinstance(x, complex):
        return {"complex": [arg(x.real), arg(x.imag)]}
    if isinstance(x, list):
        return [arg(v) for v in x]
    if isinstance(x, tuple):
        return {"tuple": [arg(v) for v in x]}
    if isinstance(x, dict):
        return {"dict": [[arg(k), arg(v)] for k, v in x.items()]}
    if isinstance(x, slice):
        return {"slice": [arg(x.start), arg(x.stop), arg(x.step)]}
    if x is Ellipsis:
        return {"ellipsis": True}
    if isinstance(x, np.dtype):
        return {"dtype": x.name}
    raise TypeError(repr(x))


def add(op, f, args, ulp=0, atol=0.0, **kwargs):
    """Records f(*args, **kwargs), or that it is an error."""
    r = {"op": op, "args": [arg(a) for a in args]}
    if kwargs:
        r["kwargs"] = {k: arg(v) for k, v in kwargs.items()}
    try:
        result = f(*args, **kwargs)
        if getattr(result, "dtype", None) == np.float16:
            args = [a.astype("f4") if isinstance(a, np.ndarray) and a.dtype.itemsize == 1 else a for a in args]
            result = f(*args, **kwargs)
        r["result"] = arg(result)
    except (TypeError, ValueError, IndexError, OverflowError, KeyError, ZeroDivisionError):
        r["error"] = True
    if ulp:
        r["ulp"] = ulp
    if atol:
        r["atol"] = atol
    records.append(r)


def ints(d):
    info = np.iinfo(d)
    small = [0, 1, 2, 3, 7, 13, 100, info.max, info.max - 1]
    return small + ([-1, -2, -3, -7, -100, info.min, info.min + 1] if info.min else [info.max // 2 + 1])


def floats(d):
    big, tiny = (1e30, 1e-40) if d == "float32" else (1e300, 1e-310)
    pos = [0.0, 0.1, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 7.25, 100.7, 1e10, big, tiny, inf]
    return pos + [-x for x in pos] + [nan, 0.999, 1.0000001, 1e-3, 88.5]


COMPLEXES = [0, 1, -1, 1j, -1j, 1 + 2j, -3 + 0.5j, 0.1 - 0.2j, -2.5 - 3.5j, 0.5, -0.75j, 1 + 1e-4j, 1e-3 - 1e-3j, 30 - 2j, 1e5 + 1e-5j]
WILD = [complex(*z) for z in [(inf, 0), (nan, 1), (1, -inf), (-inf, inf), (0, nan), (-0.0, -0.0), (nan, nan)]]


def values(d, few=False):
    if d == "bool":
        v = [False, True]
    elif d in INTS:
        v = ints(d)
    elif d in FLOATS:
        v = floats(d)
        if few:
            v = v[::3] + [nan, inf]
    else:
        v = COMPLEXES
    return np.array(v, d)


def column(x, n):
    """x with n axes of length 1 behind it."""
    return x.reshape(x.shape + (1,) * n)


def unary(op, f, dtypes, ulp=0, wild=True, atol=(0.0, 0.0)):
    """atol: absolute tolerance in single and in double precision"""
    for d in dtypes:
        add(op, f, [values(d)], ulp, atol[d not in ("float32", "complex64")])
        if wild and d in COMPLEX:
            add(op, f, [np.array(WILD, d)], ulp)
    d = dtypes[-1]
    add(op, f, [values(d)[1:2].reshape(())], ulp)
    add(op, f, [np.zeros((0, 3), d)], ulp)


MIXED = [("bool", "int8"), ("int8", "uint8"), ("uint8", "int16"), ("int32", "uint32"), ("int64", "uint64"), ("uint64", "int8"),
         ("int16", "float32"), ("int32", "float32"), ("uint64", "float64"), ("bool", "float32"), ("float32", "float64")]
MIXEDC = [("float64", "complex64"), ("int8", "complex64"), ("int64", "complex64"), ("float32", "complex64"), ("complex64", "complex128")]
WEAK = [True, 2, 0, 3.5, -1.0]


def binary(op, f, dtypes, ulp=0, wild=False, weak=WEAK, few=True):
    for d in dtypes:
        x = values(d, few)
        add(op, f, [column(x, 1), x], ulp)
        if wild and d in COMPLEX:
            w = np.array(WILD + COMPLEXES[:6], d)
            add(op, f, [column(w, 1), w], ulp)
        for s in weak:
            add(op, f, [x, s], ulp)
            add(op, f, [s, x], ulp)
    for a, b in MIXED + MIXEDC:
        if a in dtypes and b in dtypes:
            add(op, f, [column(values(a, few), 1), values(b, few)], ulp)
            add(op, f, [values(b, few), column(values(a, few), 1)], ulp)
    d = dtypes[-1]
    add(op, f, [np.zeros((0, 2), d), np.ones((1,), d)], ulp)
    add(op, f, [np.ones((), d), np.ones((2, 1), d)], ulp)
    add(op, f, [np.ones((2,), d), np.ones((3,), d)], ulp)


def arithmetic():
    for op in "add subtract multiply".split():
        binary(op, getattr(np, op), DTYPES, ulp=2 if op == "multiply" else 0)
    binary("divide", np.divide, DTYPES, ulp=2)
    for op in "floor_divide remainder fmod".split():
        binary(op, getattr(np, op), BOOL + INTS + FLOATS)
    binary("float_power", np.float_power, REAL, ulp=4)
    for d in COMPLEX:
        add("float_power", np.float_power, [column(values(d), 1), values(d)], 512)
    power()
    for op in "negative positive sign square reciprocal".split():
        unary(op, getattr(np, op), DTYPES, ulp=2 if op in ("reciprocal", "sign", "square") else 0)
    unary("absolute", np.absolute, DTYPES, ulp=1)
    unary("inc", lambda x: x + 1, DTYPES)
    unary("fabs", np.fabs, REAL)


def power():
    for d in INTS:
        x, n = values(d), np.array([0, 1, 2, 3, 5, 63], d)
        add("power", np.power, [column(x, 1), n])
        for s in [0, 2, 3, -1, 0.5, 2.0]:
            add("power", np.power, [x, s], 4)
        add("power", np.power, [x, np.array(-1, d if d[0] == "i" else "i8")], 2)
    for d in FLOATS + COMPLEX:
        x = values(d)
        # complex64: from complex128, as the C library's cpowf is inexact
        f = np.power if d != "complex64" else lambda a, b: np.power(a.astype("c16"), b).astype("c8")
        add("power", f, [column(x, 1), x], 512 if d in COMPLEX else 4)
        for s in [0, 1, 2, 3, -1, 0.5, 2.0, -2.5, 10]:
            add("power", np.power, [x, s], 16 if d in COMPLEX else 4)
    x = np.array([1.0001, 0.9999, 1.5, 123.456, 1e-5])
    add("power", np.power, [column(x, 1), np.array([1e5, -1e5, 1e3, 0.1, 33.3, -17, 1e6])], 4)
    for a, b in MIXED:
        if "uint64" not in (a, b):
            add("power", np.power, [column(values(a), 1), np.array([0, 1, 2, 3], b)], 4)
    add("power", np.power, [np.array([True, False]), np.array([True, False])])


def logic():
    for op in "equal not_equal less less_equal greater greater_equal".split():
        binary(op, getattr(np, op), DTYPES, wild=True, weak=WEAK + [300, -1])
        for d in INTS + FLOATS:
            for s in [2**63, -(2**63)]:
                add(op, getattr(np, op), [values(d), s])
    for op in "logical_and logical_or logical_xor".split():
        binary(op, getattr(np, op), DTYPES, wild=True)
    unary("logical_not", np.logical_not, DTYPES)
    for op in "bitwise_and bitwise_or bitwise_xor".split():
        binary(op, getattr(np, op), BOOL + INTS, weak=[True, 2, 5])
        add(op, getattr(np, op), [np.ones(2), np.ones(2)])
    for op in "left_shift right_shift".split():
        binary(op, getattr(np, op), BOOL + INTS, weak=[0, 3])
        for d in INTS:
            x = np.array([0, 1, 7, 8, 15, 31, 33, 63, 64], d)
            add(op, getattr(np, op), [column(values(d), 1), x])
    unary("invert", np.invert, BOOL + INTS)


# What Go's and NumPy's functions may differ by, in units of the last place.
MATH_ULP = 4
REAL_MATH = "cbrt"
COMPLEX_MATH = """sqrt exp exp2 expm1 log log2 log10 log1p sin cos tan arcsin arccos arctan sinh cosh tanh
arcsinh arccosh arctanh rint""".split()


def math_functions():
    for op in COMPLEX_MATH:
        ulp = 0 if op in ("sqrt", "rint") else 64 if op == "tan" else MATH_ULP
        unary(op, getattr(np, op), REAL, ulp, atol=(0, 2e-16 if op in ("sin", "cos") else 0))
        atol = (1e-6, 1e-15) if op == "log1p" else (0, 0)  # NumPy's is log(hypot(1 + x, y))
        unary(op, getattr(np, op), COMPLEX, 0 if op == "rint" else 16, wild=False, atol=atol)
        wild_complex(op)
    unary("cbrt", np.cbrt, REAL, ulp=MATH_ULP)
    for op in "degrees radians".split():
        unary(op, getattr(np, op), FLOATS + INTS[:2], ulp=MATH_ULP)
    unary("sinc", lambda x: np.sinc(x.astype("f8")).astype(x.dtype), FLOATS, ulp=MATH_ULP, atol=(1e-9, 1e-15))
    for op in "arctan2 hypot logaddexp logaddexp2 heaviside copysign nextafter".split():
        exact = op in ("heaviside", "copysign", "nextafter")
        binary(op, getattr(np, op), REAL, ulp=0 if exact else MATH_ULP)
    unary("spacing", np.spacing, FLOATS)
    for d in FLOATS + ["int8", "int32"]:
        x, n = values(d), np.array([0, 1, -1, 10, -1000, 1000, 2000])
        add("ldexp", np.ldexp, [column(x, 1), n])
        add("ldexp", np.ldexp, [x, 3])
        add("ldexp", np.ldexp, [column(x, 1), n.astype("i4")])
    for op in "gcd lcm".split():
        binary(op, getattr(np, op), BOOL + INTS, weak=[2, 12])
    for op in "floor ceil trunc".split():
        unary(op, getattr(np, op), REAL)


# Special values of complex functions of which C99 leaves the sign or the kind
# open, and C libraries differ.
def wild_complex(op):
    for d in COMPLEX:
        add(op, getattr(np, op), [np.array(WILD, d)], 4)


def selection():
    for op in "minimum maximum fmin fmax".split():
        binary(op, getattr(np, op), DTYPES, ulp=0.5, wild=True)  # either zero
    for op in "isnan isinf isfinite iscomplex isreal".split():
        unary(op, getattr(np, op), DTYPES)
    unary("signbit", np.signbit, REAL)
    for op in "real imag conjugate nan_to_num".split():
        unary(op, getattr(np, op), DTYPES)
    unary("angle", np.angle, DTYPES, ulp=2)
    for d in DTYPES:
        x = values(d)
        lo, hi = np.array(2 if d not in BOOL else 0, d), np.array(7 if d not in BOOL else 1, d)
        add("clip", np.clip, [x, lo, hi])
        add("clip", np.clip, [x, column(x[:4], 1), column(x[-4:], 1)])
        add("clip", np.clip, [x, None, hi])
        add("clip", np.clip, [x, lo, None])
        for bounds in [(1, 3), (None, 3), (0, None), (0.5, 2.5), (0, 300), (-300, 2)]:
            if d not in BOOL:
                add("clip", np.clip, [x, *bounds], 0.5)
    condition = np.array([[True], [False], [True]])
    for d in DTYPES:
        x = values(d)
        add("where", np.where, [condition, x, x[::-1].copy()])
        add("where", np.where, [x, 1, 2])
        for s in [1, 2.5, True]:
            add("where", np.where, [condition, x, s])
            add("where", np.where, [condition, s, x])
    for a, b in MIXED + MIXEDC:
        add("where", np.where, [condition, values(a)[:2], values(b)[:2]])
    add("where", np.where, [np.array([0.0, nan, -0.0, 2.0]), 1.5, np.float32(2)])


def casts():
    for a in DTYPES:
        for b in DTYPES:
            x = values(a)
            if a in FLOATS and b in INTS:  # one by one: vector loops differ where the result is out of range
                x = np.array([v for v in x])
                r = np.array([np.array([v]).astype(b)[0] for v in x], b)
                add("astype", lambda x, d: r, [x, np.dtype(b)])
                continue
            if a in COMPLEX and b in INTS:
                x = x[:12]
            add("astype", lambda x, d: x.astype(d), [x, np.dtype(b)])
    for name, f in [("int", np.int64), ("float", np.float64), ("bool", np.bool_), ("complex", np.complex128)]:
        for d in ["bool", "int32", "uint8", "float32"]:
            x = values(d)
            if d == "float32":
                x = x[:11]
            add(name, lambda x: x.astype(f), [x])
    for s in [True, 3, -2.75, 2.5]:
        add("int", int, [s]), add("float", float, [s]), add("bool", bool, [s]), add("complex", complex, [s])


def rounding():
    for d in REAL:
        x = values(d)
        for n in [0, 1, 2, -1, -2]:
            if d in BOOL and n:
                continue
            if d in INTS and n < 0:  # scaling the largest ones in float64 overflows: undefined
                x = np.array([v for v in x if abs(int(v)) < 2**62 and abs(int(v)) < np.iinfo(d).max - 60], d)
            add("round", np.round, [x, n], 1 if n else 0)
    for d in COMPLEX:
        for n in [0, 2, -1]:
            add("round", np.round, [values(d), n], 1)
    add("round", np.round, [np.array([0.5, 1.5, 2.5, -0.5, 2.675])])
    add("round", np.round, [np.array([1.005, 2.675, 1234.5678]), 2])


def python_scalars():
    for op, f in [("add", lambda a, b: a + b), ("subtract", lambda a, b: a - b), ("multiply", lambda a, b: a * b),
                  ("divide", lambda a, b: a / b), ("floor_divide", lambda a, b: a // b), ("remainder", lambda a, b: a % b),
                  ("power", lambda a, b: a**b), ("less", lambda a, b: a < b), ("equal", lambda a, b: a == b)]:
        for a, b in [(1, 10), (7, -2), (-7, 2), (2.5, 2), (True, 3), (True, True), (-7.5, -2.0), (2, 3)]:
            if not (op == "power" and b < 0 and isinstance(a, int)):
                add(op, f, [a, b], 2)
    add("power", lambda a, b: a**b, [2, -2])
    for op, f in [("negative", lambda a: -a), ("absolute", abs), ("inc", lambda a: a + 1), ("positive", lambda a: +a)]:
        for a in [3, -3, 2.5, True]:
            add(op, f, [a])
    add("invert", lambda a: ~a, [True]), add("invert", lambda a: ~a, [6])
    for op in "sqrt exp log floor".split():
        f = getattr(math, op)
        add(op, (lambda g: lambda x: float(g(x)))(f), [6.25], 1)
    add("bitwise_and", lambda a, b: a & b, [6, 3]), add("bitwise_and", lambda a, b: a & b, [True, False])
    add("logical_not", lambda a: not a, [0])
    add("isnan", math.isnan, [nan])
    add("complex", complex, [2.5])


def write(path="numpy.json.gz"):
    lines = ",\n".join(json.dumps(r, separators=(",", ":")) for r in records)
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0, compresslevel=9) as z:
        z.write(("[\n" + lines + "\n]\n").encode())
    with open(path, "wb") as f:
        f.write(out.getvalue())
    print(len(records), "records,", len(out.getvalue()), "bytes")


if __name__ == "__main__":
    arithmetic(), logic(), math_functions(), selection(), casts(), rounding(), python_scalars()
    write()
