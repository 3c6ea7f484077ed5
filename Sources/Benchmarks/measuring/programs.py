"""The programs that are measured, and how many threads everyone gets."""

import os

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ROOT = os.path.dirname(os.path.dirname(HERE))
BUILT = os.path.join(ROOT, ".build", "release")
OURS = os.environ.get("ESPALIER_BENCHMARKS", os.path.join(BUILT, "Benchmarks"))
PROGRAM = os.environ.get("ESPALIER", os.path.join(BUILT, "espalier"))
SYSTEM_PYTHON = "/usr/bin/python3"
CPYTHON = os.environ.setdefault(
    "ESPALIER_CPYTHON", SYSTEM_PYTHON if os.path.exists(SYSTEM_PYTHON) else "python3")
THREADS = os.environ.setdefault("ESPALIER_THREADS", "2")
os.environ["OMP_NUM_THREADS"] = THREADS
