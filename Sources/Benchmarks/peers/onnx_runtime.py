"""ONNX Runtime on the CPU: float32, and int8 by its own static quantizer with our 256 images."""

import os
import sys

from turns import NETWORKS, absent, floats, recipe, serve

try:
    import numpy
    import onnx
    import onnxruntime
    from onnx import TensorProto, helper
except ImportError as missing:
    absent(str(missing))


def float_model(folder):
    """The network with our weights as an ONNX file."""
    shape, layers, _ = recipe(folder)
    values, place = floats(folder, "weights"), 0
    channels, size, numbers, value = shape[0], shape[1], None, "x"
    nodes, constants = [], []

    def constant(name, shape):
        nonlocal place
        count = int(numpy.prod(shape))
        part = values[place:place + count].reshape(shape)
        place += count
        constants.append(onnx.numpy_helper.from_array(part.copy(), name))
        return name

    for index, words in enumerate(layers):
        inputs, result, attributes = [value], f"v{index}", {}
        if words[0] == "conv":
            count, border = int(words[1]), int(words[2])
            kind, attributes = "Conv", {"kernel_shape": [3, 3], "pads": [border] * 4}
            inputs += [constant(f"w{index}", [count, channels, 3, 3]),
                       constant(f"b{index}", [count])]
            channels, size = count, size - 2 + 2 * border
        elif words[0] in ("max", "avg"):
            window = int(words[1])
            kind = "MaxPool" if words[0] == "max" else "AveragePool"
            attributes = {"kernel_shape": [window] * 2, "strides": [window] * 2}
            size //= window
        elif words[0] == "flat":
            kind, numbers = "Flatten", channels * size * size
        elif words[0] == "fc":
            kind, attributes = "Gemm", {"transB": 1}
            inputs += [constant(f"w{index}", [int(words[1]), numbers]),
                       constant(f"b{index}", [int(words[1])])]
            numbers = int(words[1])
        else:
            kind = "Relu"
        nodes.append(helper.make_node(kind, inputs, [result], **attributes))
        value = result
    graph = helper.make_graph(
        nodes, "network",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, ["n"] + shape)],
        [helper.make_tensor_value_info(value, TensorProto.FLOAT, ["n", 10])], constants)
    path = folder + "/network.onnx"
    onnx.save(helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path, shape


def int8_model(folder, path, images):
    from onnxruntime.quantization import (
        CalibrationDataReader, QuantFormat, QuantType, quantize_static)

    class Reader(CalibrationDataReader):
        def __init__(self):
            self.batches = iter([{"x": images}])

        def get_next(self):
            return next(self.batches, None)

    quantized = folder + "/network.int8.onnx"
    quantize_static(
        path, quantized, Reader(), quant_format=QuantFormat.QDQ, per_channel=True,
        activation_type=QuantType.QUInt8, weight_type=QuantType.QInt8)
    return quantized


def dynamic_model(folder, path):
    from onnxruntime.quantization import QuantType, quantize_dynamic
    quantized = folder + "/network.dynamic.onnx"
    quantize_dynamic(path, quantized, per_channel=True, weight_type=QuantType.QInt8)
    return quantized


def inference(folder, batch, kind):
    path, shape = float_model(folder)
    images = floats(folder, "images", [-1] + shape)
    if kind == "int8":
        path = int8_model(folder, path, images)
    elif kind == "dynamic":
        path = dynamic_model(folder, path)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("ESPALIER_THREADS", 2))
    session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
    few = numpy.ascontiguousarray(images[:batch])
    return lambda: session.run(None, {"x": images})[0], lambda: session.run(None, {"x": few})


onnxruntime.set_default_logger_severity(3)
rows = {}
for kind in ("infer", "int8", "dynamic"):
    for name in NETWORKS:
        for batch in (1, 64):
            rows[f"{kind}/{name}/{batch}"] = (
                lambda folder, batch=batch, kind=kind: inference(folder, batch, kind))
serve(rows)
