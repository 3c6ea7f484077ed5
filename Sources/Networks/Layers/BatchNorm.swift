import Autograd
import Catalog
import Tensors

/// Brings each channel to mean 0 and variance 1, then scales and shifts it as learned.
///
///     y = γ (x − μ) / √(σ² + ε) + β        ε = 1e-5
///
/// While training, μ and σ² are those of the batch, and the running ones move a tenth of the way
/// (variance with n − 1); otherwise the running ones are used. A flat input is normalised number by
/// number, an image channel by channel.
///
/// - Source: Ioffe and Szegedy, 2015, <https://arxiv.org/abs/1502.03167>.
public struct BatchNorm: Layer {
  public static let stem = "bn"
  public init(_ settings: Settings) throws {}

  /// How far the running statistics move towards each batch's.
  static let momentum = 0.1
  public static let epsilon = 1e-5

  public var keepsUnits: Bool { true }

  public func outputShape(_ inputs: [Shape]) throws -> Shape {
    let shape = try LayerInput.one(inputs, of: "batchnorm")
    guard shape.rank == 1 || shape.rank == 3 else {
      throw LayerError.wrongRank(
        "batchnorm", shape, wants: "a flat input or images: channels, height, width",
        help: "`flatten |> batchnorm`")
    }
    return shape
  }

  public func initialParameters(
    _ inputs: [Shape], _ random: inout Random
  ) throws -> [InitialParameter] {
    let channels = try LayerInput.one(inputs, of: "batchnorm")[0]
    return [
      InitialParameter("weight", try .full([channels], 1), .bias),
      InitialParameter("bias", try .full([channels], 0), .bias),
      InitialParameter("mean", try .full([channels], 0), .statistic),
      InitialParameter("variance", try .full([channels], 1), .statistic),
    ]
  }

  public var channelFlow: ChannelFlow { .same }

  public func forward(
    _ inputs: [Variable], _ parameters: [Variable], _ pass: Pass
  ) throws -> Variable {
    let norm = BatchNormalization(epsilon: BatchNorm.epsilon)
    let learned = Array(parameters[..<2])
    guard pass.isTraining else {
      let known = ChannelStatistics(mean: parameters[2].value, variance: parameters[3].value)
      return try .apply(.normalization(norm, known), inputs + learned)
    }
    let batch = try norm.statistics(inputs[0].value)
    let known = ChannelStatistics(mean: batch.mean, variance: batch.variance)
    let output = try Variable.apply(
      .batchNormalization(norm, known: known), inputs + learned)
    let count = Double(inputs[0].value.count / max(1, batch.mean.count))
    pass.statistics[2] = try moved(parameters[2].value, to: batch.mean, scale: 1)
    pass.statistics[3] = try moved(
      parameters[3].value, to: batch.variance, scale: count / max(1, count - 1))
    return output
  }

  /// The running statistic moved: (1 − momentum) · running + momentum · scale · batch.
  private func moved(_ running: Tensor, to batch: Tensor, scale: Double) throws -> Tensor {
    try Tensor.apply(
      .add, Tensor.apply(.multiply, running, Float(1 - BatchNorm.momentum)),
      Tensor.apply(.multiply, batch, Float(BatchNorm.momentum * scale)))
  }
}

extension BatchNorm {
  public static let card = Card(
    "batchnorm", .layer,
    summary: "Brings each channel to mean 0 and variance 1, then scales and shifts it as learned.",
    formula: "y = γ (x − μ) / √(σ² + 1e-5) + β",
    source: "Ioffe and Szegedy 2015, arXiv:1502.03167",
    parameters: [
      .follows,
      .layerName,
    ],
    laws: [.keepsShape],
    examples: [
      Example("print((input(8, 4, 4) |> batchnorm).outputShape)", prints: "[8, 4, 4]"),
      Example("print((input(3) |> batchnorm(name: \"norm\")).norm.mean)", prints: "[0, 0, 0]"),
      Example(
        "input(2, 2) |> batchnorm",
        fails: "E0240: `batchnorm` takes a flat input or images: channels, height, width; "
          + "it was given 2×2"),
    ],
    related: ["conv2d", "linear"])
}
