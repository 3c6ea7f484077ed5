#!/usr/bin/python3
"""The same as main.swift in PyTorch eager: images a second in training at batch 32.

Bare loops: no data loader, no accuracy, no printing, so that nothing but PyTorch is measured.
"""

import sys
import time

import torch
from torch import nn

chosen = sys.argv[1:]
torch.set_num_threads(int(chosen.pop(0)) if chosen and len(chosen[0]) == 1 else 2)


def conv(inputs, outputs, padding):
    return nn.Conv2d(inputs, outputs, 3, padding=padding)


NETWORKS = {
    "000": ((1, 32, 32), "sgd", lambda: [
        conv(1, 32, 1), nn.ReLU(), conv(32, 64, 1), nn.ReLU(), nn.AvgPool2d(4), nn.Flatten(),
        nn.Linear(4096, 128), nn.ReLU(), nn.Linear(128, 10)]),
    "001": ((1, 32, 32), "sgd", lambda: [
        conv(1, 32, 0), nn.ReLU(), nn.MaxPool2d(2), conv(32, 64, 0), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(2304, 10)]),
    "002": ((3, 32, 32), "sgd", lambda: [
        conv(3, 16, 1), nn.ReLU(), nn.MaxPool2d(2), conv(16, 32, 1), nn.ReLU(), nn.MaxPool2d(2),
        nn.Flatten(), nn.Linear(2048, 128), nn.ReLU(), nn.Linear(128, 10)]),
    "003": ((1, 28, 28), "adam", lambda: [
        nn.Flatten(), nn.Linear(784, 16), nn.ReLU(), nn.Linear(16, 10)]),
    "004": ((1, 28, 28), "adam", lambda: [
        conv(1, 32, 0), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(5408, 10)]),
    "lenet-300-100": ((1, 28, 28), "adam", lambda: [
        nn.Flatten(), nn.Linear(784, 300), nn.ReLU(), nn.Linear(300, 100), nn.ReLU(),
        nn.Linear(100, 10)]),
}


def epoch(model, optimizer, images, labels):
    criterion = nn.CrossEntropyLoss()
    for rows in torch.randperm(len(images)).split(32):
        optimizer.zero_grad()
        loss = criterion(model(images[rows]), labels[rows])
        loss.backward()
        optimizer.step()


def images_per_second(shape, kind, build):
    model = nn.Sequential(*build())
    best, count = 0.0, 32 * 8
    for attempt in range(6):
        images, labels = torch.rand(count, *shape), torch.randint(0, 10, (count,))
        optimizer = (torch.optim.SGD(model.parameters(), lr=0.01) if kind == "sgd"
                     else torch.optim.Adam(model.parameters(), lr=0.001))
        start = time.perf_counter()
        epoch(model, optimizer, images, labels)
        rate = count / (time.perf_counter() - start)
        if attempt > 0:
            best = max(best, rate)
        count = 32 * max(8, min(1000, int(rate / 64)))
    return best


for name, network in NETWORKS.items():
    if not chosen or name in chosen:
        print(name, int(images_per_second(*network)), flush=True)
