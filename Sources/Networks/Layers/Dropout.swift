import Autograd
import Catalog
import Tensors

/// While training, drops each number by chance and scales the rest up; otherwise does nothing.
///
///     y_i = x_i · m_i / (1 − rate),   m_i = 0 with chance `rate`, else 1
///
/// - Source: Srivastava et al., 2014, <https://jmlr.org/papers/v15/srivastava14a.html>.
public struct Dropout: Layer {
  public static let stem = "dropout"
  public let settings: Settings
  public let rate: Double

  public init(_ settings: Settings) throws {
    self.settings = settings
    rate = try SettingsReader(Dropout.card, settings).number("rate", in: 0...0.999)
  }

  public var keepsUnits: Bool { true }
  public var keepsPositiveFactors: Bool { true }

  public func outputShape(_ inputs: [Shape]) throws -> Shape {
    try LayerInput.one(inputs, of: "dropout")
  }

  public var channelFlow: ChannelFlow { .same }

  public func forward(
    _ inputs: [Variable], _ parameters: [Variable], _ pass: Pass
  ) throws -> Variable {
    guard pass.isTraining, rate > 0 else { return inputs[0] }
    let scale = Float(1 / (1 - rate))
    let mask = try Tensor(unsafeUninitialized: inputs[0].shape) { scalars in
      for index in scalars.indices {
        scalars[index] = pass.random.uniform() < rate ? 0 : scale
      }
    }
    return try .apply(.scaled(by: mask), inputs)
  }

  public var inferenceStep: InferenceStep? { .nothing }

  public var outputGrid: OutputGrid { .input }

  public func integers(_ inputs: [Codes], _ run: IntegerRun) throws -> Codes { inputs[0] }
}

extension Dropout {
  public static let card = Card(
    "dropout", .layer,
    summary: "While training, drops numbers by chance and scales up the rest; else does nothing.",
    formula: "y_i = x_i · m_i / (1 − rate),  m_i = 0 with chance rate, else 1",
    source: "Srivastava et al. 2014, JMLR 15",
    parameters: [
      .follows,
      Parameter("rate", accepts: "a share, 0%…99.9%", "chance that a number is dropped"),
      .layerName,
    ],
    examples: [
      Example("print((input(8) |> dropout(50%)).outputShape)", prints: "[8]"),
      Example("print((input(2) |> dropout(0.3, name: \"drop\"))([[1, 2]]))", prints: "[[1, 2]]"),
      Example(
        "input(8) |> dropout(2)",
        fails: "E0310: `rate` of `dropout` goes from 0 to 0.999; it was 2"),
    ],
    related: ["train", "batchnorm"])
}
