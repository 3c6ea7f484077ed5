import Autograd
import Catalog
import Tensors

/// Keeps the largest number of each window.
///
///     y[c, i, j] = max of x[c, i·stride + u, j·stride + v],  u, v < size
///
/// Windows that would reach over the edge are left out, as PyTorch does.
///
/// - Source: Riesenhuber and Poggio 1999, doi:10.1038/14819.
public struct MaxPool: Layer {
  public static let stem = "maxpool"
  public let settings: Settings
  private let window: PoolingWindow

  public init(_ settings: Settings) throws {
    self.settings = settings
    window = try PoolingWindow(MaxPool.card, settings)
  }

  public var keepsPositiveFactors: Bool { true }

  public func outputShape(_ inputs: [Shape]) throws -> Shape { try window.outputShape(inputs) }

  public var channelFlow: ChannelFlow { .same }

  public func forward(
    _ inputs: [Variable], _ parameters: [Variable], _ pass: Pass
  ) throws -> Variable {
    try .apply(.maxPooling(try MaxPooling(window: window.size, stride: window.stride)), inputs)
  }

  public var inferenceStep: InferenceStep? {
    get throws { .maximum(try MaxPooling(window: window.size, stride: window.stride)) }
  }

  public var outputGrid: OutputGrid { .input }

  /// The largest code belongs to the largest number.
  public func integers(_ inputs: [Codes], _ run: IntegerRun) throws -> Codes {
    try inputs[0].maxPooled(try MaxPooling(window: window.size, stride: window.stride))
  }
}

extension MaxPool {
  public static let card = Card(
    "maxpool", .layer,
    summary: "Keeps the largest number of each window.",
    formula: "y[c, i, j] = max of x[c, i·stride + u, j·stride + v],  u, v < size",
    source: "Riesenhuber and Poggio 1999, doi:10.1038/14819",
    parameters: PoolingWindow.parameters,
    examples: [
      Example("print((input(8, 28, 28) |> maxpool(2)).outputShape)", prints: "[8, 14, 14]"),
      Example(
        "print((input(8, 13, 13) |> maxpool(3, stride: 2, name: \"half\")).outputShape)",
        prints: "[8, 6, 6]"),
      Example(
        "input(1, 2, 2) |> maxpool(4)",
        fails: "E0240: `maxpool` looks through 4×4 windows; it was given 1×2×2"),
    ],
    related: ["avgpool", "conv2d"])
}
