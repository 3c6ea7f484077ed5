import Autograd
import Catalog
import Tensors

/// Where a network begins: the shape of one example.
///
///     y = x
public struct Input: Layer {
  public static let stem = "input"
  public let settings: Settings
  private let shape: Shape

  public init(_ settings: Settings) throws {
    guard case .numbers(let lengths)? = settings["shape"], !lengths.isEmpty else {
      throw SettingError.missing("input", "shape", accepts: "one or more lengths")
    }
    self.settings = settings
    shape = try Shape(
      lengths.map { length in
        guard let whole = Int(exactly: length) else {
          throw SettingError.notWhole("input", "shape", length)
        }
        guard (1...Input.longest).contains(whole) else {
          throw SettingError.outside("input", "shape", length, 1...Double(Input.longest))
        }
        return whole
      })
    let count = shape.dimensions.reduce(1.0) { $0 * Double($1) }
    guard count <= Double(Input.longest) else { throw LayerError.tooLarge("input", shape) }
  }

  /// The most numbers one example may hold: 1 GiB of float32, far above any lesson's need.
  static let longest = 1 << 28

  public func outputShape(_ inputs: [Shape]) throws -> Shape { shape }

  public func forward(
    _ inputs: [Variable], _ parameters: [Variable], _ pass: Pass
  ) throws -> Variable {
    guard let input = inputs.first else { throw LayerError.noInput("input") }
    return input
  }

  /// Floats come in as floats: the first grid is the input's own.
  public func integers(_ inputs: [Codes], _ run: IntegerRun) throws -> Codes { inputs[0] }
}

extension Input {
  public static let card = Card(
    "input", .layer,
    summary: "Begins a network: the shape of one example, images as channels, height, width.",
    formula: "y = x",
    source: "Espalier",
    parameters: [
      Parameter("shape", .variadic, accepts: "positive whole numbers", "lengths of one example")
    ],
    examples: [
      Example("print((input(1, 28, 28)).outputShape)", prints: "[1, 28, 28]"),
      Example("print((input(784)).parameterCount)", prints: "0"),
      Example(
        "input(0)",
        fails: "E0310: `shape` of `input` goes from 1 to 268435456; it was 0"),
    ],
    related: ["linear", "conv2d", "flatten"])
}
