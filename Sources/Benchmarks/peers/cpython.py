"""The same small programs in Python."""

import struct

from turns import serve


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def loop():
    total = 0
    for i in range(1000000):
        total = total + i * 2 - 1
    return total


def scalars():
    result = 0
    for i in range(200000):
        x = i / 100000 - 1
        q = min(127, max(-128, round(x / 0.0078)))
        result = result + abs(x - q * 0.0078)
    return result


def row(program):
    def prepare(folder):
        with open(folder + "/theirs.f32", "wb") as file:
            file.write(struct.pack("f", program()))
        return lambda: None, program
    return prepare


serve({"language/fib": row(lambda: fib(25)), "language/loop": row(loop),
       "language/scalars": row(scalars)})
