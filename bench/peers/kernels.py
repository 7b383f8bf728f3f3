#!/usr/bin/env python3
"""NumPy, numexpr, numba and JAX in the rows of kernels. It answers the requests on its input, one a line.

usage: kernels.py numpy|numpy-out|numexpr|numba|numba-fast|jax THREADS

  time KERNEL DTYPE N THREADS SECONDS    ns for an element
  check KERNEL DTYPE N THREADS FILE      writes the result, or a part of it, as float64
"""
import os
import sys
import time

IMPL, THREADS = sys.argv[1], int(sys.argv[2])
for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[name] = "1"
for name in ("NUMEXPR_NUM_THREADS", "NUMEXPR_MAX_THREADS", "NUMBA_NUM_THREADS"):
    os.environ[name] = str(THREADS)
if IMPL == "jax" and THREADS == 1:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

import numpy as np


class Operands:
    """The operands of a request: a and b, the square m of a, its first row r, and room for results."""

    def __init__(self, dtype, n):
        i = np.arange(n, dtype=np.uint32)
        self.a = ((i * np.uint32(2654435761) + np.uint32(123456789)) / 2**32 + 0.01).astype(dtype)
        self.b = ((i * np.uint32(1597334677) + np.uint32(362436069)) / 2**32).astype(dtype)
        side = int(n**0.5 + 0.5)
        self.m = self.a.reshape(side, side)
        self.r = self.m[0].copy()
        self.y, self.t = np.zeros_like(self.a), np.zeros_like(self.a)
        self.y2 = self.y.reshape(side, side)
        self.bools = np.zeros(n, dtype=bool)
        self.other = np.zeros(n, dtype="float32" if dtype == "float64" else "float64")
        self.ints = np.zeros(n, dtype="int64" if dtype == "float64" else "int32")
        self.half, self.one, self.two = (self.a.dtype.type(v) for v in (0.5, 1, 2))


def numpy_kernels():
    return dict(
        add=lambda o: o.a + o.b, multiply=lambda o: o.a * o.b, sqrt=lambda o: np.sqrt(o.a * o.b + 1),
        exp=lambda o: np.exp(-o.a * o.a) + 0.5, log=lambda o: np.log(o.a) * o.b,
        sincos=lambda o: np.sin(o.a) ** 2 + np.cos(o.a) ** 2, power=lambda o: o.a ** o.b, tanh=lambda o: np.tanh(o.a),
        less=lambda o: o.a < o.b, where=lambda o: np.where(o.a < o.b, o.a, 2 * o.b),
        cast=lambda o: o.a.astype(o.other.dtype), castint=lambda o: o.a.astype(o.ints.dtype),
        sum=lambda o: o.a.sum(), meanvar=lambda o: (o.a.mean(), o.a.var()), min=lambda o: o.a.min(),
        argmin=lambda o: o.a.argmin(), sum0=lambda o: o.m.sum(0), sum1=lambda o: o.m.sum(1),
        transpose=lambda o: np.ascontiguousarray(2 * o.m.T), broadcast=lambda o: o.m - o.r)


def numpy_out_kernels():
    def sqrt(o):
        np.multiply(o.a, o.b, out=o.y); np.add(o.y, 1, out=o.y)
        return np.sqrt(o.y, out=o.y)

    def exp(o):
        np.negative(o.a, out=o.y); np.multiply(o.y, o.a, out=o.y); np.exp(o.y, out=o.y)
        return np.add(o.y, 0.5, out=o.y)

    def log(o):
        np.log(o.a, out=o.y)
        return np.multiply(o.y, o.b, out=o.y)

    def sincos(o):
        np.sin(o.a, out=o.y); np.square(o.y, out=o.y); np.cos(o.a, out=o.t); np.square(o.t, out=o.t)
        return np.add(o.y, o.t, out=o.y)

    def where(o):
        np.multiply(o.b, 2, out=o.y); np.less(o.a, o.b, out=o.bools)
        np.copyto(o.y, o.a, where=o.bools)
        return o.y

    def cast(o):
        np.copyto(o.other, o.a, casting="unsafe")
        return o.other

    def castint(o):
        np.copyto(o.ints, o.a, casting="unsafe")
        return o.ints

    return dict(
        add=lambda o: np.add(o.a, o.b, out=o.y), multiply=lambda o: np.multiply(o.a, o.b, out=o.y), sqrt=sqrt, exp=exp, log=log,
        sincos=sincos, power=lambda o: np.power(o.a, o.b, out=o.y), tanh=lambda o: np.tanh(o.a, out=o.y),
        less=lambda o: np.less(o.a, o.b, out=o.bools), where=where, cast=cast, castint=castint,
        transpose=lambda o: np.multiply(o.m.T, 2, out=o.y2), broadcast=lambda o: np.subtract(o.m, o.r, out=o.y2))


def numexpr_kernels():
    import numexpr as ne
    ne.set_num_threads(THREADS)

    def of(expr, out="y"):
        return lambda o: ne.evaluate(expr, dict(a=o.a, b=o.b, half=o.half, one=o.one, two=o.two), out=getattr(o, out))

    return dict(
        add=of("a+b"), multiply=of("a*b"), sqrt=of("sqrt(a*b+one)"), exp=of("exp(-a*a)+half"), log=of("log(a)*b"),
        sincos=of("sin(a)**2+cos(a)**2"), power=of("a**b"), tanh=of("tanh(a)"), less=of("a<b", "bools"),
        where=of("where(a<b,a,two*b)"),
        sum=lambda o: ne.evaluate("sum(a)", dict(a=o.a)), min=lambda o: ne.evaluate("min(a)", dict(a=o.a)),
        broadcast=lambda o: ne.evaluate("m-r", dict(m=o.m, r=o.r), out=o.y2))


def numba_kernels():
    import math

    # Compiled code is kept for each set of options, which numba's cache does not tell apart.
    if "BENCH_CACHE" in os.environ:
        os.environ["NUMBA_CACHE_DIR"] = os.path.join(os.environ["BENCH_CACHE"], f"{IMPL}-{THREADS}")
    import numba
    from numba import prange
    jit = numba.njit(parallel=THREADS > 1, fastmath=IMPL == "numba-fast", cache="BENCH_CACHE" in os.environ)

    @jit
    def add(y, a, b):
        for i in prange(a.size):
            y[i] = a[i] + b[i]

    @jit
    def multiply(y, a, b):
        for i in prange(a.size):
            y[i] = a[i] * b[i]

    @jit
    def sqrt(y, a, b, one):
        for i in prange(a.size):
            y[i] = math.sqrt(a[i] * b[i] + one)

    @jit
    def exp(y, a, half):
        for i in prange(a.size):
            y[i] = math.exp(-a[i] * a[i]) + half

    @jit
    def log(y, a, b):
        for i in prange(a.size):
            y[i] = math.log(a[i]) * b[i]

    @jit
    def sincos(y, a):
        for i in prange(a.size):
            s, c = math.sin(a[i]), math.cos(a[i])
            y[i] = s * s + c * c

    @jit
    def power(y, a, b):
        for i in prange(a.size):
            y[i] = a[i] ** b[i]

    @jit
    def tanh(y, a):
        for i in prange(a.size):
            y[i] = math.tanh(a[i])

    @jit
    def less(y, a, b):
        for i in prange(a.size):
            y[i] = a[i] < b[i]

    @jit
    def where(y, a, b, two):
        for i in prange(a.size):
            y[i] = a[i] if a[i] < b[i] else two * b[i]

    @jit
    def cast(y, a):
        for i in prange(a.size):
            y[i] = a[i]

    @jit
    def total(a):
        s = a[0] - a[0]
        for i in prange(a.size):
            s += a[i]
        return s

    @jit
    def meanvar(a):
        x0 = a[0]
        s = x0 - x0
        q = x0 - x0
        for i in prange(a.size):
            d = a[i] - x0
            s += d
            q += d * d
        m = s / a.size
        return m + x0, q / a.size - m * m

    @jit
    def least(a):
        m = a[0]
        for i in prange(a.size):
            m = min(m, a[i])
        return m

    @jit
    def argmin(a):
        return a.argmin()

    @jit
    def sum0(m):
        rows, cols = m.shape
        y = np.zeros(cols, m.dtype)
        part = cols // THREADS
        for p in prange(THREADS):
            for i in range(rows):
                for j in range(p * part, (p + 1) * part):
                    y[j] += m[i, j]
        return y

    @jit
    def sum1(m):
        rows, cols = m.shape
        y = np.zeros(rows, m.dtype)
        for i in prange(rows):
            s = m[i, 0] - m[i, 0]
            for j in range(cols):
                s += m[i, j]
            y[i] = s
        return y

    @jit
    def transpose(y, m, two):
        rows, cols = m.shape
        for p in prange(rows // 32):
            for q in range(cols // 32):
                for i in range(p * 32, p * 32 + 32):
                    for j in range(q * 32, q * 32 + 32):
                        y[i, j] = two * m[j, i]

    @jit
    def broadcast(y, m, r):
        rows, cols = m.shape
        for i in prange(rows):
            for j in range(cols):
                y[i, j] = m[i, j] - r[j]

    def into(f, out, *names):
        def run(o):
            y = getattr(o, out)
            f(y, *(getattr(o, n) for n in names))
            return y
        return run

    return dict(
        add=into(add, "y", "a", "b"), multiply=into(multiply, "y", "a", "b"), sqrt=into(sqrt, "y", "a", "b", "one"),
        exp=into(exp, "y", "a", "half"), log=into(log, "y", "a", "b"), sincos=into(sincos, "y", "a"),
        power=into(power, "y", "a", "b"), tanh=into(tanh, "y", "a"), less=into(less, "bools", "a", "b"),
        where=into(where, "y", "a", "b", "two"), cast=into(cast, "other", "a"), castint=into(cast, "ints", "a"),
        sum=lambda o: total(o.a), meanvar=lambda o: meanvar(o.a), min=lambda o: least(o.a), argmin=lambda o: argmin(o.a),
        sum0=lambda o: sum0(o.m), sum1=lambda o: sum1(o.m), transpose=into(transpose, "y2", "m", "two"),
        broadcast=into(broadcast, "y2", "m", "r"))


def jax_kernels():
    import jax
    jax.config.update("jax_enable_x64", True)
    jax.config.update("jax_platforms", "cpu")
    jnp = jax.numpy

    def of(f, *names):
        g = jax.jit(f)

        def run(o):
            if not hasattr(o, "on_device"):
                o.on_device = {n: jnp.asarray(getattr(o, n)) for n in ("a", "b", "m", "r")}
            return jax.block_until_ready(g(*(o.on_device[n] for n in names)))
        return run

    def other(a):
        return a.astype(jnp.float32 if a.dtype == jnp.float64 else jnp.float64)

    def integer(a):
        return a.astype(jnp.int64 if a.dtype == jnp.float64 else jnp.int32)

    return dict(
        add=of(lambda a, b: a + b, "a", "b"), multiply=of(lambda a, b: a * b, "a", "b"),
        sqrt=of(lambda a, b: jnp.sqrt(a * b + 1), "a", "b"), exp=of(lambda a: jnp.exp(-a * a) + 0.5, "a"),
        log=of(lambda a, b: jnp.log(a) * b, "a", "b"), sincos=of(lambda a: jnp.sin(a) ** 2 + jnp.cos(a) ** 2, "a"),
        power=of(lambda a, b: a ** b, "a", "b"), tanh=of(jnp.tanh, "a"), less=of(lambda a, b: a < b, "a", "b"),
        where=of(lambda a, b: jnp.where(a < b, a, 2 * b), "a", "b"), cast=of(other, "a"), castint=of(integer, "a"),
        sum=of(jnp.sum, "a"), meanvar=of(lambda a: jnp.stack([a.mean(), a.var()]), "a"), min=of(jnp.min, "a"),
        argmin=of(jnp.argmin, "a"), sum0=of(lambda m: m.sum(0), "m"), sum1=of(lambda m: m.sum(1), "m"),
        transpose=of(lambda m: 2 * m.T, "m"), broadcast=of(lambda m, r: m - r, "m", "r"))


def median_time(f, o, seconds):
    f(o)
    t = time.perf_counter()
    f(o)
    batch = max(1, int(2e-4 / (time.perf_counter() - t + 1e-9)))
    took, start = [], time.perf_counter()
    while len(took) < 3 or time.perf_counter() - start < seconds:
        t = time.perf_counter()
        for _ in range(batch):
            f(o)
        took.append((time.perf_counter() - t) / batch)
    return sorted(took)[len(took) // 2]


def check(f, o, n, path):
    r = np.asarray(f(o)).ravel()
    if r.size == n:
        r = r[::max(1, n // 65536)]
    r.astype("float64").tofile(path)


def main():
    kernels = globals()[{"numba-fast": "numba", "numpy-out": "numpy_out"}.get(IMPL, IMPL) + "_kernels"]()
    last, o = None, None
    for line in sys.stdin:
        verb, kernel, dtype, n, _, arg = line.split()
        if kernel not in kernels:
            print("skip no such kernel", flush=True)
            continue
        if last != (dtype, n):
            last, o = (dtype, n), None
            o = Operands(dtype, int(n))
        if verb == "check":
            check(kernels[kernel], o, int(n), arg)
            print("ok", flush=True)
        else:
            print("ok %g" % (median_time(kernels[kernel], o, float(arg)) * 1e9 / int(n)), flush=True)


if __name__ == "__main__":
    main()
