"""Writes the NumPy files beside it, with NumPy itself: python3 make_fixtures.py (NumPy 1.24).

The numbers are small and different from one another, so that a wrong order of bytes or axes shows.
"""

import gzip
import pathlib

import numpy as np

here = pathlib.Path(__file__).parent
grid = np.array([[1.5, -2.25, 3.0], [0.0, 1e-3, 6.5e4]])

for name, array in {
    "float32": grid.astype("<f4"),
    "float64-big": grid.astype(">f8"),
    "float16": grid.astype("<f2"),
    "fortran": np.asfortranarray(np.arange(24, dtype="<f4").reshape(2, 3, 4)),
    "int64": np.array([[-3, 2**40], [7, 16777217]], dtype="<i8"),
    "int16-big": np.array([-32768, 258, 7], dtype=">i2"),
    "uint8": np.arange(250, 256, dtype="u1"),
    "bool": np.array([True, False, True]),
    "scalar": np.array(42.0),
    "empty": np.zeros((0, 3), dtype="<f4"),
    "complex": np.array([1 + 2j]),
}.items():
    np.save(here / f"{name}.npy", array)

np.savez(here / "stored.npz", weight=grid.astype("<f4"), bias=np.array([1, 2], dtype="<i4"))
np.savez_compressed(here / "deflated.npz", weight=np.zeros((40, 50), dtype="<f4"))
rng = np.random.default_rng(1)
np.savez_compressed(
    here / "keras.npz",
    x_train=rng.integers(0, 256, (6, 3, 4), dtype=np.uint8),
    y_train=np.array([0, 1, 2, 0, 1, 2], dtype=np.uint8),
    x_test=np.full((3, 3, 4), 255, dtype=np.uint8),
    y_test=np.array([2, 1, 0], dtype=np.uint8),
)

idx = bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 255])
(here / "bytes-idx2-ubyte.gz").write_bytes(gzip.compress(idx, mtime=0))
