import Autograd
import Catalog
import Tensors

/// Slides small filters over an image; each filter gives one channel.
///
///     y[o, i, j] = b[o] + Σ_c Σ_u Σ_v W[o, c, u, v] · x[c, i·stride + u − padding, j·stride + v − padding]
///
/// Padding is zeros. Weights and biases start uniform within ±1/√(channels in · kernel²).
///
/// - Source: LeCun et al., 1998, §II, <https://doi.org/10.1109/5.726791>; the start as PyTorch's.
public struct Convolution2D: Layer {
  public static let stem = "conv"
  public let settings: Settings
  public let channels: Int
  public let kernel: Int
  public let stride: Int
  public let padding: Int

  public init(_ settings: Settings) throws {
    self.settings = settings
    let reader = SettingsReader(Convolution2D.card, settings)
    channels = try reader.whole("channels", in: 1...65_536)
    kernel = try reader.whole("kernel", in: 1...1_024)
    stride = try reader.whole("stride", in: 1...1_024)
    padding = try reader.whole("padding", in: 0...1_024)
  }

  public func outputShape(_ inputs: [Shape]) throws -> Shape {
    let image = try LayerInput.image(inputs, of: "conv2d")
    let windows = try LayerInput.windows(
      image, window: kernel, stride: stride, padding: padding, of: "conv2d")
    let numbers = Double(channels) * Double(windows.height) * Double(windows.width)
    guard max(numbers, Double(channels * kernel * kernel) * Double(image.channels)) < 0x1p32
    else { throw LayerError.tooLarge("conv2d", inputs[0]) }
    return [channels, windows.height, windows.width]
  }

  public func initialParameters(
    _ inputs: [Shape], _ random: inout Random
  ) throws -> [InitialParameter] {
    let image = try LayerInput.image(inputs, of: "conv2d")
    let bound = Float(1 / Double(image.channels * kernel * kernel).squareRoot())
    let shape: Shape = [channels, image.channels, kernel, kernel]
    return [
      InitialParameter("weight", try Tensor.uniform(shape, -bound, bound, &random), .weight),
      InitialParameter("bias", try Tensor.uniform([channels], -bound, bound, &random), .bias),
    ]
  }

  public var channelFlow: ChannelFlow { .made(.filter, setting: "channels") }

  public func forward(
    _ inputs: [Variable], _ parameters: [Variable], _ pass: Pass
  ) throws -> Variable {
    try .apply(
      .convolution(try Convolution(stride: stride, padding: padding)),
      [inputs[0], parameters[0], parameters[1]])  // [batch, channels, height, width]
  }

  public func multiplyAdds(_ inputs: [Shape]) -> Int {
    guard let output = try? outputShape(inputs) else { return 0 }
    return output.count * inputs[0][0] * kernel * kernel
  }

  /// Every window, flattened as the filters are: channel, row, column; zeros where it is padded.
  public func weightInputs(_ input: Tensor) throws -> Tensor? {
    try Convolution(stride: stride, padding: padding).columns(input, kernel: kernel, filling: 0)
  }

  public var product: WeightProduct? {
    get throws { .windows(try Convolution(stride: stride, padding: padding), kernel: kernel) }
  }

  /// As a linear layer, window by window; the padding has the code of 0.
  public func integers(_ inputs: [Codes], _ run: IntegerRun) throws -> Codes {
    try run.product(inputs[0], else: self)
  }
}

extension Convolution2D {
  public static let card = Card(
    "conv2d", .layer,
    summary: "Slides small filters over an image; each filter gives one channel.",
    formula:
      "y[o, i, j] = b[o] + Σ W[o, c, u, v] · x[c, i·stride + u − padding, j·stride + v − padding]",
    source: "LeCun et al. 1998, §II, doi:10.1109/5.726791",
    parameters: [
      .follows,
      Parameter("channels", accepts: "a whole number, from 1", "how many filters"),
      Parameter(
        "kernel", .label, or: "3", accepts: "a whole number, from 1", "side of the square filter"),
      Parameter("stride", .label, or: "1", accepts: "a whole number, from 1", "step of the filter"),
      Parameter(
        "padding", .label, or: "0", accepts: "a whole number, from 0", "zeros around the image"),
      .layerName,
    ],
    examples: [
      Example("print((input(1, 28, 28) |> conv2d(32)).outputShape)", prints: "[32, 26, 26]"),
      Example(
        "print((input(3, 32, 32) |> conv2d(16, kernel: 5, stride: 2, padding: 2)).outputShape)",
        prints: "[16, 16, 16]"),
      Example(
        "print((input(1, 8, 8) |> conv2d(4, name: \"first\")).first.weight.shape)",
        prints: "[4, 1, 3, 3]"),
      Example(
        "input(784) |> conv2d(8)",
        fails: "E0240: `conv2d` takes images: channels, height, width; it was given 784"),
      Example(
        "input(1, 2, 2) |> conv2d(8)",
        fails: "E0240: `conv2d` looks through 3×3 windows; it was given 1×2×2"),
    ],
    related: ["maxpool", "batchnorm", "flatten"])
}
