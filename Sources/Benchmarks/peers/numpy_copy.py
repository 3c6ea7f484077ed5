"""NumPy: the copy that pruning is held against, and partition by itself."""

from turns import absent, floats, serve

try:
    import numpy
except ImportError:
    absent("no numpy")


def copying(folder):
    weights = floats(folder, "weights")
    return lambda: None, weights.copy


def partitioning(folder):
    weights = floats(folder, "weights")
    half = len(weights) // 2

    def run():
        sizes = numpy.abs(weights)
        threshold = numpy.partition(sizes, half)[half]
        return numpy.where(sizes < threshold, numpy.float32(0), weights)

    return run, run


import os
serve({"prune/25M": copying if "PEER_COPY" in os.environ else partitioning})
