"""zstd -3 on one thread against our Huffman code, and plain copies of files."""

import os
import re
import shutil
import struct
import subprocess

from turns import absent, serve


def zstd(way):
    def prepare(folder):
        plain, packed = folder + "/codes.bin", folder + "/codes.zst"
        subprocess.run(["zstd", "-3", "-f", "-q", "--single-thread", plain, "-o", packed],
                       check=True)
        with open(folder + "/theirs.f32", "wb") as file:
            file.write(struct.pack("f", os.path.getsize(packed)))

        def run():
            # Its own benchmark: in memory, without the start of a process.
            told = subprocess.run(["zstd", "-b3", "-i1", "--single-thread", plain],
                                  capture_output=True, text=True, check=True)
            speeds = re.findall(r"([0-9.]+) MB/s", told.stdout + told.stderr)
            speed = float(speeds[-2 if way == "encode" else -1])
            return os.path.getsize(plain) / 1e6 / speed

        return lambda: None, run
    return prepare


def copying(folder):
    return lambda: None, lambda: shutil.copyfile(folder + "/model.espm", folder + "/copy.espm")


if not shutil.which("zstd"):
    absent("no zstd")
serve({"huffman/encode": zstd("encode"), "huffman/decode": zstd("decode"),
       "container/save": copying, "container/load": copying})
