import Catalog
import Encodings
import Networks
import Tensors

/// Channels between two layers are scaled so that both layers see them in the same range.
///
///     r₁ = max − min of a row of W₁,  r₂ = max − min of the columns of W₂ that it feeds
///     s = √(r₁ / (r₂ + 10⁻⁹));      W₁ /= s,  b₁ /= s,  W₂ *= s
///
/// pair by pair in the order of the layers, again and again until Σ‖ΔW‖ over the paired layers is
/// below 10⁻⁴ (at most 100 times). Between the two stand only layers that keep a positive factor
/// (relu, pooling, flatten), so the network computes the same. A channel with a range of 0 on either
/// side keeps its scale (PyTorch divides by 0 there). Float32, as PyTorch.
///
/// - Source: Nagel et al., 2019, §4.1, <https://arxiv.org/abs/1906.04721>; PyTorch's `_equalize`.
public struct LayerEqualization: Preparation {
  public init() {}
  public init(_ settings: Settings) throws {}

  /// Rounds at most; two or three do unless chains are long.
  static let mostRounds = 100

  public func prepared(_ model: Model, on images: Tensor?) throws -> Model {
    let seams = Seam.all(in: model, norms: false)
    var result = model
    for _ in 0..<Self.mostRounds where !seams.isEmpty {
      let before = result
      for seam in seams {
        try Work.current.checkpoint()
        result = try seam.rescaled(result, by: factors(seam, result))
      }
      if try change(seams, before, result) < 1e-4 { break }
    }
    return result
  }

  /// s of each channel.
  func factors(_ seam: Seam, _ model: Model) throws -> [Float] {
    let first = try model.nodes[seam.producer].parameters[0].tensor
    let last = try model.nodes[seam.consumer].parameters[0].tensor
    let run = max(1, first.count / seam.channels)
    let columns = seam.channels * seam.columnsPerChannel
    let own = ranges(first, seam.channels) { $0 / run }
    let next = ranges(last, seam.channels) { $0 % columns / seam.columnsPerChannel }
    return zip(own, next).map { first, second in
      let factor = (first / (second + 1e-9)).squareRoot()
      let isUsable = first > 0 && second > 0 && factor.isNormal && (1 / factor).isNormal
      return isUsable ? factor : 1
    }
  }

  /// max − min of each channel's elements.
  private func ranges(_ tensor: Tensor, _ count: Int, _ channel: (Int) -> Int) -> [Float] {
    var lowest = [Float](repeating: .infinity, count: count)
    var highest = [Float](repeating: -.infinity, count: count)
    tensor.withScalars { scalars in
      for index in scalars.indices {
        let place = channel(index)
        lowest[place] = min(lowest[place], scalars[index])
        highest[place] = max(highest[place], scalars[index])
      }
    }
    return zip(lowest, highest).map { $0 <= $1 ? $1 - $0 : 0 }
  }

  /// Σ‖ΔW‖ over the layers that take part, each once.
  private func change(_ seams: [Seam], _ before: Model, _ after: Model) throws -> Double {
    try Set(seams.flatMap { [$0.producer, $0.consumer] }).sorted().reduce(0.0) { sum, node in
      let (old, new) = try (
        before.nodes[node].parameters[0].tensor, after.nodes[node].parameters[0].tensor
      )
      let square = old.withScalars { old in
        new.withScalars { new in
          zip(old, new).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
        }
      }
      return sum + square.squareRoot()
    }
  }

  public static let card = Card(
    "equalize", .option,
    summary: "Scales the channels between two layers so that both see them in the same range.",
    formula: "s = √(r₁/r₂), W₁ /= s, b₁ /= s, W₂ *= s, until Σ‖ΔW‖ < 10⁻⁴",
    source: "Nagel et al. 2019, Data-Free Quantization, §4.1, arXiv:1906.04721",
    parameters: [Parameter("x", or: "", accepts: "a model")],
    examples: [
      Example(
        "let net = input(4) |> linear(3) |> relu |> linear(2); let x = randn(5, 4, seed: 1); "
          + "print(all(near(equalize(net)(x), net(x))))", prints: "true"),
      Example(
        "let net = input(4) |> linear(3) |> batchnorm |> relu |> linear(2); "
          + "print(quantize(net, int4, prepare: [fold, equalize]).layers)",
        prints: "[input: input(4), linear1: linear(3), relu1: relu, linear2: linear(2)]"),
    ],
    related: ["fold", "smooth", "quantize"])
}
