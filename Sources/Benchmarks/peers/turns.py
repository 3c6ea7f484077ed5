"""Takes turns with `Benchmarks rows`: the same three commands on standard input.

    prepare ROW        makes the row ready, runs it once, writes its output: ok
    time ROW COUNT     seconds that COUNT runs took

A peer that lacks its module says `absent` and the reason, and leaves.
"""

import sys
import time


def serve(rows):
    """rows: name -> function of the folder that gives (output, run); output as float32."""
    folder = sys.argv[2]
    for name in rows:
        print(name)
    print(".", flush=True)
    run = None
    for line in sys.stdin:
        words = line.split()
        if words[0] == "prepare":
            output, run = rows[words[1]](folder)
            result = output()
            if result is not None:
                import numpy
                numpy.asarray(result, dtype=numpy.float32).ravel().tofile(folder + "/theirs.f32")
            print("ok", flush=True)
        else:
            count = int(words[2])
            if owns_clock(words[1]):
                # Its own benchmark has run long enough to tell the seconds of one run.
                print(run() * count, flush=True)
                continue
            start = time.perf_counter()
            for _ in range(count):
                run()
            print(time.perf_counter() - start, flush=True)


def owns_clock(name):
    return name.startswith("huffman/")


def absent(reason):
    print("absent", reason, flush=True)
    sys.exit(0)


def floats(folder, name, shape=(-1,)):
    import numpy
    return numpy.fromfile(f"{folder}/{name}.f32", dtype=numpy.float32).reshape(shape)


NETWORKS = ["000", "001", "002", "003", "004", "lenet-300-100"]


def recipe(folder):
    """The input's shape, the layers as lists of words, the optimizer."""
    with open(folder + "/network.txt") as file:
        layers, optimizer = file.read().strip().split("\n")
    words = [layer.split() for layer in layers.split(",")]
    return [int(n) for n in words[0]], words[1:], optimizer
