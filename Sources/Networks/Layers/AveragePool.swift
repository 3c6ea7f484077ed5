import Autograd
import Catalog
import Tensors

/// Takes the mean of each window.
///
///     y[c, i, j] = mean of x[c, i·stride + u, j·stride + v],  u, v < size
///
/// Windows that would reach over the edge are left out, as PyTorch does.
///
/// - Source: LeCun et al. 1998, §II, doi:10.1109/5.726791.
public struct AveragePool: Layer {
  public static let stem = "avgpool"
  public let settings: Settings
  private let window: PoolingWindow

  public init(_ settings: Settings) throws {
    self.settings = settings
    window = try PoolingWindow(AveragePool.card, settings)
  }

  public var keepsPositiveFactors: Bool { true }

  public func outputShape(_ inputs: [Shape]) throws -> Shape { try window.outputShape(inputs) }

  public var channelFlow: ChannelFlow { .same }

  public func forward(
    _ inputs: [Variable], _ parameters: [Variable], _ pass: Pass
  ) throws -> Variable {
    try .apply(
      .averagePooling(try AveragePooling(window: window.size, stride: window.stride)), inputs)
  }

  public var inferenceStep: InferenceStep? {
    get throws { .mean(try AveragePooling(window: window.size, stride: window.stride)) }
  }

  /// The exact sum of a window's codes, brought onto the output's grid: see `Codes.averagePooled`.
  public func integers(_ inputs: [Codes], _ run: IntegerRun) throws -> Codes {
    try inputs[0].averagePooled(
      try AveragePooling(window: window.size, stride: window.stride), onto: run.grid)
  }
}

extension AveragePool {
  public static let card = Card(
    "avgpool", .layer,
    summary: "Takes the mean of each window.",
    formula: "y[c, i, j] = mean of x[c, i·stride + u, j·stride + v],  u, v < size",
    source: "LeCun et al. 1998, §II, doi:10.1109/5.726791",
    parameters: PoolingWindow.parameters,
    examples: [
      Example("print((input(8, 28, 28) |> avgpool(2)).outputShape)", prints: "[8, 14, 14]"),
      Example(
        "print((input(8, 13, 13) |> avgpool(3, stride: 2, name: \"half\")).outputShape)",
        prints: "[8, 6, 6]"),
      Example(
        "input(1, 2, 2) |> avgpool(4)",
        fails: "E0240: `avgpool` looks through 4×4 windows; it was given 1×2×2"),
    ],
    related: ["maxpool", "conv2d"])
}
