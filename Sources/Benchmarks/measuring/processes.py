"""Rows that take whole processes: how fast they start, what memory they need, many at a time."""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

from measuring.programs import CPYTHON, HERE, OURS, PROGRAM, ROOT, THREADS
from measuring.side import Side

PROMPT = "› ".encode()


# Runs a command and says its seconds and its peak of memory in bytes. A process of its own, since a
# child's peak begins with that of whoever started it.
WATCH = """
import os, sys, time
null = os.open(os.devnull, os.O_RDWR)
moves = [(os.POSIX_SPAWN_DUP2, null, way) for way in (0, 1, 2)]
start = time.perf_counter()
child = os.posix_spawnp(sys.argv[1], sys.argv[1:], os.environ, file_actions=moves)
_, status, usage = os.wait4(child, 0)
print(time.perf_counter() - start, usage.ru_maxrss * 1024)
sys.exit(os.waitstatus_to_exitcode(status) != 0)
"""


def whole(command):
    """Seconds of a process from start to end, and its peak of memory in bytes."""
    told = subprocess.run([sys.executable, "-c", WATCH, *command], capture_output=True, text=True)
    if told.returncode:
        sys.exit(f"{command} failed")
    seconds, size = told.stdout.split()
    return float(seconds), int(size)


def until_prompt(command, prompt):
    """Seconds until a program on a terminal asks for input."""
    start = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "xterm"
        os.execvp(command[0], command)
    seen = b""
    while prompt not in re.sub(rb"\x1b\[[0-9;?]*[a-zA-Z]", b"", seen):
        if not select.select([terminal], [], [], 10)[0]:
            sys.exit(f"{command}: no prompt: {seen!r}")
        seen += os.read(terminal, 4096)
    taken = time.perf_counter() - start
    os.close(terminal)
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    return taken


def starts(turns, table):
    rows = [
        ("start/-e 1", lambda: whole([PROGRAM, "-e", "1"])[0],
         lambda: whole([CPYTHON, "-c", "1"])[0]),
        ("start/prompt", lambda: until_prompt([PROGRAM], PROMPT),
         lambda: until_prompt([CPYTHON], b">>> ")),
        ("start/lesson 10", lambda: until_prompt([PROGRAM, "lesson", "10"], PROMPT),
         lambda: until_prompt([CPYTHON], b">>> ")),
    ]
    for name, ours, theirs in rows:
        times = [], []
        for turn in range(3 * turns + 1):
            pair = ours(), theirs()
            if turn:
                times[0].append(pair[0])
                times[1].append(pair[1])
        table.add(name, "python3 -c 1" if "-e" in name else "python3 prompt", *times, 1)


def memory(_, table):
    torch = os.environ.get("ESPALIER_TORCH", "python3")
    with tempfile.TemporaryDirectory() as folder:
        ours = Side([OURS, "rows", "train", folder])
        ours.prepare("train/000")
        ours.close()
        mine = whole([OURS, "train", "000"])[1]
        check = subprocess.run([torch, "-c", "import torch"], capture_output=True)
        if check.returncode:
            table.absent("memory/train 000", "PyTorch eager", "no torch")
        else:
            path = os.path.join(HERE, "peers", "pytorch.py")
            theirs = whole([torch, path, "memory", folder])[1]
            megabytes(table, "memory/train 000", "PyTorch eager", mine, theirs, 2)
        subprocess.run([OURS, "save", folder], check=True)
        mine = whole([OURS, "load", folder])[1]
        if check.returncode == 0:
            code = ("import sys, torch; p = sys.argv[1] + '/model.pt'; "
                    "torch.save(torch.nn.Linear(5000, 5000).state_dict(), p)")
            subprocess.run([torch, "-c", code, folder], check=True)
            theirs = whole(
                [torch, "-c", "import sys, torch; torch.load(sys.argv[1] + '/model.pt')",
                 folder])[1]
            megabytes(table, "memory/load 100 MB", "PyTorch eager", mine, theirs, 2)


def megabytes(table, row, peer, ours, theirs, goal):
    table.put(row, peer, f"{ours / 1e6:.0f} MB", "", f"{theirs / 1e6:.0f} MB", "",
              theirs / ours, goal)


def grading(_, table):
    """200 submissions: by `grade`, and one process each, one after the other."""
    class_folder = os.path.join(ROOT, "Tests", "GradingTests", "Class")
    lesson = os.path.join(class_folder, "four-bits.md")
    right = os.path.join(class_folder, "submissions", "right.esp")
    with tempfile.TemporaryDirectory() as folder:
        for index in range(200):
            shutil.copy(right, f"{folder}/s{index:03}.esp")
        start = time.perf_counter()
        subprocess.run([PROGRAM, "grade", folder, "--lesson", lesson],
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        together = time.perf_counter() - start
        start = time.perf_counter()
        for index in range(200):
            subprocess.run([PROGRAM, "grade", f"{folder}/s{index:03}.esp", "--lesson", lesson],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        table.add("grading/200", "one process each", [together], [time.perf_counter() - start],
                  0.9 * int(THREADS))


# family: what measures it, given turns and the table
FAMILIES = {"start": starts, "memory": memory, "grading": grading}
