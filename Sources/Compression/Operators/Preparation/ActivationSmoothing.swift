import Catalog
import Glibc
import Networks
import Tensors

/// Channels whose activations are large are made smaller, and their weights larger by the same.
///
///     s_c = max|x_c|^α / max|w_c|^(1−α), at least 10⁻⁵;      x_c / s_c,  W[:, c]·s_c
///
/// 1/s is folded into the layer before (a norm, linear or conv2d, with relu, pooling or flatten
/// between), so the network computes the same; where there is none to fold into, nothing is done.
/// A channel that is always 0, or has no weight, keeps its scale. Float32.
///
/// - Source: Xiao et al., 2023 (SmoothQuant), eq. 4, <https://arxiv.org/abs/2211.10438>;
///   `smooth_ln_fcs`.
public struct ActivationSmoothing: Preparation {
  /// α, how much of the difficulty goes from the activations to the weights.
  public let strength: Double

  public var needsData: Bool { true }

  public init(_ settings: Settings) throws {
    strength = try SettingsReader(Self.card, settings).number("strength", in: 0...1)
  }

  public func prepared(_ model: Model, on images: Tensor?) throws -> Model {
    guard let images else { throw PreparationError.needsData(Self.card.name) }
    let seams = Seam.all(in: model, norms: true)
    // Peaks are those of the float model: rescaling one seam leaves the others' inputs as they are.
    let peaks = try model.inputPeaks(seams, images)
    var result = model
    for (seam, peaks) in zip(seams, peaks) {
      result = try seam.rescaled(result, by: factors(peaks, seam.consumerPeaks(result)))
    }
    return result
  }

  func factors(_ activations: [Float], _ weights: [Float]) -> [Float] {
    zip(activations, weights).map { activation, weight in
      guard activation > 0, weight > 0 else { return 1 }
      let factor = powf(activation, Float(strength)) / powf(weight, Float(1 - strength))
      let bounded = max(1e-5, factor)
      return bounded.isFinite && (1 / bounded).isNormal ? bounded : 1
    }
  }

  public static let card = Card(
    "smooth", .option,
    summary: "Makes channels with large activations smaller, and their weights larger by the same.",
    formula: "s_c = max|x_c|^α / max|w_c|^(1−α), x_c / s_c, W[:, c]·s_c",
    source: "Xiao et al. 2023, SmoothQuant, eq. 4, arXiv:2211.10438",
    parameters: [
      Parameter(
        "strength", or: "0.5", accepts: "a share, 0 to 1",
        "α, how much of the difficulty goes from activations to weights")
    ],
    examples: [
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(6) |> relu |> linear(10); "
          + "let q = quantize(net, int8, per: channel, prepare: smooth(0.5), on: digits.train); "
          + "let x = digits.test.images; print(all(near(q(x), net(x), within: 0.05)))",
        prints: "true"),
      Example(
        "quantize(input(4) |> linear(2), int8, prepare: smooth)",
        fails: "E0370: `smooth` looks at what flows through the model, and there are no data"),
    ],
    related: ["equalize", "fold", "quantize"])
}

extension Model {
  /// max|x| of each channel that flows into each seam's consumer.
  fileprivate func inputPeaks(_ seams: [Seam], _ images: Tensor) throws -> [[Float]] {
    var peaks = seams.map { [Float](repeating: 0, count: $0.channels) }
    try observe(images) { node, inputs, _ in
      for (place, seam) in seams.enumerated() where seam.consumer == node {
        guard let input = inputs.first, input.shape[0] > 0 else { continue }
        let perExample = input.count / input.shape[0]
        let run = max(1, perExample / seam.channels)
        input.withScalars { scalars in
          for index in scalars.indices {
            let channel = index % perExample / run
            peaks[place][channel] = max(peaks[place][channel], abs(scalars[index]))
          }
        }
      }
    }
    return peaks
  }
}
