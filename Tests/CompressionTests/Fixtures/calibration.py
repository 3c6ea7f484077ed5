"""Ranges and preparations as PyTorch 1.13 and ONNX Runtime 1.31 have them.

    python calibration.py torch > calibration-torch.json      (an interpreter with torch)
    python calibration.py onnx  > calibration-onnx.json       (an interpreter with onnxruntime)
"""
import json
import sys

import numpy as np


def numbers(seed, count, scale=1.0):
    """Reproducible float32 numbers with a few far out."""
    random = np.random.RandomState(seed)
    values = random.randn(count).astype(np.float32) * np.float32(scale)
    values[:: max(1, count // 3)] *= 4
    return values


def torch_cases():
    import torch
    from torch.ao.quantization import MinMaxObserver, MovingAverageMinMaxObserver
    from torch.ao.quantization._equalize import cross_layer_equalization, equalize

    def listed(tensor):
        return [float(x) for x in tensor.detach().flatten()]

    averages = []
    for name, batches in {
        "row 13": [[-1.0, 1.0], [-3.0, 5.0]],
        "one": [[0.25]],
        "five": [listed(torch.tensor(numbers(seed, 7))) for seed in range(5)],
        "positive": [[1.0, 3.0], [2.0, 2.5], [0.5, 9.0]],
        "large": [[-3e38, 1.0], [-2e38, 3e38]],
    }.items():
        average, whole = MovingAverageMinMaxObserver(), MinMaxObserver()
        for batch in batches:
            average(torch.tensor(batch))
            whole(torch.tensor(batch))
        averages.append({
            "name": name, "batches": batches,
            "average": [float(average.min_val), float(average.max_val)],
            "whole": [float(whole.min_val), float(whole.max_val)]})

    pairs = []
    for seed, (inputs, hidden, outputs) in enumerate([(3, 2, 4), (5, 4, 3)]):
        torch.manual_seed(seed)
        first, last = torch.nn.Linear(inputs, hidden), torch.nn.Linear(hidden, outputs)
        first.weight.data *= torch.tensor([[10.0 ** (2 - row)] for row in range(hidden)])
        case = {"weight1": listed(first.weight), "bias1": listed(first.bias),
                "weight2": listed(last.weight), "bias2": listed(last.bias),
                "sizes": [inputs, hidden, outputs]}
        cross_layer_equalization(first, last)
        case["once"] = [listed(first.weight), listed(first.bias), listed(last.weight)]
        model = torch.nn.Sequential(first, last)
        equalize(model, [["0", "1"]], 1e-4)
        case["converged"] = [listed(model[0].weight), listed(model[0].bias),
                             listed(model[1].weight)]
        pairs.append(case)
    return {"averages": averages, "pairs": pairs}


def onnx_cases():
    from onnxruntime.quantization.calibrate import HistogramCollector

    cases = []
    for name, values, bins, levels in [
        ("normal", numbers(1, 4000), 256, 64),
        ("normal, int8", numbers(2, 20000), 1024, 128),
        ("uneven", numbers(3, 3001), 300, 32),
        ("relu", np.maximum(numbers(4, 5000), 0), 512, 128),
        ("constant", np.full(50, 2.0, np.float32), 128, 16),
        ("one bin a level", numbers(5, 300), 128, 128),
        ("few", numbers(6, 20), 128, 16),
    ]:
        collector = HistogramCollector("entropy", True, bins, levels, 99.9, "same")
        collector.collect_value({"x": values})
        histogram = collector.get_histogram_dict()["x"]
        low, high = collector.get_entropy_threshold(histogram, levels)
        case = {"name": name, "levels": levels, "counts": [int(c) for c in histogram[0]],
                "edge": float(histogram[1][-1]), "observed": [float(values.min()), float(values.max())],
                "entropy": [float(low), float(high)], "percentiles": []}
        for percent in [50.0, 90.0, 99.0, 99.9, 100.0]:
            asymmetric = HistogramCollector("percentile", False, bins, levels, percent, "same")
            asymmetric.collect({"x": values})
            if percent < 100:
                found = asymmetric.compute_percentile()["x"]
                case["percentiles"].append([percent, float(found[0]), float(found[1])])
        cases.append(case)
    return {"cases": cases}


if __name__ == "__main__":
    print_to, sys.stdout = sys.stdout, sys.stderr
    result = torch_cases() if sys.argv[1] == "torch" else onnx_cases()
    json.dump(result, print_to)
    print_to.write("\n")
