import Catalog
import Encodings
import Networks
import Tensors

/// How the activations of a model become integers: what `activations:` names.
public protocol ActivationRule: Cataloged {
  /// - Throws: `SettingError` for a setting outside its domain.
  init(_ settings: Settings) throws

  /// The model running in integers.
  ///
  /// - Parameters:
  ///   - model: its weights lie on integer grids; it computes in float.
  ///   - resources: the examples that ranges are found on.
  ///   - range: which part of what was seen a grid covers.
  ///   - simulates: floats that hold the codes instead of bytes.
  /// - Throws: `ActivationError`, `IntegerError` when a layer cannot sum in integers.
  func callAsFunction(
    _ model: Model, _ resources: Resources, range: any RangeRule, simulates: Bool
  ) throws -> Model
}

extension ActivationRule {
  static var format: Parameter {
    Parameter(
      "format", or: "uint8", accepts: "`uint8` or `int8`", choices: ["uint8", "int8"],
      "the codes of activations")
  }

  /// The setting `format` of the rule: bytes with or without a sign.
  static func bytes(_ settings: Settings) throws -> IntegerFormat {
    switch settings["format"] {
    case nil: return .uint8
    case .option("uint8", _)?: return .uint8
    case .option("int8", _)?: return .int8
    default: throw SettingError.wrongKind(card.name, "format", accepts: "`uint8` or `int8`")
    }
  }
}

extension SettingsReader {
  /// The rule that an option names, or `nil` when activations stay floats.
  ///
  /// - Throws: `SettingError` for a name that is none.
  func activationRule(_ name: String) throws -> (any ActivationRule)? {
    guard has(name) else { return nil }
    let (type, settings) = try entry(
      name, kind: "rule for activations", of: activationCatalog, named: { $0.card.name })
    return try type.init(settings)
  }
}

/// Activations that cannot be made integers.
public enum ActivationError: DescribedError, Equatable {
  case noData
  case noExamples

  public var code: String { "E0382" }

  public var headline: String {
    switch self {
    case .noData: "`activations: static` needs examples to find the ranges on"
    case .noExamples: "these data have no examples to find the ranges on"
    }
  }

  public var help: [String] {
    ["`calibrate: digits.train`, or `activations: dynamic`, which needs none"]
  }

  public func argument(of card: Card) -> String? {
    switch self {
    case .noData: "activations"
    case .noExamples: "calibrate"
    }
  }
}

extension IntegerFormat {
  /// Eight bits without a sign, what activations are stored as.
  static let uint8: IntegerFormat = {
    // 8 is a width that formats have.
    (try? IntegerFormat(bits: 8, isSigned: false)) ?? .int8
  }()
}
