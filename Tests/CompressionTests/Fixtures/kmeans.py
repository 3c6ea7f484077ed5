"""Writes kmeans.txt: the best of 50 runs of scikit-learn's k-means on numbers anyone can make.

Run with scikit-learn; each line is: name, number of points, clusters, inertia.
"""
import numpy as np
from sklearn.cluster import KMeans

SETS = {
    "modular": [((i * 7919 + 13) % 1009) / 64 - 8 for i in range(600)],
    "squares": [((i * 31) % 101) ** 2 / 128 for i in range(500)],
    "two-sided": [(1 if i % 2 else -1) * (16 + (i * 37) % 211) / 256 for i in range(400)],
}
with open("kmeans.txt", "w") as out:
    for name, points in SETS.items():
        x = np.array(points, dtype=np.float32).astype(np.float64).reshape(-1, 1)
        for k in (2, 3, 8, 16, 64):
            best = KMeans(k, n_init=50, random_state=0, tol=0, max_iter=1000).fit(x)
            out.write(f"{name} {len(points)} {k} {best.inertia_!r}\n")
