import Catalog
import Encodings
import Networks
import Tensors

/// What rounding adds to each output on average is taken off the bias.
///
///     b ← b − mean(Ŵ x − W x)
///
/// the mean over examples and, of a convolution, places, with x as it flows through the layers
/// quantized and corrected so far. Through the mean input, mean(Ŵx − Wx) = (Ŵ − W)·mean(x):
/// float64, over ascending columns.
///
/// - Source: Nagel et al., 2019, §4.2, <https://arxiv.org/abs/1906.04721>; PyTorch's
///   `bias_correction`.
public enum BiasCorrection: Cataloged {
  /// The bias corrected.
  ///
  /// - Parameters:
  ///   - bias: `[out]`.
  ///   - difference: Ŵ − W, `[out, …]`.
  static func corrected(
    _ bias: Tensor, _ difference: Tensor, _ calibration: LayerCalibration
  ) throws -> Tensor {
    let columns = calibration.columns
    let count = Double(max(1, calibration.count))
    return try Tensor(unsafeUninitialized: bias.shape) { target in
      difference.withScalars { difference in
        for row in target.indices {
          var sum = 0.0
          for column in 0..<columns {
            sum += Double(difference[row * columns + column]) * calibration.sums[column] / count
          }
          target[row] = Float(Double(bias[row]) - sum)
        }
      }
    }
  }

  public static let card = Card(
    "bias", .option,
    summary: "Takes what rounding adds to each output on average off the layer's bias.",
    formula: "b ← b − mean(Ŵx − Wx)",
    source: "Nagel et al. 2019, Data-Free Quantization, §4.2, arXiv:1906.04721",
    examples: [
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(10); let x = digits.train.images; "
          + "let q = quantize(net, int2, correct: bias, on: digits.train); "
          + "print(all(near(mean(q(x), axis: 0), mean(net(x), axis: 0), within: 0.001)))",
        prints: "true"),
      Example(
        "quantize(ones(2), int8, correct: bias)",
        fails: "E0375: `correct:` is about the layers of a model, and `x` is a tensor"),
    ],
    related: ["gptq", "equalize", "quantize"])
}
