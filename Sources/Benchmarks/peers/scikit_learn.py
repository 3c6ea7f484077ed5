"""scikit-learn's k-means of a million numbers into 16 clusters, from evenly spaced centroids."""

from turns import absent, floats, serve

try:
    import numpy
    from sklearn.cluster import KMeans
except ImportError as missing:
    absent(str(missing))


def sharing(folder):
    weights = floats(folder, "weights", [-1, 1])
    start = numpy.linspace(weights.min(), weights.max(), 16, dtype=numpy.float32)[:, None]

    def run():
        means = KMeans(16, init=start, n_init=1, random_state=0).fit(weights)
        return means.cluster_centers_[means.labels_]

    return run, run


serve({"share/1M": sharing})
