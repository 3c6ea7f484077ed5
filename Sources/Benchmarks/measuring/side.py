import os
import shutil
import subprocess


class Side:
    """A process that takes turns."""

    def __init__(self, command, environment=None):
        self.rows, self.reason, self.process = [], None, None
        if not shutil.which(command[0]):
            self.reason = f"no {command[0]}"
            return
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True, env={**os.environ, **(environment or {})})
        while True:
            line = self.process.stdout.readline()
            if not line or line.startswith("absent"):
                self.reason = line[7:].strip() or "did not start"
                return
            if line.strip() == ".":
                return
            self.rows.append(line.strip())

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.process.stdout.readline().strip()

    def prepare(self, row):
        return self.say("prepare " + row) == "ok"

    def time(self, row, count):
        return float(self.say(f"time {row} {count}")) / count

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.stdin.close()
            self.process.wait()
