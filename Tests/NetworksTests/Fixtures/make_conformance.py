#!/usr/bin/python3
"""Writes conformance-00?.bin: what PyTorch makes of the five articles' networks, in float64.

Run once with Debian's python3-torch (1.13); the tests read the frozen files and need no Python.

Weights, images and labels are no part of the files: both sides compute them from one integer hash
(SplitMix64), so that they agree to the last bit in float32.

    word(stream, i) = mix(stream · 2^32 + i),  u = (word >> 40) / 2^24
    weight = (2u − 1) · 2^−k,  2^−k the power of two nearest below 1/√fan-in
    image  = u;  label = (word >> 33) mod 10

Streams: 0 images, 1 labels, 2… the parameters in their order (weight, bias of each layer).

A file holds, little-endian, for SGD (rate 0.01) and then for Adam (rate 0.001), three steps each on
one batch of 32:  the three losses (float64), then for each parameter: count (u32), bits (u32: 12 or
16), step (float64) and codes: weight after three steps = weight before + code · step. Codes are
signed; two of 12 bits share three bytes, the first in the low bits. The half step is the rounding
error, at most a quarter of the tolerance the test allows; the test allows that much less.
"""

import struct
import sys

import numpy
import torch
from torch import nn

BATCH = 32


def words(stream, count):
    z = numpy.uint64(stream << 32) + numpy.arange(count, dtype=numpy.uint64)
    z = z * numpy.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> numpy.uint64(30))) * numpy.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> numpy.uint64(27))) * numpy.uint64(0x94D049BB133111EB)
    return z ^ (z >> numpy.uint64(31))


def shares(stream, count):
    return (words(stream, count) >> numpy.uint64(40)).astype(numpy.float64) / 2.0**24


def conv(inputs, outputs, padding=0):
    return nn.Conv2d(inputs, outputs, 3, padding=padding)


NETWORKS = {
    "000": ((1, 32, 32), lambda: [
        conv(1, 32, 1), nn.ReLU(), conv(32, 64, 1), nn.ReLU(), nn.AvgPool2d(4), nn.Flatten(),
        nn.Linear(4096, 128), nn.ReLU(), nn.Linear(128, 10)]),
    "001": ((1, 32, 32), lambda: [
        conv(1, 32), nn.ReLU(), nn.MaxPool2d(2), conv(32, 64), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(2304, 10)]),
    "002": ((3, 32, 32), lambda: [
        conv(3, 16, 1), nn.ReLU(), nn.MaxPool2d(2), conv(16, 32, 1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(2048, 128), nn.ReLU(), nn.Linear(128, 10)]),
    "003": ((28, 28), lambda: [nn.Flatten(), nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 10)]),
    "004": ((1, 28, 28), lambda: [
        conv(1, 32), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(5408, 10)]),
}


def start(model):
    """Sets the weights; returns them as float64 arrays, and 2^-k of each."""
    values = []
    bound = 1.0
    for stream, parameter in enumerate(model.parameters(), start=2):
        if parameter.dim() > 1:  # a layer's weight comes first, its bias shares the bound
            fan_in = parameter[0].numel()
            bound = 2.0 ** numpy.floor(numpy.log2(fan_in ** -0.5))
        value = (2 * shares(stream, parameter.numel()) - 1) * bound
        assert (value.astype(numpy.float32) == value).all()
        values.append(value)
        with torch.no_grad():
            parameter.copy_(torch.from_numpy(value.reshape(parameter.shape)))
    return values


def pack(codes, bits):
    if bits == 16:
        return codes.astype("<i2").tobytes()
    codes = numpy.append(codes, 0) if len(codes) % 2 else codes
    pairs = (codes & 0xFFF).reshape(-1, 2)
    joined = pairs[:, 0] | pairs[:, 1] << 12
    return numpy.stack([joined & 255, joined >> 8 & 255, joined >> 16], 1).astype(numpy.uint8).tobytes()


def run(build, shape, optimizer, tolerance, out):
    model = nn.Sequential(*build()).double()
    before = start(model)
    count = int(numpy.prod(shape))
    images = torch.from_numpy(shares(0, BATCH * count).reshape(BATCH, *shape))
    labels = torch.from_numpy(
        ((words(1, BATCH) >> numpy.uint64(33)) % numpy.uint64(10)).astype(numpy.int64))
    stepper = optimizer(model.parameters())
    for _ in range(3):
        stepper.zero_grad()
        loss = nn.functional.cross_entropy(model(images), labels)
        loss.backward()
        stepper.step()
        out.write(struct.pack("<d", loss.item()))
    for old, parameter in zip(before, model.parameters()):
        moved = parameter.detach().numpy().reshape(-1) - old
        largest = float(numpy.abs(moved).max()) or 1.0
        bits = 12 if largest / 2047 / 2 <= tolerance / 4 else 16
        step = largest / (2 ** (bits - 1) - 1)
        assert step / 2 <= tolerance / 4, (largest, bits)
        codes = numpy.rint(moved / step).astype(numpy.int64)
        out.write(struct.pack("<IId", len(codes), bits, step) + pack(codes, bits))


for name, (shape, build) in NETWORKS.items():
    with open(sys.path[0] + f"/conformance-{name}.bin", "wb") as out:
        run(build, shape, lambda p: torch.optim.SGD(p, lr=0.01), 1e-6, out)
        run(build, shape, lambda p: torch.optim.Adam(p, lr=0.001), 2e-5, out)
