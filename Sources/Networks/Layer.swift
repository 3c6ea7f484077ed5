import Autograd
import Catalog
import Tensors

/// One kind of layer: what it computes, and which parameters it learns.
///
/// Shapes are those of one example, without the batch axis. Everything about a kind of layer stands
/// in one file, admitted by one line of `layerCatalog`.
public protocol Layer: Cataloged {
  /// What layers of this kind are called, followed by a number: `conv` gives `conv1`.
  static var stem: String { get }

  /// A layer as a call describes it.
  ///
  /// - Throws: `SettingError` when a setting is missing or outside its domain.
  init(_ settings: Settings) throws

  /// What was given, complete enough to make the layer again.
  var settings: Settings { get }

  /// The shape of the result.
  ///
  /// - Throws: `LayerError` when the layer cannot take these inputs.
  func outputShape(_ inputs: [Shape]) throws -> Shape

  /// Parameters as they are before training, in the order `forward` receives them.
  func initialParameters(_ inputs: [Shape], _ random: inout Random) throws -> [InitialParameter]

  /// What `initialParameters` makes, without its numbers.
  func parameterShapes(
    _ inputs: [Shape]
  ) throws -> [(name: String, role: ParameterRole, shape: Shape)]

  /// The result for a batch.
  ///
  /// - Parameters:
  ///   - inputs: each `[batch, …shape]`.
  ///   - parameters: in the order of `initialParameters`.
  func forward(_ inputs: [Variable], _ parameters: [Variable], _ pass: Pass) throws -> Variable

  /// Whether a channel multiplied by a positive number comes out multiplied by it: f(s·x) = s·f(x).
  var keepsPositiveFactors: Bool { get }

  /// Multiply-adds for one example (1 multiply-add = 1 MAC); biases and activations count none.
  func multiplyAdds(_ inputs: [Shape]) -> Int

  /// What the weights are multiplied with: one row for each product with the matrix that the
  /// weights `[out, …]` make when everything behind the first axis is laid in line.
  ///
  /// - Parameter input: `[batch, …shape]`.
  /// - Returns: `[rows, weights / out]`; `nil` for a layer without such weights.
  func weightInputs(_ input: Tensor) throws -> Tensor?

  /// Whether each number of the result stands for the unit (neuron, channel) at the same place of
  /// the input, as behind an activation function or a norm.
  var keepsUnits: Bool { get }

  /// How weights and input meet, for layers that are one product of both: sparse, packed and
  /// integer kernels compute it. `nil` for all other layers.
  var product: WeightProduct? { get throws }

  /// The grid of the results when the model runs in integers.
  var outputGrid: OutputGrid { get }

  /// The result for a batch of codes.
  ///
  /// By default the codes are decoded, `forward` computes in float32, and the result is brought onto
  /// the grid of `run`; what is written instead must give the same codes simulated and not.
  ///
  /// - Parameter inputs: codes `[batch, …shape]`, each on the grid of the layer it comes from.
  func integers(_ inputs: [Codes], _ run: IntegerRun) throws -> Codes

  /// What inference computes, in one word, where kernels do it on the way from the layer before to
  /// the next, in floats (`LayerChain`) as in bytes (`ByteNetwork`); `nil` for all other layers.
  ///
  /// A layer with a `product` need not say it again.
  var inferenceStep: InferenceStep? { get throws }

  /// How the channels of the result follow from those of the inputs; `mixed` unless it says so.
  var channelFlow: ChannelFlow { get }
}

extension Layer {
  public var channelFlow: ChannelFlow { .mixed }

  public var settings: Settings { Settings() }

  public var keepsPositiveFactors: Bool { false }

  public func initialParameters(
    _ inputs: [Shape], _ random: inout Random
  ) throws -> [InitialParameter] { [] }

  public func parameterShapes(
    _ inputs: [Shape]
  ) throws -> [(name: String, role: ParameterRole, shape: Shape)] {
    var random = Random(seed: 0)
    return try initialParameters(inputs, &random).map { ($0.name, $0.role, $0.value.shape) }
  }

  public func multiplyAdds(_ inputs: [Shape]) -> Int { 0 }

  public func weightInputs(_ input: Tensor) throws -> Tensor? { nil }

  public var keepsUnits: Bool { false }

  public var product: WeightProduct? { get throws { nil } }

  public var outputGrid: OutputGrid { .measured }

  public func integers(_ inputs: [Codes], _ run: IntegerRun) throws -> Codes {
    try run.inFloats(self, inputs)
  }

  public var inferenceStep: InferenceStep? { get throws { try product.map { .product($0) } } }
}

/// A parameter that a layer brings with it.
public struct InitialParameter: Sendable {
  /// `weight`, `bias`, `mean`.
  public var name: String
  public var value: Tensor
  public var role: ParameterRole

  public init(_ name: String, _ value: Tensor, _ role: ParameterRole) {
    self.name = name
    self.value = value
    self.role = role
  }
}

/// What a parameter is for, which decides who may change it.
public enum ParameterRole: String, Sendable {
  /// Trained, pruned and quantized: the weights of linear and convolutional layers.
  case weight
  /// Trained only: biases, and scales and shifts of norms.
  case bias
  /// Neither: running statistics, which a training pass updates itself.
  case statistic
}

/// One run of a batch through a model.
public final class Pass {
  /// Whether dropout drops and batch norm uses the batch's own statistics.
  public let isTraining: Bool
  /// The chance that dropout draws from.
  public var random: Random
  /// New values of the current layer's statistics by parameter index, set by its `forward`.
  public var statistics: [Int: Tensor] = [:]

  /// - Parameter random: only drawn from in training.
  public init(isTraining: Bool, random: Random = Random(seed: 0)) {
    self.isTraining = isTraining
    self.random = random
  }
}
