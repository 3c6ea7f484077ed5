"""Writes criteria.txt: what criteria and their statistics are, computed from their definitions.

    python3 make_criteria.py > criteria.txt          # PyTorch 1.13, everything in float64

One line a tensor: its name, then its numbers in row-major order. The network is
input(2, 4, 4) |> conv2d(3, padding: 1) |> batchnorm |> relu |> flatten |> linear(5) |> relu |> linear(4)
in inference mode, the loss cross-entropy, the data 70 examples (3 mini-batches of 32, the last short).
"""
import numpy as np
import torch
import torch.nn.functional as F

torch.manual_seed(11)
torch.set_default_dtype(torch.float64)


def single(t):
    """Rounded to what a float32 holds, so that both sides start from the same numbers."""
    return t.float().double()


x = single(torch.randn(70, 2, 4, 4))
x[:, 0, 0, 0] = 0  # an input that is always 0
y = torch.randint(0, 4, (70,))
p = {
    "conv1.weight": single(torch.randn(3, 2, 3, 3) * 0.4),
    "conv1.bias": single(torch.randn(3) * 0.1),
    "bn1.weight": single(torch.tensor([0.9, -0.3, 1.4])),
    "bn1.bias": single(torch.tensor([0.1, -0.2, 0.0])),
    "bn1.mean": single(torch.tensor([0.05, -0.1, 0.2])),
    "bn1.variance": single(torch.tensor([0.8, 1.3, 0.6])),
    "linear1.weight": single(torch.randn(5, 48) * 0.2),
    "linear1.bias": single(torch.randn(5) * 0.1),
    "linear2.weight": single(torch.randn(4, 5) * 0.5),
    "linear2.bias": single(torch.randn(4) * 0.1),
}
weights = ["conv1.weight", "linear1.weight", "linear2.weight"]
trainable = [name for name in p if name not in ("bn1.mean", "bn1.variance")]


def run(x, p, taps=None):
    taps = taps if taps is not None else {}
    taps["conv1.weight.in"] = F.unfold(x, 3, padding=1).transpose(1, 2).reshape(-1, 18)
    h = F.conv2d(x, p["conv1.weight"], p["conv1.bias"], padding=1)
    h = F.batch_norm(h, p["bn1.mean"], p["bn1.variance"], p["bn1.weight"], p["bn1.bias"], eps=1e-5)
    h = F.relu(h)
    taps["conv1.weight.out"] = h
    h = h.flatten(1)
    taps["linear1.weight.in"] = h
    h = F.relu(F.linear(h, p["linear1.weight"], p["linear1.bias"]))
    taps["linear1.weight.out"] = taps["linear2.weight.in"] = h
    h = F.linear(h, p["linear2.weight"], p["linear2.bias"])
    taps["linear2.weight.out"] = h
    return h


def gradients(x, y, p):
    leaves = {name: value.clone().requires_grad_(name in trainable) for name, value in p.items()}
    loss = F.cross_entropy(run(x, leaves), y)
    loss.backward()
    return loss.item(), {name: leaves[name].grad for name in trainable}


def show(name, t):
    print(name, *(f"{v:.9g}" for v in torch.as_tensor(t, dtype=torch.float64).flatten().tolist()))


def rne(v):
    return int(np.rint(v))


def keep_mask(scores, k):
    """1 where kept: the k lowest go, of equal scores the lowest index."""
    order = np.argsort(scores.flatten(), kind="stable")
    mask = np.ones(scores.size)
    mask[order[:k]] = 0
    return mask


show("images", x)
show("labels", y)
for name, value in p.items():
    show(name, value)

loss, mean_gradient = gradients(x, y, p)
show("loss", [loss])
batches = [gradients(x[i : i + 32], y[i : i + 32], p)[1] for i in range(0, 70, 32)]
each = [gradients(x[i : i + 1], y[i : i + 1], p)[1] for i in range(70)]
taps = {}
run(x, p, taps)
total = sum((p[w] * mean_gradient[w]).abs().sum() for w in weights)
for w in weights:
    shape = p[w].shape
    rows = shape[0]
    show(w + ".gradient", mean_gradient[w])
    stack = torch.stack([b[w] for b in batches])
    show(w + ".gradientMean", stack.mean(0))
    show(w + ".gradientStd", stack.std(0, unbiased=False))
    fisher = torch.stack([e[w] for e in each]).square().mean(0)
    show(w + ".hessian", fisher)
    norms = taps[w + ".in"].square().sum(0).sqrt()
    show(w + ".inputNorm", norms.repeat(rows, 1))
    out = taps[w + ".out"].transpose(0, 1).flatten(1)
    spread = lambda v: v.reshape(rows, 1).repeat(1, p[w].numel() // rows)
    show(w + ".activation", spread(out.abs().mean(1)))
    show(w + ".zeroShare", spread((out == 0).double().mean(1)))
    show(w + ".taylor", (p[w] * mean_gradient[w]).abs())
    show(w + ".snip", (p[w] * mean_gradient[w]).abs() / total)
    show(w + ".obd", 0.5 * fisher * p[w] ** 2)
    flat = p[w].flatten().numpy()
    squares = flat**2
    lamp = np.array([s / squares[squares >= s].sum() for s in squares])
    show(w + ".lamp", lamp)
    wanda = (p[w].reshape(rows, -1).abs() * norms).numpy()
    k = rne(0.6 * wanda.shape[1])
    show(w + ".wanda.kept", np.concatenate([keep_mask(row, k) for row in wanda]))
show("conv1.weight.normScale", p["bn1.weight"].abs().reshape(3, 1).repeat(1, 18))

# SynFlow: 20 rounds to 60 % of all weights, every parameter positive, an input of ones.
positive = {name: value.abs() for name, value in p.items()}
masks = {w: torch.ones_like(p[w]) for w in weights}
n = sum(p[w].numel() for w in weights)
for r in range(1, 21):
    leaves = {k: v.clone() for k, v in positive.items()}
    for w in weights:
        leaves[w] = (positive[w] * masks[w]).requires_grad_()
    run(torch.ones(1, 2, 4, 4), leaves).sum().backward()
    scores = np.concatenate([(leaves[w] * leaves[w].grad).abs().detach().numpy().flatten() for w in weights])
    gone = np.concatenate([masks[w].numpy().flatten() for w in weights]) == 0
    scores[gone] = -1
    k = rne(0.6 * n) if r == 20 else n - rne(0.4 ** (r / 20) * n)
    kept = keep_mask(scores, k)
    at = 0
    for w in weights:
        masks[w] = torch.tensor(kept[at : at + p[w].numel()].reshape(p[w].shape))
        at += p[w].numel()
for w in weights:
    show(w + ".synflow.kept", masks[w])

# Movement: one pass of gradient descent at 0.05 over mini-batches of 32 in order.
moving = {k: v.clone() for k, v in p.items()}
sums = {w: torch.zeros_like(p[w]) for w in weights}
for i in range(0, 70, 32):
    _, g = gradients(x[i : i + 32], y[i : i + 32], moving)
    for w in weights:
        sums[w] -= 0.05 * moving[w] * g[w]
    for name in trainable:
        moving[name] = moving[name] - 0.05 * g[name]
for w in weights:
    show(w + ".movement", sums[w])


def sparsegpt(weight, inputs, share, block):
    """Algorithm 1 of arXiv:2301.00774; counts are exact over all blocks together."""
    w = weight.copy()
    rows, columns = w.shape
    h = 2 / len(inputs) * inputs.T @ inputs
    dead = np.diag(h) == 0
    h[dead, dead] = 2 / len(inputs)  # as if the input had been 1 once
    h += 0.01 * np.mean(np.diag(h)) * np.eye(columns)
    u = np.linalg.cholesky(np.linalg.inv(h)).T
    gone = np.zeros(w.shape, bool)
    k = rne(share * w.size)
    taken = 0
    for a in range(0, columns, block):
        b = min(a + block, columns)
        quota = k * rows * b // w.size - taken
        taken += quota
        scores = (w[:, a:b] / np.diag(u)[a:b]) ** 2
        order = np.argsort(scores.flatten(), kind="stable")[:quota]
        part = np.zeros(scores.size, bool)
        part[order] = True
        gone[:, a:b] = part.reshape(scores.shape)
        for c in range(a, b):
            e = np.where(gone[:, c], w[:, c], 0) / u[c, c]
            w[:, c:] -= np.outer(e, u[c, c:])
            w[gone[:, c], c] = 0
    assert gone.sum() == k
    return w, gone


def in_turn(suffix, prune):
    """Every layer on what the pruned ones before it give."""
    pruned = {k: v.clone() for k, v in p.items()}
    for name in weights:
        taps = {}
        run(x, pruned, taps)
        shape = pruned[name].shape
        values = prune(pruned[name].reshape(shape[0], -1).numpy(), taps[name + ".in"].numpy())
        pruned[name] = torch.tensor(values.reshape(shape))
        show(name + suffix, values)


# 50 % in blocks of 7 columns.
in_turn(".sparsegpt", lambda w, inputs: sparsegpt(w, inputs, 0.5, 7)[0])


def sparsegpt_nm(weight, inputs, kept, size):
    """The same sweep, its mask chosen of each row's groups (arXiv:2301.00774, section 3.3)."""
    w = weight.copy()
    columns = w.shape[1]
    h = 2 / len(inputs) * inputs.T @ inputs
    dead = np.diag(h) == 0
    h[dead, dead] = 2 / len(inputs)
    h += 0.01 * np.mean(np.diag(h)) * np.eye(columns)
    u = np.linalg.cholesky(np.linalg.inv(h)).T
    for a in range(0, columns, size):
        width = min(size, columns - a)
        order = np.argsort((w[:, a : a + width] / np.diag(u)[a : a + width]) ** 2, axis=1, kind="stable")
        for row in range(len(w)):
            gone = order[row, : max(0, width - kept)]
            for c in range(a, a + width):
                if c - a in gone:
                    w[row, c:] -= w[row, c] / u[c, c] * u[c, c:]
                    w[row, c] = 0
    return w


# 2 of 4; 18 columns end in a group of two, which stays.
in_turn(".sparsegpt.nm", lambda w, inputs: sparsegpt_nm(w, inputs, 2, 4))
