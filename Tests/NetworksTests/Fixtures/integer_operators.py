"""Integer operators as ONNX Runtime computes them, written to integer_operators.json.

    python integer_operators.py > integer_operators.json      (numpy, onnx, onnxruntime 1.31)

To be run on a processor with VNNI: without it ONNX Runtime's unsigned-by-signed products saturate
at 16 bits unless weights are kept to 7 bits.
"""
import json

import numpy as np
import onnxruntime as ort
from onnx import TensorProto, helper, numpy_helper

random = np.random.default_rng(7)


def run(operator, inputs, outputs, **attributes):
    names = [f"i{k}" for k in range(len(inputs))]
    node = helper.make_node(operator, names, [name for name, _ in outputs], **attributes)
    # All but the first input are constants, as in a model.
    first, rest = inputs[0], inputs[1:]
    graph = helper.make_graph(
        [node], "g",
        [helper.make_tensor_value_info(
            names[0], helper.np_dtype_to_tensor_dtype(first.dtype), first.shape)],
        [helper.make_tensor_value_info(name, kind, None) for name, kind in outputs],
        [numpy_helper.from_array(np.asarray(value), name)
         for value, name in zip(rest, names[1:])])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10)
    session = ort.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {names[0]: first})


def flat(array):
    array = np.asarray(array).flatten()
    return array.astype(np.float64 if array.dtype.kind == "f" else np.int64).tolist()


def codes(shape, kind):
    low, high = np.iinfo(kind).min, np.iinfo(kind).max
    return random.integers(low, high + 1, shape).astype(kind)


linear, windows, dynamic, sums = [], [], [], []
for rows, inputs, outputs, channel, scales in [
    (1, 1, 1, False, (1, 1, 2)), (3, 5, 4, False, (0.02, 0.01, 0.5)),
    (7, 300, 17, True, (0.0173, 0.0031, 0.41)), (2, 64, 33, True, (1 / 255, 0.007, 0.03)),
    # Products of whole and half numbers, so that ties abound.
    (16, 8, 16, False, (0.5, 1, 64)), (4, 1024, 3, True, (1e-20, 1e-15, 3e-33)),
]:
    x, w = codes((rows, inputs), np.uint8), codes((inputs, outputs), np.int8)
    a, b, y = (np.float32(scale) for scale in scales)
    b = (b * random.uniform(0.5, 1.5, outputs)).astype(np.float32) if channel else b
    zero_x, zero_y = np.uint8(random.integers(256)), np.uint8(random.integers(256))
    zero_w = np.zeros(outputs, np.int8) if channel else np.int8(0)
    out, = run("QLinearMatMul", [x, a, zero_x, w, b, zero_w, y, zero_y],
               [("y", TensorProto.UINT8)])
    linear.append(dict(
        rows=rows, inputs=inputs, outputs=outputs, x=flat(x), weights=flat(w.T), scaleX=float(a),
        scalesW=flat(b), scaleY=float(y), zeroX=int(zero_x), zeroY=int(zero_y), y=flat(out)))
    out, = run("MatMulInteger", [x, w, zero_x], [("y", TensorProto.INT32)])
    sums.append(dict(
        rows=rows, inputs=inputs, outputs=outputs, x=flat(x), weights=flat(w.T),
        zeroX=int(zero_x), y=flat(out)))

for batch, channels, size, outputs, kernel, stride, padding in [
    (1, 1, 3, 1, 3, 1, 0), (2, 3, 8, 5, 3, 1, 1), (1, 2, 9, 7, 3, 2, 1), (2, 4, 6, 3, 1, 1, 0),
    (1, 1, 12, 4, 5, 3, 2),
]:
    x = codes((batch, channels, size, size), np.uint8)
    w = codes((outputs, channels, kernel, kernel), np.int8)
    bias = random.integers(-5000, 5000, outputs).astype(np.int32)
    a, y = np.float32(0.019), np.float32(0.33)
    b = random.uniform(0.001, 0.01, outputs).astype(np.float32)
    zero_x, zero_y = np.uint8(random.integers(256)), np.uint8(random.integers(256))
    out, = run(
        "QLinearConv", [x, a, zero_x, w, b, np.zeros(outputs, np.int8), y, zero_y, bias],
        [("y", TensorProto.UINT8)], strides=[stride] * 2, pads=[padding] * 4)
    windows.append(dict(
        shape=list(x.shape), outputs=outputs, kernel=kernel, stride=stride, padding=padding,
        x=flat(x), weights=flat(w), bias=flat(bias), scaleX=float(a), scalesW=flat(b),
        scaleY=float(y), zeroX=int(zero_x), zeroY=int(zero_y), y=flat(out)))

for values in [
    [0, 2, -3, -2.5, 1.34, 0.5], [0, 0, 0], [1, 2, 3], [-1, -2, -3], [5], [1e-42, 0],
    [1e30, -1e30], [0.5, 1.5, 2.5, 3.5, 255], flat(random.normal(size=50)),
]:
    x = np.array(values, np.float32)
    y, scale, zero = run(
        "DynamicQuantizeLinear", [x],
        [("y", TensorProto.UINT8), ("s", TensorProto.FLOAT), ("z", TensorProto.UINT8)])
    dynamic.append(dict(x=flat(x), y=flat(y), scale=float(scale), zero=int(zero)))

print(json.dumps(
    dict(linear=linear, windows=windows, dynamic=dynamic, sums=sums), separators=(",", ":")))
