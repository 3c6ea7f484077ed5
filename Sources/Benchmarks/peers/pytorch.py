"""PyTorch on the CPU: eager, or compiled (`torch.compile`, from 2.0) when PEER_COMPILED is set."""

import os
import sys

from turns import NETWORKS, absent, floats, recipe, serve

try:
    import torch
    from torch import nn
except ImportError:
    absent("no torch")

torch.set_num_threads(int(os.environ.get("ESPALIER_THREADS", 2)))
COMPILED = "PEER_COMPILED" in os.environ
if COMPILED and not hasattr(torch, "compile"):
    absent(f"torch {torch.__version__} has no compile")
optimized = torch.compile if COMPILED else lambda function: function


def network(folder):
    """The model with our weights, and its optimizer."""
    shape, layers, kind = recipe(folder)
    channels, numbers, parts = shape[0], None, []
    size = shape[1]
    for words in layers:
        if words[0] == "conv":
            parts.append(nn.Conv2d(channels, int(words[1]), 3, padding=int(words[2])))
            channels, size = int(words[1]), size - 2 + 2 * int(words[2])
        elif words[0] == "max":
            parts.append(nn.MaxPool2d(int(words[1])))
            size //= int(words[1])
        elif words[0] == "avg":
            parts.append(nn.AvgPool2d(int(words[1])))
            size //= int(words[1])
        elif words[0] == "flat":
            parts.append(nn.Flatten())
            numbers = channels * size * size
        elif words[0] == "fc":
            parts.append(nn.Linear(numbers, int(words[1])))
            numbers = int(words[1])
        else:
            parts.append(nn.ReLU())
    model = nn.Sequential(*parts)
    values, place = torch.from_numpy(floats(folder, "weights")), 0
    with torch.no_grad():
        for parameter in model.parameters():
            count = parameter.numel()
            parameter.copy_(values[place:place + count].reshape(parameter.shape))
            place += count
    optimizer = (torch.optim.SGD(model.parameters(), lr=0.01) if kind == "sgd"
                 else torch.optim.Adam(model.parameters(), lr=0.001))
    return model, optimizer, shape


def training(folder):
    """Bare loops: no data loader, no accuracy, nothing printed."""
    criterion = nn.CrossEntropyLoss()

    def epoch(model, forward, optimizer, images, labels):
        for rows in torch.randperm(len(images)).split(32):
            optimizer.zero_grad()
            loss = criterion(forward(images[rows]), labels[rows])
            loss.backward()
            optimizer.step()

    def first():
        model, optimizer, shape = network(folder)
        images = torch.from_numpy(floats(folder, "images", [-1] + shape))
        labels = torch.from_numpy(floats(folder, "labels")).long()
        epoch(model, model, optimizer, images, labels)
        return torch.cat([p.detach().ravel() for p in model.parameters()]).numpy()

    model, optimizer, shape = network(folder)
    forward = optimized(model)
    images, labels = torch.rand(32 * 64, *shape), torch.randint(0, 10, (32 * 64,))
    epoch(model, forward, optimizer, images, labels)
    return first, lambda: epoch(model, forward, optimizer, images, labels)


def inference(folder, batch):
    model, _, shape = network(folder)
    images = torch.from_numpy(floats(folder, "images", [-1] + shape))
    forward = optimized(model)

    def run(images=images[:batch].contiguous()):
        with torch.inference_mode():
            return forward(images)

    return lambda: run(images).numpy(), run


def product(folder, rows, sparse):
    weights = torch.from_numpy(floats(folder, "weights", [4096, 4096]))
    x = torch.from_numpy(floats(folder, "x", [rows, 4096]))
    if not sparse:
        return lambda: (x @ weights.T).numpy(), lambda: x @ weights.T
    kept, columns = weights.to_sparse_csr(), x.T.contiguous()
    return lambda: (kept @ columns).T.contiguous().numpy(), lambda: kept @ columns


def pruning(folder):
    from torch.nn.utils import prune
    weights = torch.from_numpy(floats(folder, "weights", [5000, 5000]))

    def run():
        layer = nn.Module()
        layer.weight = nn.Parameter(weights)
        prune.l1_unstructured(layer, "weight", amount=0.5)
        return layer.weight.detach()

    return lambda: run().numpy(), run


def quantizing(folder):
    """Codes of int8 with a scale for each row, and the values they stand for."""
    weights = torch.from_numpy(floats(folder, "weights", [5000, 5000]))

    @optimized
    def quantize(w):
        scale = w.abs().amax(1, keepdim=True) / 127
        codes = torch.clamp(torch.round(w / scale), -128, 127).to(torch.int8)
        return codes, scale

    def values():
        codes, scale = quantize(weights)
        return (codes * scale).numpy()

    return values, lambda: quantize(weights)


rows = {f"train/{name}": training for name in NETWORKS}
for name in NETWORKS:
    for batch in (1, 64):
        rows[f"infer/{name}/{batch}"] = lambda folder, batch=batch: inference(folder, batch)
for count in (1, 16, 64):
    rows[f"dense/0/{count}"] = lambda folder, count=count: product(folder, count, False)
    for percent in (90, 95):
        rows[f"sparse/{percent}/{count}"] = (
            lambda folder, count=count: product(folder, count, True))
rows["prune/25M"] = pruning
rows["quantize/25M"] = quantizing

if sys.argv[1] == "memory":
    # Trains once on the network's own images, for the peak of memory.
    training(sys.argv[2])
else:
    serve(rows)
