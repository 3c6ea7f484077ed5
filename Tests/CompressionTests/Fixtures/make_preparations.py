"""Writes preparations.txt: SmoothQuant and bias correction computed from their definitions.

    python3 make_preparations.py > preparations.txt          # PyTorch 1.13, everything in float64

One line a tensor: its name, then its numbers in row-major order. The network is
input(2, 4, 4) |> conv2d(3, padding: 1) |> relu |> flatten |> linear(6) |> relu |> linear(4), the data 10 examples.
"""
import numpy as np
import torch
import torch.nn.functional as F

torch.manual_seed(12)
torch.set_default_dtype(torch.float64)


def single(t):
    """Rounded to float32, as the program reads it."""
    return t.float().double()


def show(name, t):
    print(name, *(f"{v:.9g}" for v in np.asarray(t).flatten()))


p = {
    "conv1.weight": single(torch.randn(3, 2, 3, 3)), "conv1.bias": single(torch.randn(3)),
    "linear1.weight": single(torch.randn(6, 48) / 4), "linear1.bias": single(torch.randn(6)),
    "linear2.weight": single(torch.randn(4, 6)), "linear2.bias": single(torch.randn(4)),
}
# Channels of very different sizes, which is what smoothing is for.
p["conv1.weight"] = single(p["conv1.weight"] * torch.tensor([10, 1, 0.01]).reshape(3, 1, 1, 1))
x = single(torch.randn(10, 2, 4, 4))
show("images", x)
for name in p:
    show(name, p[name])


def layers(p):
    """The inputs of every layer with weights."""
    taps = {"conv1": x}
    y = F.relu(F.conv2d(x, p["conv1.weight"], p["conv1.bias"], padding=1))
    taps["linear1"] = y.flatten(1)
    y = F.relu(F.linear(taps["linear1"], p["linear1.weight"], p["linear1.bias"]))
    taps["linear2"] = y
    return taps


# SmoothQuant's smooth_ln_fcs, seam by seam; peaks of activations are those of the float network.
for alpha in (0.25, 0.5, 0.8):
    s = {k: v.clone() for k, v in p.items()}
    taps = layers(p)
    for before, after, channels in (("conv1", "linear1", 3), ("linear1", "linear2", 6)):
        act_scales = taps[after].reshape(10, channels, -1).abs().amax(dim=(0, 2))
        weight = s[after + ".weight"]
        blocks = weight.reshape(len(weight), channels, -1)
        weight_scales = blocks.abs().amax(dim=(0, 2))
        scales = (act_scales.pow(alpha) / weight_scales.pow(1 - alpha)).clamp(min=1e-5)
        s[before + ".weight"] /= scales.reshape(-1, *[1] * (s[before + ".weight"].dim() - 1))
        s[before + ".bias"] /= scales
        s[after + ".weight"] = (blocks * scales.reshape(1, -1, 1)).reshape(weight.shape)
    for name in s:
        show(f"smooth.{alpha}.{name}", s[name])

# Bias correction, torch.ao.quantization._correct_bias's order: each layer's mean error on what flows through the
# layers quantized and corrected before it. Weights of 3 bits, symmetric, a scale a channel.
q = {k: v.clone() for k, v in p.items()}
for layer in ("conv1", "linear1", "linear2"):
    w = p[layer + ".weight"].float()
    top = w.abs().reshape(len(w), -1).amax(1).reshape(-1, *[1] * (w.dim() - 1))
    scale = top / 3
    q[layer + ".weight"] = ((w / scale).round().clamp(-4, 3) * scale).double()
    inputs = layers(q)[layer]
    if layer == "conv1":
        exact = F.conv2d(inputs, p[layer + ".weight"], padding=1)
        error = (F.conv2d(inputs, q[layer + ".weight"], padding=1) - exact).mean((0, 2, 3))
    else:
        error = (F.linear(inputs, q[layer + ".weight"]) - F.linear(inputs, p[layer + ".weight"])).mean(0)
    q[layer + ".bias"] = p[layer + ".bias"] - error
for name in q:
    show("corrected." + name, q[name])
