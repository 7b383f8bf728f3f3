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
        plain = math.isfinite(x) and (x != 0 or math.copysign(1, x) > 0)
        return x if plain else {"float": repr(x)}
    if isinstance(x, complex):
        return {"complex": [arg(x.real), arg(x.imag)]}
    if isinstance(x, list):
        return [arg(v) for v in x]
    if isinstance(x, tuple):
        return {"tuple": [arg(v) for v in x]}
    if isinstance(x, dict) and "task" in x:
        return x
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
        if np.float16 in [getattr(r, "dtype", None) for r in (result if isinstance(result, tuple) else [result])]:
            args = [a.astype("f4") if isinstance(a, np.ndarray) and a.dtype.itemsize == 1 else a for a in args]
            result = f(*args, **kwargs)
        r["result"] = arg(result)
    except (TypeError, ValueError, IndexError, np.exceptions.AxisError, OverflowError, KeyError, ZeroDivisionError):
        r["error"] = True
    if ulp:
        r["ulp"] = ulp
    if math.isfinite(atol) and atol > 0:
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


def two_results():
    """Ufuncs whose result is a tuple."""
    for op in "frexp modf".split():
        f = getattr(np, op)
        unary(op, f, DTYPES)
        for d in FLOATS:
            info = np.finfo(d)
            x = [info.max, info.min, info.tiny, info.smallest_subnormal, -info.smallest_subnormal, info.eps, 1 - info.epsneg, 2.0**23, 2.0**52 + 1]
            add(op, f, [np.array(x + [-v for v in x], d).reshape(3, 6)])
            add(op, f, [np.array(6.25, d)])
        for s in [6.25, -0.375, 3, True, 0.0, -0.0, 1e300, 5e-324]:
            add(op, getattr(math, op), [s])
    add("modf", math.modf, [-inf]), add("frexp", math.frexp, [nan])
    binary("divmod", np.divmod, DTYPES, few=False)
    for a, b in [(1, 10), (7, -2), (-7, 2), (2.5, 2), (True, 3), (True, True), (-7.5, -2.0), (-0.0, 2), (1, 0.1), (inf, 2.0), (3, inf)]:
        add("divmod", divmod, [a, b])
    x = np.array([10.0, -0.3])
    for i in [0, 1, -1, 2]:
        add("getitem", lambda t, i: np.frexp(x)[i], [nest("frexp", [x]), i])


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


rng = np.random.default_rng(2024)


def sample(d, *shape):
    """Numbers of a moderate size, in dtype d."""
    if d == "bool":
        return rng.random(shape) < 0.5
    if d in INTS:
        return rng.integers(0 if d[0] == "u" else -50, 51, shape).astype(d)
    x = rng.normal(3, 10, shape)
    if d in COMPLEX:
        x = x + 1j * rng.normal(-1, 5, shape)
    return x.astype(d)


def eps(d):
    return 1.2e-7 if d in ("float32", "complex64") else 2.3e-16


AXES = [{}, {"axis": 0}, {"axis": -1, "keepdims": True}, {"axis": (0, 2)}, {"axis": (0, 1, 2), "keepdims": True}]


def reductions():
    for op in "sum prod mean var std min max any all count_nonzero".split():
        f = getattr(np, op)
        for d in DTYPES:
            x = sample(d, 3, 4, 5)
            if op == "prod":
                x = x if d in BOOL + INTS else (x / 10).astype(d)
            if op in ("any", "all"):
                x = sample("bool", 3, 4, 5).astype(d)
            for kw in AXES:
                loose = 64 if op in ("prod", "var", "std", "mean") else 0
                add(op, f, [x], loose, 4 * eps(d) * float(np.abs(x).sum()) if op in ("sum", "mean") else 0.0, **kw)
            add(op, f, [sample(d)], 4)
            add(op, f, [np.zeros((0, 3), d)], axis=1)
            add(op, f, [np.zeros((2, 0), d)], axis=0)
            add(op, f, [np.zeros((2, 0), d)], axis=1)
        add(op, f, [np.ones((2, 3))], axis=2)
        add(op, f, [np.ones((2, 3))], axis=(0, -2))
        for special in [nan, inf, -inf]:
            x = np.array([[1.0, special, 3.0], [4.0, 5.0, 6.0]])
            add(op, f, [x], 4, axis=1)
    for op in "sum prod mean".split():
        for d, out in [("int8", "float32"), ("float32", "float64"), ("float64", "float32"), ("int32", "complex64"), ("int32", "int8"), ("bool", "uint8")]:
            if op != "mean" or out[0] in "fc":
                x = sample(d, 2, 3)
                add(op, getattr(np, op), [x], 64, eps("float32") * 16 * float(np.abs(x).sum()), axis=0, dtype=np.dtype(out))
    for ddof in [1, 2, 6, 7, 0.5]:
        for op in "var std".split():
            add(op, getattr(np, op), [sample("float64", 6, 2)], 64, axis=0, ddof=ddof)
            add(op, getattr(np, op), [sample("complex128", 6, 2)], 64, axis=0, ddof=ddof)
    for op in "var std mean".split():  # a large offset
        add(op, getattr(np, op), [1e9 + rng.normal(size=(50, 2))], 1 << 12, axis=0)
    add("sum", np.sum, [np.array([2**62, 2**62, 5], "i8")])
    add("sum", np.sum, [np.array([255, 255, 255], "u1")])
    add("prod", np.prod, [np.array([2**62, 3], "u8")])
    add("sum", np.sum, [np.full(100_000, 0.1, "f4")], 64)
    add("sum", sum, [[1, 2, 3]]), add("sum", sum, [[1.5, 2]]), add("sum", sum, [[True, True]]), add("prod", math.prod, [[2, 3, 4]])
    x, y = sample("int8", 2, 3), sample("int8", 2, 3)
    add("sum", sum, [[x, y]])
    add("min", min, [[3, 1, 2]]), add("max", max, [[3.5, 1]]), add("any", any, [[False, True]]), add("all", all, [[False, True]])
    add("max", max, [["b", "a", "c"]])
    nan_reductions()


def nan_reductions():
    for op in "nansum nanprod nanmean nanvar nanstd nanmin nanmax".split():
        f = getattr(np, op)
        for d in DTYPES if op in ("nansum", "nanprod") else REAL if op in ("nanmin", "nanmax") else INTS + FLOATS:
            x = sample(d, 3, 4)
            if op == "nanprod" and d not in BOOL + INTS:
                x = (x / 10).astype(d)
            if d in FLOATS + COMPLEX:
                x[1, 2] = nan
                x[:, 3] = nan
            add(op, f, [x], 64, 4 * eps(d) * float(np.nansum(np.abs(x))) if op in ("nansum", "nanmean") else 0.0)
            for axis in [0, 1]:
                add(op, f, [x], 64, 4 * eps(d) * float(np.nansum(np.abs(x))) if op in ("nansum", "nanmean") else 0.0, axis=axis)


def positions():
    for op in "argmin argmax nanargmin nanargmax".split():
        f = getattr(np, op)
        for d in DTYPES if op[0] == "a" else REAL:
            x = sample(d, 3, 4, 5)
            add(op, f, [x]), add(op, f, [x], axis=0), add(op, f, [x], axis=-1, keepdims=True), add(op, f, [sample(d)])
        x = np.array([[3.0, nan, 1.0, nan, 9.0], [1.0, 1.0, 7.0, 7.0, 1.0]])
        for axis in [None, 0, 1]:
            add(op, f, [x], axis=axis)
        add(op, f, [np.full(3, nan)]), add(op, f, [np.zeros((0, 3))], axis=0), add(op, f, [np.zeros((0, 3))], axis=1)
    for d in DTYPES:
        add("numel", lambda a, axis=None: np.asarray(np.ones_like(a, "i8").sum(axis)), [sample(d, 3, 4)], axis=0)
    partials()


def nest(op, args, **kwargs):
    """A nested task: only as an argument of another."""
    return {"task": {"op": op, "args": [arg(a) for a in args], "kwargs": {k: arg(v) for k, v in kwargs.items()}}}


def partials():
    """Tree reductions: the chunk, combine and aggregate steps together."""
    for op, f in [("sum", np.sum), ("prod", np.prod), ("min", np.min), ("max", np.max), ("any", np.any), ("all", np.all), ("nanmin", np.nanmin), ("nanmax", np.nanmax)]:
        x = sample("bool" if op[0] == "a" else "float64", 4, 6)
        parts = [f(x[:, :2], axis=1, keepdims=True), f(x[:, 2:5], axis=1, keepdims=True), f(x[:, 5:], axis=1, keepdims=True)]
        add(op + "_combine", lambda p, **kw: f(np.concatenate(p, 1), axis=1, keepdims=kw.get("keepdims", True)), [parts], 4, 1e-13)
        add(op + "_combine", lambda p, **kw: f(np.concatenate(p, 1), axis=1), [parts], 4, 1e-13, axis=1, keepdims=False)
    for d in ["int16", "float32", "float64", "complex64", "complex128"]:
        x = sample(d, 4, 6)
        chunks = [x[:, :1].copy(), x[:, 1:4].copy(), x[:, 4:].copy()]
        for op, f, chunk in [("mean_agg", np.mean, "mean_chunk"), ("mean_agg", np.mean, "moment_chunk"), ("var_agg", np.var, "moment_chunk"), ("std_agg", np.std, "moment_chunk")]:
            for axis in [1, None]:
                parts = [nest(chunk, [c], axis=axis) for c in chunks]
                kw = {"axis": axis} if op == "mean_agg" else {"axis": axis, "ddof": 1}
                add(op, lambda p, **kw: f(x, **kw), [parts], 64, **kw)
                add(op, lambda p, **kw: f(x, **kw), [[nest("moment_combine", [parts[:2]]), parts[2]]], 64, **kw)
        if d[0] == "c":
            continue
        for op in ["argmin", "argmax", "nanargmin", "nanargmax"]:
            parts = [nest("arg_chunk", [c], axis=1, offset=o, kind=op) for c, o in zip(chunks, [0, 1, 4])]
            add("arg_agg", lambda p, kind, axis: getattr(np, kind)(x, axis), [parts, op], axis=1)
            add("arg_agg", lambda p, kind, axis: getattr(np, kind)(x, axis), [[nest("arg_combine", [parts[:2], op]), parts[2]], op], axis=1)
            parts = [nest("arg_chunk", [c], axis=None, offset=[0, o], kind=op, shape=[4, 6]) for c, o in zip(chunks, [0, 1, 4])]
            add("arg_agg", lambda p, kind: getattr(np, kind)(x), [parts, op])


def contractions():
    def pair(op, a, b, *more, **kw):
        d = np.result_type(a, b).name if isinstance(a, np.ndarray) else a[0].dtype.name
        size = lambda x: float(sum(np.abs(v).sum() for v in x) if isinstance(x, list) else np.abs(x).sum()) if d not in BOOL + INTS else 0.0
        f = {"dotmany": lambda a, b: sum(np.dot(x, y) for x, y in zip(a, b)),
             "tensordotmany": lambda a, b, axes: sum(np.tensordot(x, y, axes) for x, y in zip(a, b))}.get(op) or getattr(np, op)
        add(op, f, [a, b, *more], 8 if size(a) else 0, 8 * eps(d) * size(a) * size(b) if size(a) else 0.0, **kw)

    for d in DTYPES:
        a, b, v, w = sample(d, 4, 3), sample(d, 3, 5), sample(d, 3), sample(d, 5)
        for op in "dot matmul".split():
            pair(op, a, b), pair(op, a, v), pair(op, v, b), pair(op, v, v)
        pair("tensordot", sample(d, 2, 3, 4), sample(d, 4, 3, 2), ((1, 2), (1, 0)) if d != "bool" else 1)
        pair("vdot", a, a.copy()), pair("outer", v, w)
        if d != "bool":
            pair("dotmany", [a, a], [b, b]), pair("tensordotmany", [a, a], [b, b], 1)
    x, y = sample("float64", 2, 3, 4), sample("float64", 4, 5)
    pair("dot", x, y), pair("matmul", x, y), pair("matmul", sample("int32", 2, 1, 3, 4), sample("float32", 5, 4, 2)), pair("matmul", x, sample("float64", 4))
    pair("dot", x, np.array(2.0)), pair("matmul", x, np.array(2.0)), pair("dot", x, x), pair("matmul", x, x)
    pair("tensordot", x, y, 1), pair("tensordot", x, x, 3), pair("tensordot", x, y, 0), pair("tensordot", x, y, (2, 0)), pair("tensordot", x, y, ([-1], [0]))
    pair("tensordot", x, y), pair("tensordot", x, y, (0, 0)), pair("dot", np.zeros((2, 0)), np.zeros((0, 3))), pair("matmul", np.zeros((0, 2)), np.zeros((2, 3)))
    pair("dot", np.array([inf, 1.0]), np.array([0.0, nan])), pair("vdot", x, x), pair("outer", x, y[:2].copy())


def decompositions():
    def positive(a):
        q, r = np.linalg.qr(a)
        signs = np.where(np.diag(r) < 0, -1, 1).astype(r.dtype)
        return q * signs, signs[:, None] * r

    def svd(a, **kw):
        u, s, vh = np.linalg.svd(a, **kw)
        signs = np.where(vh.sum(1) < 0, -1, 1).astype(vh.dtype)
        return u * signs, s, signs[:, None] * vh

    def solved(op, f, *args, **kw):
        add(op, f, list(args), 64, 1e-4 if "float32" in [a.dtype.name for a in args if isinstance(a, np.ndarray)] else 1e-12, **kw)

    for d in REAL:
        square = np.array([[1, 0, 1], [1, 1, 0], [0, 1, 1]]) if d == "bool" else np.array([[4, 1, 2], [1, 5, 3], [2, 3, 6]])
        tall, wide = np.array([[1, 2], [3, 5], [7, 4], [1, 1]]).astype(d), np.array([[3, 1, 2], [0, 1, 5]]).astype(d)
        if d == "bool":
            tall, wide = np.array([[1, 0], [0, 1], [1, 0], [1, 1]]).astype(d), np.array([[1, 1, 0], [0, 1, 1]]).astype(d)
        square = square.astype(d)
        for a in [tall, wide, square]:
            solved("qr", np.linalg.qr, a), solved("svdvals", np.linalg.svdvals, a), solved("tsqr_r", lambda a: positive(a)[1], a)
            solved("tsqr_q", lambda a, w: positive(a)[0] @ w, a, np.arange(min(a.shape) * 2.0).reshape(-1, 2).astype("float32" if d == "float32" else "float64"))
        solved("svd", svd, tall, full_matrices=False), solved("svd", svd, wide, full_matrices=False)
        solved("tsqr_r", lambda p: positive(np.concatenate(p))[1], [tall, tall + tall])
        solved("linalg_inv", np.linalg.inv, square), solved("solve", np.linalg.solve, square, np.arange(3).astype(d if d != "bool" else "int64"))
        solved("solve", np.linalg.solve, square, np.arange(6.0).reshape(3, 2))
        if d != "bool":
            solved("cholesky", np.linalg.cholesky, square), solved("svd", svd, square)
    one, zero = np.ones((2, 2)), np.zeros((2, 2))
    for op, args in [("cholesky", [zero]), ("linalg_inv", [zero]), ("solve", [zero, one]), ("solve", [one[:1], one]), ("linalg_inv", [one[:1]])]:
        add(op, getattr(np.linalg, op.split("_")[-1]), args)


def structural():
    for d in DTYPES:
        x = sample(d, 2, 3, 4)
        add("transpose", np.transpose, [x])
        add("getitem", lambda x, i: x[i], [x, (slice(None, None, -1), 1, slice(3, None, -2))])
        add("reshape", np.reshape, [x, (4, -1)])
        add("concatenate", lambda a, axis: np.concatenate(a, axis), [[x, x]], axis=1)
    x, y = sample("float64", 2, 3, 4), sample("int16", 3, 4)
    for axes in [(1, 0, 2), (-1, 0, 1), (0, 0, 1), (0, 1)]:
        add("transpose", np.transpose, [x], axes=axes)
    add("swapaxes", np.swapaxes, [x, 0, -1]), add("swapaxes", np.swapaxes, [x, 0, 3])
    one = sample("float32", 1, 3, 1)
    add("squeeze", np.squeeze, [one]), add("squeeze", np.squeeze, [one], axis=0), add("squeeze", np.squeeze, [one], axis=(0, -1))
    add("squeeze", np.squeeze, [one], axis=1)
    for axis in [0, -1, (0, 2), 1]:
        add("expand_dims", np.expand_dims, [y, axis])
    add("broadcast_to", np.broadcast_to, [y, (2, 3, 4)]), add("broadcast_to", np.broadcast_to, [one, (2, 3, 5)])
    add("broadcast_to", np.broadcast_to, [y, (2, 3)]), add("broadcast_to", np.broadcast_to, [y, (0, 3, 4)])
    add("flip", np.flip, [x]), add("flip", np.flip, [x], axis=1), add("flip", np.flip, [x], axis=(0, -1))
    for shape in [(24,), (6, 4), (2, -1, 2), (-1,), (5, 5), (1, 24, 1)]:
        add("reshape", np.reshape, [x, shape])
    add("reshape", np.reshape, [np.zeros((0, 3)), (3, 0)]), add("reshape", np.reshape, [sample("int8"), (1, 1)])
    add("ravel", np.ravel, [x]), add("ravel", np.ravel, [sample("int8")])
    rearranging(x)
    joining(x, y)


def rearranging(x):
    for args in [(1,), (-4, 0), (2, -1), ((1, -2), (0, 2)), (5, (0, 1)), (1, 3)]:
        add("roll", np.roll, [x, *args])
    for args in [(2,), (3, 1), (0, 0), (2, -1), (-1, 0), (2, 4)]:
        add("repeat", np.repeat, [x, *args])
    for args in [(), (1,), (-1, 1, 2), (9,), (0, -1, 0), (0, 1, 1)]:
        add("diagonal", np.diagonal, [x, *args]), add("trace", np.trace, [x, *args], 2, 1e-14)
    for d in DTYPES:
        m = sample(d, 3, 4)
        add("trace", np.trace, [m], 2, 1e-6 if d in ("float32", "complex64") else 1e-14), add("diag", np.diag, [m, 1]), add("diag", np.diag, [m[0].copy(), -2])
    add("trace", np.trace, [sample("int8", 3, 3)], dtype=np.dtype("float32")), add("diag", np.diag, [x])


def joining(x, y):
    cat = lambda a, axis=0: np.concatenate(a, axis=axis)
    add("concatenate", cat, [[x, sample("float64", 2, 5, 4)]], axis=1)
    add("concatenate", cat, [[y, sample("float32", 1, 4)]]), add("concatenate", cat, [[y, sample("float32", 1, 5)]])
    add("concatenate", cat, [[y, x]], axis=None), add("concatenate", cat, [[sample("int64", 2), sample("uint64", 3)]])
    add("concatenate", cat, [[sample("int8", 2, 0), sample("int8", 2, 3)]], axis=-1)
    add("concatenate", cat, [[sample("int8"), sample("int8")]])
    for axis in [0, 1, -1]:
        add("stack", lambda a, axis: np.stack(a, axis), [[y, y + 1]], axis=axis)
    add("stack", lambda a: np.stack(a), [[sample("int8"), sample("float32")]]), add("stack", lambda a: np.stack(a), [[y, x]])
    a, b = sample("int32", 3), sample("int32", 3)
    add("vstack", np.vstack, [[a, b]]), add("hstack", np.hstack, [[a, b]]), add("vstack", np.vstack, [[y, y]]), add("hstack", np.hstack, [[y, y]])
    add("vstack", np.vstack, [[sample("int8"), sample("int8")]]), add("hstack", np.hstack, [[sample("int8"), sample("int8")]])
    c, d, e, f = sample("float64", 2, 2), sample("float64", 2, 3), sample("float64", 1, 2), sample("float64", 1, 3)
    add("concatenate_axes", lambda a, axes: np.block(a), [[[c, d], [e, f]], [0, 1]])
    add("concatenate_axes", lambda a: np.block(a), [[[c, d], [e, f]]])
    add("concatenate_axes", lambda a, axes: np.concatenate([np.concatenate(r) for r in a], axis=1), [[[c, e], [d.T[:2, :1].copy(), np.zeros((1, 1))]], [1, 0]])
    add("concatenate_shaped", lambda a, shape: np.block([a[:2], a[2:]]), [[c, d, e, f], [2, 2]])


def indexing():
    get = lambda x, i: x[i]
    x, v = sample("float64", 4, 5, 3), np.arange(10)
    for i in [0, -1, 4, (1, 2), (1, 2, -3), (1, 2, 3), (0, 0, 0, 0), (Ellipsis, 1), (1, Ellipsis), (None, 2), (Ellipsis, None), (0, None, slice(1, 3)),
              [0, 2, -1], ([3, 0],), (slice(None), [1, 1, 4]), (slice(None), slice(None), [True, False, True]), [True, False, True, True], [9],
              [True, False], (slice(1, 3), [], 0)]:
        add("getitem", get, [x, i])
    for s in [slice(None), slice(2), slice(2, 7), slice(-3, None), slice(None, -3), slice(None, None, -1), slice(8, 2, -2), slice(2, 8, -1),
              slice(100), slice(-100, 100, 3), slice(7, 7), slice(None, None, 4), slice(-1, -100, -3), slice(9, None, -9)]:
        add("getitem", get, [v, s])
    add("getitem", get, [v, np.array([1, -2, 3], "i1")]), add("getitem", get, [x, np.array([3, 1], "u8")]), add("getitem", get, [v, v > 4])
    add("getitem", get, [x[..., 0].copy(), x[..., 0] > 0]), add("getitem", get, [v, np.array(3, "u1")])
    add("getitem", get, [np.array(2.5), ()]), add("getitem", get, [np.array(2.5), None]), add("getitem", get, [np.array(2.5), 0])
    for axis in [0, 1, -1, None]:
        for i in [[0, 2, 2], 1, np.array([2, 0, -1]), np.array(1)]:
            add("take", np.take, [x, i], axis=axis)
    add("take", np.take, [x, [4]], axis=0)
    values = [10, 20, 30, 40]
    for i in [0, -1, 4]:
        add("getitem", get, [values, i])
    add("getitem", get, [(1, 2.5), 1]), add("getitem", get, [(1, 2.5), 2]), add("getitem", get, [{"a": 1, "b": 2}, "b"]), add("getitem", get, [{"a": 1}, "x"])
    add("getitem", get, ["hello", 1]), add("getitem", get, ["hello", slice(None, None, -1)])
    add("len", len, [values]), add("len", len, ["hello"]), add("len", len, [{"a": 1}]), add("len", len, [x]), add("len", len, [np.array(1)])
    add("identity", lambda x: x, [x]), add("identity", lambda x: x, [5]), add("identity", lambda x: x, ["text"])
    add("getitem", get, [values, slice(1, None, 2)]), add("list", list, [values]), add("tuple", tuple, [(1, 2.5)]), add("list", list, [5])


def creation():
    for d in DTYPES:
        for op in "zeros ones".split():
            add(op, getattr(np, op), [(2, 3)], dtype=np.dtype(d))
        add("full", np.full, [(2, 2), 3], dtype=np.dtype(d))
        add("zeros_like", np.zeros_like, [sample(d, 2, 3)]), add("ones_like", np.ones_like, [sample(d, 2, 3)])
        add("full_like", np.full_like, [sample(d, 2), 7]), add("eye", np.eye, [3], dtype=np.dtype(d))
    add("zeros", np.zeros, [4]), add("ones", np.ones, [()]), add("empty", lambda s: np.zeros(s), [[0, 2]]), add("full", np.full, [3, 2.5]), add("full", np.full, [3, True])
    add("zeros_like", np.zeros_like, [sample("int8", 3)], dtype=np.dtype("float32")), add("full", np.full, [2, 300], dtype=np.dtype("int8"))
    add("full", np.full, [2, 1 + 2j]), add("full_like", np.full_like, [np.zeros(2), nan])
    for n, m, k in [(3, 4, 0), (4, 2, -1), (3, 3, 5), (0, 2, 0), (2, None, 1)]:
        add("eye", np.eye, [n, m, k])
    for args in [(5,), (2, 7), (2, 11, 3), (7, 2, -2), (0, 1, 0.1), (1.0,), (0.5, 3), (5, 2), (0,), (10, 0, -0.75)]:
        add("arange", np.arange, list(args), 2)
    for d in INTS[:1] + INTS[-2:] + FLOATS:
        add("arange", np.arange, [3, 20, 2], 2, dtype=np.dtype(d))
    part = lambda *a, offset, count, dtype=None: np.arange(*a, dtype=dtype)[offset:offset + count]
    add("arange", part, [0, 20, 2], offset=3, count=4), add("arange", part, [0.0, 1.0, 0.1], 2, offset=2, count=5)
    for args in [(0, 1, 5), (1, -1, 4), (0, 1, 1), (0, 1, 0), (2.5, 2.5, 3), (-1, 7)]:
        add("linspace", np.linspace, list(args), 2, 1e-16)
    add("linspace", np.linspace, [0, 1, 7], 2, 1e-16, endpoint=False), add("linspace", np.linspace, [0, 1, 7], 2, dtype=np.dtype("float32"))
    part = lambda *a, offset, count: np.linspace(*a)[offset:offset + count]
    add("linspace", part, [0, 3, 10], 2, offset=7, count=3)


def remaining_dtypes():
    """The dtypes for which the ops above are not recorded."""
    for op in "degrees radians spacing sinc".split():
        f = getattr(np, op)
        for d in BOOL + INTS:
            # The sinc of integers is float64 in NumPy, of any size.
            add(op, f, [values(d)], MATH_ULP, 0.0 if op != "sinc" else 1e-15)
    for d in REAL:
        for n in BOOL + INTS:
            single = d == "bool" or d.endswith("int8")  # float16 in NumPy
            f = lambda x, n: np.ldexp(x.astype("f4") if single else x, n)
            add("ldexp", f, [column(values(d, True), 1), np.array([0, 1, 3, 100] if n == "uint8" else [0, 1, 3], n)])
    for op in "nanmean nanvar nanstd nanmin nanmax nanargmin nanargmax".split():
        for d in BOOL + COMPLEX:
            x = sample(d, 3, 4)
            if d in COMPLEX:
                x[1, 2], x[0, 1] = nan, complex(1, nan)
            for kw in [{}, {"axis": 0}, {"axis": 1}]:
                add(op, getattr(np, op), [x], 64, **kw)
    for d in COMPLEX:  # across strips
        x = np.round(sample(d, 70, 33))
        x[::7, ::5], x[40:, 3] = nan, nan
        for op in "nanmean nanvar nanstd".split():
            for kw in [{}, {"axis": 0}, {"axis": 1}]:
                add(op, getattr(np, op), [x], 512, **kw)
    add("linspace", np.linspace, [-3, 9.5, 2500], dtype=np.dtype("int16"))
    for d in DTYPES:
        if d not in BOOL:
            add("arange", np.arange, [3, 20, 2], 2, dtype=np.dtype(d)), add("arange", np.arange, [7], dtype=np.dtype(d))
            add("arange", np.arange, [9, 2, -3] if d[0] != "u" else [2, 9, 3], 2, dtype=np.dtype(d))
        add("linspace", np.linspace, [0, 7, 9], 2, dtype=np.dtype(d)), add("linspace", np.linspace, [0.5, 3.5, 4], 2, dtype=np.dtype(d))
        x, y = sample(d, 2, 3), sample(d, 2, 3)
        add("stack", lambda a, axis: np.stack(a, axis), [[x, y]], axis=1)
        add("vstack", np.vstack, [[x, y]]), add("hstack", np.hstack, [[x, y]])
        add("take", np.take, [x, [2, 0, 0]], axis=1), add("flip", np.flip, [x], axis=1), add("roll", np.roll, [x, 1, 1])
        add("repeat", np.repeat, [x, 2, 1]), add("diagonal", np.diagonal, [x]), add("ravel", np.ravel, [x.T[::-1].copy()])
        add("swapaxes", np.swapaxes, [x, 0, 1]), add("squeeze", np.squeeze, [x[:1].copy()]), add("expand_dims", np.expand_dims, [x, 1])
        add("broadcast_to", np.broadcast_to, [x, (2, 2, 3)]), add("identity", lambda x: x, [x]), add("len", len, [x])
        add("getitem", lambda x, i: x[i], [x, [1, 0, -1]]), add("getitem", lambda x, i: x[i], [x, (1, -1)]), add("getitem", lambda x, i: x[i], [x, (None, Ellipsis, [True, False, True])])
        add("empty", lambda s, dtype: np.zeros(s, dtype), [[0, 2]], dtype=np.dtype(d))
        for name, f in [("int", np.int64), ("float", np.float64), ("bool", np.bool_), ("complex", np.complex128)]:
            if d not in COMPLEX or name in ("bool", "complex"):
                add(name, lambda x: x.astype(f), [np.trunc(x) if d in FLOATS else x])


PADS = {"reflect": "symmetric", "nearest": "edge", "periodic": "wrap", "constant": "constant"}


def overlap(blocks, grid, at, before, after, boundary=None, value=0):
    """The block and its neighbours as one array, of which the wanted part is cut out, and its ends padded axis by axis."""
    if any(len(x) != len(grid) for x in (at, before, after)) or np.prod(grid) != len(blocks):
        raise ValueError
    nested = np.empty(grid, object)
    for i, b in zip(np.ndindex(*grid), blocks):
        nested[i] = b
    out = np.block(nested.tolist())
    n = blocks[np.ravel_multi_index(at, grid)].shape
    for k in range(out.ndim):
        kind = boundary[k] if isinstance(boundary, list) else boundary or "none"
        start = sum(nested[tuple(j if a == k else c for a, c in enumerate(at))].shape[k] for j in range(at[k]))
        lo, hi = before[k] if at[k] else 0, after[k] if at[k] + 1 < grid[k] else 0
        if lo > start or start + n[k] + hi > out.shape[k]:
            raise ValueError
        out = np.take(out, range(start - lo, start + n[k] + hi), k)
        if kind == "none":
            continue
        pad = [(0, 0)] * out.ndim
        pad[k] = (0 if at[k] else before[k], 0 if at[k] + 1 < grid[k] else after[k])
        if max(pad[k]) > n[k] and kind in ("reflect", "periodic"):
            raise ValueError
        more = {"constant_values": value[k] if isinstance(value, list) else value} if kind == "constant" else {}
        out = np.pad(out, pad, PADS[kind], **more)
    return out


def overlaps():
    kinds = ["none", "reflect", "nearest", "periodic", "constant"]
    for d in DTYPES:
        x = sample(d, 6, 7)
        rows = [x[:2].copy(), x[2:5].copy(), x[5:].copy()]
        nine = [b for r in rows for b in (r[:, :3].copy(), r[:, 3:6].copy(), r[:, 6:].copy())]
        add("overlap", overlap, [nine, [3, 3], [1, 1], [2, 1], [1, 1]])
        add("overlap", overlap, [rows, [3, 1], [1, 0], [1, 2], [0, 3]], boundary=["none", "constant"], value=[0, 1])
        for kind in kinds[1:]:
            add("overlap", overlap, [[x], [1, 1], [0, 0], [2, 3], [1, 4]], boundary=kind)
    x = sample("float64", 6, 7)
    left, right = x[:, :4].copy(), x[:, 4:].copy()
    for a in kinds:
        for b in kinds:
            add("overlap", overlap, [[x], [1, 1], [0, 0], [2, 1], [3, 5]], boundary=[a, b], value=[0.5, -1.5])
            if b == "periodic":  # then both neighbours are there
                continue
            add("overlap", overlap, [[left, right], [1, 2], [0, 0], [2, 1], [0, 3]], boundary=[a, b], value=2)
            add("overlap", overlap, [[left, right], [1, 2], [0, 1], [0, 2], [1, 3]], boundary=[a, b], value=[7, 8])
    for kind in kinds:
        y = sample("int32", 3, 2, 2)
        add("overlap", overlap, [[y, y, y], [3, 1, 1], [1, 0, 0], [1, 1, 2], [3, 2, 1]], boundary=kind)
        add("overlap", overlap, [[sample("int16", 5)], [1], [0], [6], [0]], boundary=kind), add("overlap", overlap, [[sample("int16", 5)], [1], [0], [5], [5]], boundary=kind)
        add("overlap", overlap, [[sample("int16", 0)], [1], [0], [0], [0]], boundary=kind)
    add("overlap", overlap, [[left, right], [1, 2], [0, 0], [0, 0], [0, 4]]), add("overlap", overlap, [[left, right], [2, 2], [0, 0], [0, 0], [0, 1]])
    add("overlap", overlap, [[left, right], [1, 2], [0, 0], [0], [0, 1]])


DISCRETE = "lower higher nearest inverted_cdf closest_observation".split()
METHODS = DISCRETE + "linear midpoint hazen weibull median_unbiased normal_unbiased averaged_inverted_cdf interpolated_inverted_cdf".split()


def numbers(d, *shape):
    """Numbers with ties, small enough that differences of integers do not wrap."""
    x = np.random.default_rng(len(shape) + sum(shape)).integers(0, 40, shape)
    return (x / 8 if d in FLOATS else x % 2 if d == "bool" else x).astype(d)


def quantiles():
    qs = [0.0, 0.1, 0.25, 0.37, 0.5, 0.9, 1.0]
    for d in REAL:
        ulp = 4 if d in FLOATS else 2
        for m in METHODS:
            for n in [1, 2, 7, 12]:
                add("quantile", np.quantile, [numbers(d, n), qs], ulp, method=m), add("quantile", np.quantile, [numbers(d, n), 0.375], ulp, method=m)
        x = numbers(d, 3, 4, 5)
        for m in ["linear", "lower"]:
            for kw in [{}, {"axis": 1}, {"axis": (0, -1)}, {"axis": (2, 0), "keepdims": True}]:
                add("quantile", np.quantile, [x, [0.25, 0.6]], ulp, method=m, **kw), add("percentile", np.percentile, [x, 62.5], ulp, method=m, **kw)
                if d in FLOATS:
                    y = x.copy()
                    y[1, 2, :3], y[:, 0, 0], y[2, :, 4] = nan, nan, nan
                    for op in "quantile nanquantile".split():
                        add(op, getattr(np, op), [y, [0.25, 0.6]], ulp, method=m, **kw), add(op, getattr(np, op), [y, 0.75], ulp, method=m, **kw)
                    add("nanpercentile", np.nanpercentile, [y, [0, 35, 100.0]], ulp, method=m, **kw)
        for kw in [{}, {"axis": 0}, {"axis": (1, 2), "keepdims": True}]:
            add("median", np.median, [x], ulp, **kw), add("median", np.median, [x[:, :3].copy()], ulp, **kw)
            if d in FLOATS:
                add("median", np.median, [y], ulp, **kw), add("nanmedian", np.nanmedian, [y], ulp, **kw)
            add("nanmedian", np.nanmedian, [x], ulp, **kw), add("nanquantile", np.nanquantile, [x, 0.3], ulp, method="higher", **kw)
        x = numbers(d, 13, 11)
        wide = np.dtype(d).itemsize > 2  # the state of each digit is nested in those of the next: one part
        parts = [x] if wide else [x[:5].copy(), x[5:].copy()]
        for op, f, m, q, skip in [("quantile_agg", np.quantile, "linear", [0.1, 0.5, 0.77], False), ("quantile_agg", np.quantile, "higher", [0.33], False), ("quantile_agg", np.nanquantile, "lower", [0.9, 0.2], True)]:
            if d == "bool" and m == "linear":
                continue
            q = q[:1] if wide else q
            for y in [parts] + ([[np.where(p == 2, np.array(nan, d), p) for p in parts]] if d in FLOATS else []):
                state, digits = None, max(1, np.dtype(d).itemsize // 2)
                for k in range(digits):
                    more = {"state": state} if k else {"q": q, "method": m, "skipnan": skip}
                    counts = [nest("quantile_count", [p], digit=k, state=state) for p in y]
                    counts = counts[0] if wide else nest("sum_combine", [counts])
                    state = nest("quantile_select", [counts], dtype=np.dtype(d), **more)
                add(op, lambda s, dtype, method: f(np.concatenate(y), q, method=method), [state], ulp, dtype=np.dtype(d), method=m)
    wild = np.array([inf, -inf, 3.0, -2.0, 0.0, 1e300, -1e300, inf])
    for m in METHODS:
        add("quantile", np.quantile, [wild, [0.0, 0.2, 0.45, 0.5, 0.9, 1.0]], 4, method=m)
    add("median", np.median, [wild]), add("median", np.median, [np.array([inf, -inf])]), add("median", np.median, [np.array([inf, inf])])
    add("quantile", np.quantile, [np.array([2**63 - 1, 5], "i8"), 0.5]), add("median", np.median, [np.array([2**63 - 1, 5], "i8")])
    add("quantile", np.quantile, [np.zeros(0), 0.5]), add("nanmedian", np.nanmedian, [np.zeros((0, 3))], axis=0)
    add("median", np.median, [np.zeros((3, 0))], axis=1), add("quantile", np.quantile, [np.zeros((0, 3)), 0.5], axis=1)
    add("quantile", np.quantile, [np.zeros(3), 1.5]), add("percentile", np.percentile, [np.zeros(3), -1.0]), add("quantile", np.quantile, [np.zeros(3), 0.5], method="none")
    add("quantile", np.quantile, [sample("complex64", 3), 0.5]), add("median", np.median, [np.zeros((2, 3))], axis=2)
    x = np.round(np.random.default_rng(5).standard_normal((2, 5000)), 3)
    for y in [x, np.sort(x), np.round(x), np.zeros_like(x)]:
        add("quantile", np.quantile, [y, [0.001, 0.3, 0.5, 0.999]], 4, axis=1)


def write(path="numpy.json.gz"):
    lines = ",\n".join(json.dumps(r, separators=(",", ":"), allow_nan=False) for r in records)
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", mtime=0, compresslevel=9) as z:
        z.write(("[\n" + lines + "\n]\n").encode())
    with open(path, "wb") as f:
        f.write(out.getvalue())
    print(len(records), "records,", len(out.getvalue()), "bytes")


if __name__ == "__main__":
    arithmetic(), logic(), math_functions(), selection(), casts(), rounding(), python_scalars()
    reductions(), positions(), contractions(), structural(), indexing(), creation(), two_results(), remaining_dtypes()
    overlaps(), quantiles(), decompositions()
    write()
