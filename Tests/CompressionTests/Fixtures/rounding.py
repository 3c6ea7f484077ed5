"""GPTQ, HQQ and AWQ from their definitions, and Cholesky's factor, in NumPy float64.

    python rounding.py > rounding.json

Grids: symmetric, s = max|w| / (2^(b-1) - 1), one a row or a group; codes rne(w/s) with w and s as
float32, clamped to -2^(b-1) ... 2^(b-1) - 1.
"""
import json
import sys

import numpy as np


def scale_of(row, bits):
    size = np.float32(np.abs(row).max() if row.size else 0) / np.float32(2 ** (bits - 1) - 1)
    return size if size > 0 else np.float32(1)


def codes_of(w, scale, bits):
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    return np.clip(np.rint(np.float32(w) / np.float32(scale)), low, high)


def value(codes, scale):
    return np.float64(np.float32(scale) * np.float32(codes))


def gptq(w, x, bits, groups=None, actorder=False, static=False, damping=0.01):
    """Algorithm 1 of Frantar et al. with `fasterquant`'s handling of dead columns and groups."""
    w = w.astype(np.float64)
    rows, columns = w.shape
    size = groups or columns
    scales = np.array([[scale_of(r[g:g + size], bits) for g in range(0, columns, size)] for r in w])
    hessian = 2 / len(x) * x.astype(np.float64).T @ x.astype(np.float64)
    dead = np.diag(hessian) == 0
    hessian[dead, dead] = 1
    w[:, dead] = 0
    order = np.argsort(-np.diag(hessian), kind="stable") if actorder else np.arange(columns)
    hessian = hessian[order][:, order]
    hessian[np.diag_indices(columns)] += damping * np.mean(np.diag(hessian))
    upper = np.linalg.cholesky(np.linalg.inv(hessian)).T
    codes = np.zeros((rows, columns), int)
    for place, column in enumerate(order):
        group = column // size
        if groups and not (static or actorder) and column % size == 0:
            for r in range(rows):
                scales[r, group] = scale_of(np.float32(w[r, column:column + size]), bits)
        q = np.array([codes_of(w[r, column], scales[r, group], bits) for r in range(rows)])
        codes[:, column] = q
        error = (w[:, column] - value(q, scales[:, group])) / upper[place, place]
        w[:, order[place:]] -= np.outer(error, upper[place, place:])
    return codes.tolist(), scales.astype(float).ravel().tolist()


def hqq_zero(w, inverse, zero, bits, turns=20, norm=0.7):
    """`optimize_weights_proximal_legacy` for one group; keeps the zero whose error was least."""
    beta, best, kept = 10.0, np.inf, zero
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1
    for _ in range(turns):
        q = np.clip(np.rint(w * inverse + zero), low, high)
        r = (q - zero) / inverse
        d = w - r
        error = np.abs(d).mean()
        if error >= best:
            break
        best, kept = error, zero
        with np.errstate(divide="ignore"):
            e = np.sign(d) * np.maximum(np.abs(d) - np.abs(d) ** (norm - 1) / beta, 0)
        zero = np.mean(q - (w - e) * inverse)
        beta *= 1.01
    return float(kept)


def awq_scales(w, x, bits):
    """Twenty powers of mean|x|, per row grids, least mean squared output error."""
    mean = np.abs(x.astype(np.float64)).mean(0)
    moments = x.astype(np.float64).T @ x.astype(np.float64) / len(x)
    best, least = None, np.inf
    for step in range(20):
        s = np.maximum(mean ** (step / 20), 1e-4)
        s = (s / np.sqrt(s.max() * s.min())).astype(np.float32) if step else np.ones(len(s), np.float32)
        scaled = (w * s).astype(np.float32)
        back = np.array([value(codes_of(r, scale_of(r, bits), bits), scale_of(r, bits)) for r in scaled])
        d = back / s - w
        error = np.einsum("ri,ij,rj->", d, moments, d)
        if error < least:
            best, least = (step, s.astype(float).tolist()), error
    return best


def inputs(random, count, columns):
    """Rows that hang together, so that rounding errors can make good for one another."""
    mix = random.randn(columns, columns) * 0.5 + np.eye(columns)
    return (random.randn(count, columns) @ mix).astype(np.float32)


def main():
    random = np.random.RandomState(7)
    result = {"gptq": [], "hqq": [], "awq": [], "cholesky": []}
    for name, rows, columns, count, bits, options in [
        ("row", 3, 8, 40, 4, {}),
        ("two bits", 4, 6, 30, 2, {}),
        ("fewer examples than columns", 2, 9, 4, 3, {}),
        ("actorder", 3, 8, 40, 3, {"actorder": True}),
        ("groups", 3, 10, 40, 3, {"groups": 4}),
        ("static groups", 3, 10, 40, 3, {"groups": 4, "static": True}),
        ("groups and actorder", 2, 8, 40, 3, {"groups": 4, "actorder": True}),
        ("dead column", 2, 5, 20, 4, {}),
        ("zero row", 2, 4, 20, 4, {}),
        ("damping", 2, 6, 20, 4, {"damping": 0.5}),
    ]:
        w = random.randn(rows, columns).astype(np.float32)
        x = inputs(random, count, columns)
        if name == "dead column":
            x[:, 2] = 0
        if name == "zero row":
            w[0] = 0
        codes, scales = gptq(w, x, bits, **options)
        result["gptq"].append({
            "name": name, "bits": bits, "rows": rows, "columns": columns,
            "groups": options.get("groups", 0), "actorder": options.get("actorder", False),
            "static": options.get("static", False), "damping": options.get("damping", 0.01),
            "weights": w.ravel().tolist(), "inputs": x.ravel().tolist(),
            "codes": sum(codes, []), "scales": scales})
    for bits in [2, 3, 4]:
        w = random.randn(24).astype(np.float32)
        low = min(w.min(), 0)
        scale = float(np.float32((max(w.max(), 0) - low) / (2 ** bits - 1)))
        zero = float(np.rint(-(2 ** (bits - 1)) - low / scale))
        result["hqq"].append({
            "bits": bits, "weights": w.tolist(), "scale": scale, "zero": zero,
            "found": hqq_zero(w.astype(np.float64), 1 / scale, zero, bits)})
    for bits in [2, 3, 4]:
        w = random.randn(4, 6).astype(np.float32)
        x = inputs(random, 30, 6) * np.array([0.1, 1, 8, 1, 0.5, 3], np.float32)
        step, scales = awq_scales(w, x, bits)
        result["awq"].append({"bits": bits, "weights": w.ravel().tolist(),
                              "inputs": x.ravel().tolist(), "step": step, "scales": scales})
    for order in [1, 2, 5, 12]:
        a = random.randn(order, order + 3)
        matrix = a @ a.T
        result["cholesky"].append({
            "matrix": matrix.ravel().tolist(),
            "upper": np.linalg.cholesky(np.linalg.inv(matrix)).T.ravel().tolist()})
    json.dump(result, sys.stdout)
    print()


main()
