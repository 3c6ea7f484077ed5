"""Writes the number-format fixtures beside it: what other programs make of the same numbers.

    python make_formats.py ml_dtypes onnx gguf      numpy 2, ml_dtypes 0.6, onnxruntime 1.31, gguf 0.19
    python make_formats.py torch                    PyTorch 1.13

A fixture is lines of text. `input NAME` is followed by float32 bit patterns in hex, every other
line by what its first word says; numbers stand in the order of the input.
"""

import sys

import numpy as np


def hexes(array):
    return " ".join(f"{bits:x}" for bits in np.asarray(array, np.float32).ravel().view(np.uint32))


def numbers(array):
    return " ".join(str(int(x)) for x in np.asarray(array).ravel())


def casts():
    """Awkward numbers for float formats: random of every size, ties, denormals, huge, ±0."""
    random = np.random.default_rng(7)
    parts = [
        random.standard_normal(300),
        random.standard_normal(200) * 2.0 ** random.integers(-30, 30, 200),
        random.standard_normal(60) * 2.0 ** random.integers(-140, 127, 60),
        [0.0, -0.0, 1e-45, -1e-45, 1.1754944e-38, 448, 464, 465, 480, -1e30, 3e38, 57344, 61440],
        [65504, 65519, 65520, 70000, 0.25, 0.75, 1.25, 1.75, 2.5, 3.5, 5, 5.5, 7, -0.25, -2.5],
    ]
    x = np.concatenate([np.asarray(part, np.float32) for part in parts])
    # Every middle between two neighbours of e4m3 and of e5m2.
    import ml_dtypes

    for kind in (ml_dtypes.float8_e4m3fn, ml_dtypes.float8_e5m2):
        levels = np.arange(128, dtype=np.uint8).view(kind).astype(np.float32)
        levels = np.sort(levels[np.isfinite(levels)])
        x = np.concatenate([x, (levels[1:] + levels[:-1]) / 2])
    return x.astype(np.float32)


def ml_dtypes_fixture():
    import ml_dtypes

    lines = []
    x = casts()
    lines += ["input casts", hexes(x)]
    kinds = {
        "float16": (np.float16, np.uint16), "bfloat16": (ml_dtypes.bfloat16, np.uint16),
        "e4m3": (ml_dtypes.float8_e4m3fn, np.uint8), "e5m2": (ml_dtypes.float8_e5m2, np.uint8),
        "e2m1": (ml_dtypes.float4_e2m1fn, np.uint8),
    }
    for name, (kind, code) in kinds.items():
        count = 16 if name == "e2m1" else 1 << (8 * np.dtype(code).itemsize)
        step = 1 if count <= 256 else 97
        codes = np.arange(0, count, step)
        if name == "e2m1":
            levels = codes.astype(np.uint8).view(kind).astype(np.float32)
        else:
            levels = codes.astype(code).view(kind).astype(np.float32)
        lines += [f"levels {name}", f"step {step}", hexes(levels)]
        finite = np.arange(count, dtype=code).view(kind).astype(np.float32)
        largest = np.max(finite[np.isfinite(finite)])
        # Saturating, as ONNX has it for 8-bit floats: clip, then cast.
        cast = np.clip(x, -largest, largest).astype(kind)
        lines += [f"cast {name}", numbers(cast.view(code))]
    return lines


def grids():
    random = np.random.default_rng(11)
    x = (random.standard_normal((6, 32)) * np.array([[1], [3], [0.01], [100], [1e-3], [0]]))
    x = x.astype(np.float32)
    x[0, :4] = [0.5, 1.5, 2.5, -3.5]
    return x


def run_onnx(x, scale, zero, axis, block):
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper

    import ml_dtypes

    kinds = {
        np.dtype(np.int8): TensorProto.INT8, np.dtype(np.uint8): TensorProto.UINT8,
        np.dtype(ml_dtypes.int4): TensorProto.INT4, np.dtype(ml_dtypes.uint4): TensorProto.UINT4,
    }
    attributes = {"axis": axis} if axis is not None else {}
    if block:
        attributes["block_size"] = block
    node = helper.make_node("QuantizeLinear", ["x", "s", "z"], ["packed"], **attributes)
    # onnxruntime gives no 4-bit arrays to Python, so codes leave as int32.
    wide = helper.make_node("Cast", ["packed"], ["q"], to=TensorProto.INT32)
    back = helper.make_node("DequantizeLinear", ["packed", "s", "z"], ["y"], **attributes)
    graph = helper.make_graph(
        [node, wide, back], "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, x.shape)],
        [helper.make_tensor_value_info("q", TensorProto.INT32, x.shape),
         helper.make_tensor_value_info("y", TensorProto.FLOAT, x.shape)],
        [onnx.numpy_helper.from_array(np.asarray(scale, np.float32), "s"),
         helper.make_tensor("z", kinds[zero.dtype], zero.shape, zero.astype(int).ravel())])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options)
    return session.run(None, {"x": x})


def onnx_fixture():
    x = grids()
    lines = ["input grid", hexes(x)]
    import ml_dtypes

    kinds = {
        "int8": (np.int8, 127, 3), "uint8": (np.uint8, 127, 130), "int4": (ml_dtypes.int4, 7, -1),
        "uint4": (ml_dtypes.uint4, 7, 9),
    }
    for name, (kind, top, middle) in kinds.items():
        for part, scale, axis, block in (
            ("tensor", np.float32(0.03), None, 0),
            ("channel", np.abs(x).max(1) / np.float32(top) + np.float32(1e-6), 0, 0),
            ("group", np.abs(x).reshape(6, 4, 8).max(2) / np.float32(top) + np.float32(1e-6), 1, 8),
        ):
            scale = np.asarray(scale, np.float32)
            zero = np.full(scale.shape, middle).astype(kind)
            q, y = run_onnx(x, scale, zero, axis, block)
            lines += [f"onnx {name} {part}", hexes(scale), numbers(q), hexes(y)]
    return lines


def torch_fixture():
    import torch
    from torch.ao.quantization.observer import MinMaxObserver, PerChannelMinMaxObserver

    lines = []
    for scale in (0.3, 0.7, 0.013, 0.1, 0.05):
        s = np.float32(scale)
        x = (np.arange(-128, 128, dtype=np.float32) + np.float32(0.5)) * s
        lines += [f"ties {hexes(s)}", hexes(x)]
        for name, kind in (("int8", torch.qint8), ("uint8", torch.quint8)):
            zero = 0 if name == "int8" else 128
            q = torch.quantize_per_tensor(torch.from_numpy(x), float(s), zero, kind)
            lines += [f"torch {name} {zero}", numbers(q.int_repr().numpy())]
    random = np.random.default_rng(5)
    samples = [
        random.standard_normal((4, 9)), random.random((4, 9)) + 1, -random.random((4, 9)),
        np.zeros((4, 9)), np.full((4, 9), -2.5), random.standard_normal((4, 9)) * 1e-9,
        random.standard_normal((4, 9)) * 1e30,
    ]
    samples[0][2] = 0
    schemes = [
        ("int8", torch.qint8, True), ("int8", torch.qint8, False), ("uint8", torch.quint8, True),
        ("uint8", torch.quint8, False),
    ]
    for sample in samples:
        x = torch.from_numpy(sample.astype(np.float32))
        lines += ["input sample", hexes(x.numpy())]
        for name, kind, symmetric in schemes:
            word = "symmetric" if symmetric else "affine"
            observer = MinMaxObserver(
                dtype=kind,
                qscheme=torch.per_tensor_symmetric if symmetric else torch.per_tensor_affine)
            observer(x)
            s, z = observer.calculate_qparams()
            q = torch.quantize_per_tensor(x, float(s), int(z), kind)
            lines += [f"tensor {name} {word}", hexes(s.numpy()), numbers(z), numbers(q.int_repr())]
            observer = PerChannelMinMaxObserver(
                ch_axis=0, dtype=kind,
                qscheme=torch.per_channel_symmetric if symmetric else torch.per_channel_affine)
            observer(x)
            s, z = observer.calculate_qparams()
            q = torch.quantize_per_channel(x, s, z, 0, kind)
            lines += [f"channel {name} {word}", hexes(s.numpy()), numbers(z), numbers(q.int_repr())]
    return lines


def gguf_fixture():
    """MXFP4 of ggml on numbers without ties, where its rule and OCP's agree."""
    import gguf

    random = np.random.default_rng(3)
    x = (random.standard_normal((8, 64)) * 2.0 ** random.integers(-20, 20, (8, 1)))
    x = x.astype(np.float32)
    packed = gguf.quants.quantize(x, gguf.GGMLQuantizationType.MXFP4)
    y = gguf.quants.dequantize(packed, gguf.GGMLQuantizationType.MXFP4)
    return ["input mxfp4", hexes(x), "values mxfp4", hexes(y)]


makers = {
    "ml_dtypes": ml_dtypes_fixture, "onnx": onnx_fixture, "torch": torch_fixture,
    "gguf": gguf_fixture,
}
for name in sys.argv[1:]:
    with open(f"{name}.txt", "w") as file:
        file.write("\n".join(makers[name]()) + "\n")
