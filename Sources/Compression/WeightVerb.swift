import Catalog
import Encodings
import Networks
import Tensors

/// A verb that changes weights: those of one tensor, or all weights of a model.
///
/// The interpreter binds every verb of `compressionCatalog` once for all: its arguments arrive as
/// `Settings` by the names of its card's parameters, of which the first is `x`; parameters named
/// after a `Statistic` arrive as `others`, and data given as `on:` or `calibrate:`, when the card
/// has such a parameter, in `Resources`.
public protocol WeightVerb: Cataloged {
  /// The verb with the arguments of a call.
  ///
  /// - Throws: `SettingError` when one is missing, of the wrong kind or outside its domain.
  init(_ settings: Settings) throws

  /// Changes one tensor.
  ///
  /// - Parameters:
  ///   - others: statistics besides the weight, each of the tensor's shape.
  ///   - random: the run's stream, moved on only by a verb of chance without a seed of its own.
  /// - Returns: a new tensor; `x` stays what it is.
  func callAsFunction(
    _ x: EncodedTensor, _ others: [Statistic: Tensor], random: inout Random
  ) throws -> EncodedTensor

  /// Changes the weights of a model; biases and norms are neither counted nor changed.
  ///
  /// A verb writes its own only when weights depend on one another, as one ranking of all does.
  ///
  /// - Parameter resources: examples and statistics; a verb that needs what is not there throws.
  func callAsFunction(
    _ model: Model, _ resources: Resources, random: inout Random
  ) throws -> Model

  /// How the new values come about, for `explain`.
  ///
  /// - Parameter random: the stream as it was before the call that is explained.
  func derivation(
    _ x: EncodedTensor, _ others: [Statistic: Tensor], random: Random
  ) throws -> WorkedDerivation

  /// Whether the result's layout is the verb's own; else a layout asked for before is kept.
  static var choosesLayout: Bool { get }

  /// Whether biases may take the place of weights (`layers: "linear1.bias"`): each number counts by
  /// itself, and nothing that flows through the layer matters.
  var worksOnBiases: Bool { get }

  /// What a call on a model does, piece by piece, for `explain`; by default layer by layer.
  ///
  /// - Parameter random: the stream as it was before the call that is explained.
  func account(
    of model: Model, _ resources: Resources, random: Random
  ) throws -> ModelAccount

  /// Settings on which the suite tries the laws of the card, beside its defaults.
  static var trials: [Settings] { get }
}

/// A verb whose `by:` is a criterion, the user's own function too.
public protocol CriterionVerb: WeightVerb {
  var criterion: any Criterion { get set }
}

/// A verb whose format is a number format, the user's own function too.
public protocol FormatVerb: WeightVerb {
  var format: any WeightFormat { get set }
}

extension WeightVerb {
  public static var choosesLayout: Bool { false }

  public var worksOnBiases: Bool { false }

  public func account(
    of model: Model, _ resources: Resources, random: Random
  ) throws -> ModelAccount {
    var stream = random
    return try ModelAccount(from: model, to: self(model, resources, random: &stream))
  }

  public func callAsFunction(
    _ model: Model, _ resources: Resources, random: inout Random
  ) throws -> Model {
    var changed: [String: EncodedTensor] = [:]
    for entry in try model.weights(for: Self.card.name) {
      changed[entry.path] = try self(
        entry.parameter.value.encoded, resources.statistics[entry.path] ?? [:], random: &random)
    }
    return try model.replacingWeights(changed)
  }
}

/// A model that a verb has nothing to do on.
public enum VerbError: DescribedError, Equatable {
  /// The verb's name: none of the model's layers has weights.
  case noWeights(String)

  public var code: String { "E0202" }

  public var headline: String {
    switch self {
    case .noWeights(let verb): "this model has no weights to \(verb)"
    }
  }

  public var notes: [String] {
    ["linear and conv2d layers have weights; biases and norms never count"]
  }
}

extension Model {
  /// The weights that a verb works on, at least one.
  ///
  /// - Throws: `VerbError.noWeights`.
  func weights(for verb: String) throws -> [ParameterEntry] {
    guard !weights.isEmpty else { throw VerbError.noWeights(verb) }
    return weights
  }

  /// The model with other weights, each with the constraint that keeps it so.
  func replacingWeights(_ tensors: [String: EncodedTensor]) throws -> Model {
    try mapParameters { entry in
      guard let tensor = tensors[entry.path] else { return nil }
      var parameter = entry.parameter
      parameter.value = try ParameterValue.encoded(tensor).laidOut(like: entry.parameter.value)
      parameter.constraint = tensor.constraint
      return parameter
    }
  }

  /// `int8 weights`, `int8` where activations are integers too, `simulated int4`, or `nil` when no
  /// weight is quantized.
  ///
  /// Where weights differ, every badge once, in the order of the layers.
  public var badge: String? {
    var badges: [String] = []
    for entry in weights {
      guard case .encoded(let tensor) = entry.parameter.value, let grid = tensor.grid else {
        continue
      }
      let badge =
        nodes[entry.node].integers == nil || grid.isSimulated ? grid.badge : grid.formatName
      if !badges.contains(badge) { badges.append(badge) }
    }
    return badges.isEmpty ? nil : badges.joined(separator: ", ")
  }
}

extension ParameterValue {
  /// The value with its storage: floats that nobody encoded get the smallest plain layout.
  public var encoded: EncodedTensor {
    get throws {
      switch self {
      case .dense(let tensor): try EncodedTensor(tensor)
      case .encoded(let tensor): tensor
      }
    }
  }
}
