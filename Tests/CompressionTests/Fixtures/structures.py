"""Writes structures.txt: which elements PyTorch's ln_structured and TFMOT's N:M rule keep.

Run with torch (1.13). The N:M rule is TensorFlow Model Optimization's `generate_m_by_n_mask` in
its own words: rows are filled with zeros to a whole number of groups, |w| is ranked in each group,
and all but `pruned` of each stay. Each weight is a number that anyone can make, without ties:

    w[i] = ((i * 7919 + 13) % 1009 - 504) / 64

Each line is: what, shape, arguments, then the kept elements as 0 and 1 in flat order.
"""
import numpy as np
import torch
import torch.nn.utils.prune as prune


def weights(shape):
    count = int(np.prod(shape))
    numbers = [((i * 7919 + 13) % 1009 - 504) / 64 for i in range(count)]
    return np.array(numbers, dtype=np.float32).reshape(shape)


def ln_structured(w, amount, n, dim):
    module = torch.nn.Module()
    module.weight = torch.nn.Parameter(torch.tensor(w))
    prune.ln_structured(module, "weight", amount=amount, n=n, dim=dim)
    return module.weight_mask.numpy().astype(int)


def m_by_n(w, pruned, size):
    rows = np.abs(w.reshape(w.shape[0], -1))
    columns = rows.shape[1]
    padded = np.pad(rows, ((0, 0), (0, -columns % size)))
    groups = padded.reshape(-1, size)
    order = np.argsort(-groups, axis=1, kind="stable")[:, : size - pruned]
    mask = np.zeros_like(groups, dtype=int)
    np.put_along_axis(mask, order, 1, axis=1)
    return mask.reshape(padded.shape)[:, :columns].reshape(w.shape)


def line(out, what, shape, arguments, mask):
    words = [what, "x".join(map(str, shape)), *map(str, arguments)]
    out.write(" ".join(words) + " " + "".join(map(str, mask.reshape(-1))) + "\n")


with open("structures.txt", "w") as out:
    for shape in [(5, 7), (6, 4), (4, 3, 3, 3), (2, 9, 1, 2)]:
        for dim in range(len(shape)):
            for n in (1, 2):
                for amount in (0.5, 0.3):
                    mask = ln_structured(weights(shape), amount, n, dim)
                    line(out, "ln", shape, (dim, n, amount), mask)
        for kept, size in [(2, 4), (1, 3), (4, 8)]:
            mask = m_by_n(weights(shape), size - kept, size)
            line(out, "nm", shape, (kept, size), mask)
