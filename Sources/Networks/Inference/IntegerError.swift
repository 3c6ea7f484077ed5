import Catalog

/// A model that cannot run in integers.
public enum IntegerError: DescribedError, Equatable {
  /// What is wrong with a layer's weights.
  public enum Weights: Sendable, Equatable {
    case floats
    case format(String)
    case groups(Int)
    case axis(Int)
  }

  case weights(String, Weights)
  case sumTooLarge(String, output: Int, inputs: Int, reach: Int)

  public var code: String {
    switch self {
    case .weights: "E0380"
    case .sumTooLarge: "E0381"
    }
  }

  public var headline: String {
    switch self {
    case .weights(let layer, .floats):
      "`\(layer)` cannot run in integers: its weights are floats"
    case .weights(let layer, .format(let format)):
      "`\(layer)` cannot run in integers: \(format) has no whole numbers of at most 8 bits to sum"
    case .weights(let layer, .groups(let size)):
      "`\(layer)` cannot run in integers: with a scale for every \(size) inputs one sum has several"
        + " scales, and int32 adds numbers of one scale only"
    case .weights(let layer, .axis(let axis)):
      "`\(layer)` cannot run in integers: scales along axis \(axis) differ within one sum"
    case .sumTooLarge(let layer, let output, let inputs, let reach):
      "output \(output) of `\(layer)` sums \(inputs) products that can reach \(reach), beyond int32"
        + " (\(Int32.max))"
    }
  }

  public var help: [String] {
    switch self {
    case .weights(_, .floats), .weights(_, .format):
      ["formats of 2 to 8 bits: `quantize(net, int8, activations: dynamic)`"]
    case .weights: ["`per: channel` or `per: tensor`"]
    case .sumTooLarge: ["fewer bits: `int4` instead of `int8`"]
    }
  }
}
