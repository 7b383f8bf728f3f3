"""Writes arrays.json.gz: what NumPy computes of the flights and the precipitation
of the examples. Run it in this folder."""

import gzip
import json

import numpy as np

f32 = np.load("../../examples/flights/flights.npy")
p32 = np.load("../../examples/precipitation/precipitation.npy")
f, p = f32.astype("float64"), p32.astype("float64")
i = f.astype("int64")
delay, miles, hour = f[:, 0], f[:, 1], f[:, 2]
late = delay > 15
w = np.where(p > 1000, np.nan, p)
m = f[:360]
np.seterr(all="ignore")

results = {
    "mean of columns": f.mean(0),
    "mean of all": f.mean(),
    "std ddof": f.std(0, ddof=1),
    "var keepdims": p.var(1, keepdims=True),
    "standardized": (f - f.mean(0)) / f.std(0),
    "standardized 32": (f32 - f32.mean(0, dtype="f8").astype("f4")) / f32.std(0, dtype="f8").astype("f4"),  # NumPy sums float32 carelessly along axis 0
    "sum": f.sum(),
    "sum of rows": p.sum(1),
    "sum int": i.sum(0),
    "sum int8": i.astype("int8").sum(0, dtype="int64"),
    "prod": (1 + p[:, :40] / 1e5).prod(1),
    "min": f.min(0), "max": f.max(0), "min of all": p.min(), "max of axes": p.reshape(12, 14, 360).max((0, 2)),
    "range": p.max(1) - p.min(1),
    "argmax": p.argmax(1), "argmin": p.argmin(0), "argmax flat": p.argmax(), "argmin flat": delay.argmin(), "argmax ties": (i % 7).argmax(0),
    "argmax nan": w.argmax(1), "argmin nan": w.argmin(0),
    "nanmean": np.nanmean(w, 0), "nansum": np.nansum(w, 1), "nanstd": np.nanstd(w), "nanmax": np.nanmax(w, 1), "nanmin": np.nanmin(w), "nanvar ddof": np.nanvar(w, 0, ddof=1),
    "mean with nan": w.mean(1),
    "any": (p > 2000).any(1), "all": (p > 100).all(0), "count_nonzero": np.count_nonzero(late), "count rows": (f > f.mean(0)).sum(0),
    "mean of late": miles[np.newaxis, :].mean(), "late miles": np.where(late, miles, 0).sum() / late.sum(),
    "speed": miles / (hour + 1), "log": np.log1p(np.abs(delay)), "distance": np.hypot(miles, delay), "angle": np.arctan2(delay, miles),
    "floor divide": i[:, 0] // 7, "remainder": i[:, 0] % 7, "float remainder": delay % 3.5, "shift": (i[:, 1] << 2) ^ i[:, 0],
    "clip": delay.clip(-10, 60), "round": np.round(p / 7, 1), "sign": np.sign(delay), "truncated": (p / 10).astype("int16"),
    "slice": f[7:-3:1001], "backwards": f[::-777, ::-1], "last": f[-1], "element": f[123456, 1], "columns": p[:, [359, 0, 180, 0, -2]], "rows": p[[167, 3, 3, 90]],
    "row and list": p[3, [5, 300, 2]], "apart": p.reshape(12, 14, 360)[2, :, [5, 300]], "mask": p[np.arange(168) % 5 == 2, 10:13], "newaxis": p[5, None, ::50, None],
    "transposed": p.T, "reshaped": p.reshape(360, 168)[::7], "raveled": p.ravel()[::997], "reshaped deep": f[:100000].reshape(250, 400, 3).mean((0, 2)), "flipped": np.flip(p, 1)[::20],
    "concatenated": np.concatenate([p[:50], p[100:], p[:1]], axis=0).mean(1), "stacked": np.stack([delay, hour], axis=-1).max(1), "stacked rows": np.stack([p.mean(0), p.std(0)])[:, ::30],
    "dot": f.T @ f, "matmul": p @ m, "matvec": p @ m[:, 1], "vecmat": np.ones(168) @ p, "dot of long vectors": delay @ hour, "covariance": (f - f.mean(0)).T @ (f - f.mean(0)) / (len(f) - 1),
    "tensordot": np.tensordot(p.reshape(12, 14, 360), p.reshape(12, 14, 360), axes=([0, 2], [0, 2])), "batched": p.reshape(12, 14, 360) @ m, "outer": np.outer(p[:, 0], p[0])[::20],
    "int dot": i.T @ i, "weights": (p * np.cos(np.linspace(87, -80, 168) * np.pi / 180)[:, None]).sum(0), "eye": p[:9, :9] * np.eye(9, k=1) + np.arange(9), "broadcast": np.broadcast_to(f.mean(0), (4, 3)) - np.ones((4, 1)),
}


def number(x):
    x = x.item()
    return x if isinstance(x, (bool, int)) or np.isfinite(x) else str(x)


def record(a):
    a = np.asarray(a)
    flat = a.ravel()
    step = max(1, flat.size // 97)
    return {"dtype": str(a.dtype), "shape": list(a.shape), "step": step, "values": [number(x) for x in flat[::step]], "scale": float(np.nanmax(np.abs(flat.astype("float64"))))}


data = json.dumps({k: record(v) for k, v in results.items()}, indent=0).encode()
with open("arrays.json.gz", "wb") as file:
    file.write(gzip.compress(data, 9, mtime=0))
print(len(results), len(data))
