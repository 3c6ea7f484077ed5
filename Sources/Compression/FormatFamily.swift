import Catalog
import Encodings
import Tensors

/// A number format with its settings, as `quantize` uses it.
public protocol WeightFormat: Sendable {
  /// As the language writes it: `int4`, `fixed(4, 4)`.
  var name: String { get }

  /// What it reads beside the weight.
  var needs: [Statistic] { get }

  /// Weights on the format's grid.
  ///
  /// - Parameters:
  ///   - x: any shape and mask.
  ///   - others: what `needs` names, each of the shape of `x`.
  ///   - quantize: what the call says about parts, scales and rule.
  func quantized(
    _ x: EncodedTensor, _ others: [Statistic: Tensor], with quantize: Quantize
  ) throws -> EncodedTensor

  /// How these values come about.
  func derivation(
    _ x: EncodedTensor, _ others: [Statistic: Tensor], with quantize: Quantize
  ) throws -> WorkedDerivation

  /// The values that `quantized` gives, without any code: what training computes with.
  ///
  /// - Parameter kept: the weights that are not pruned, or `nil` for all.
  func rounded(_ weights: Tensor, kept: Bitmap?, with quantize: Quantize) throws -> Tensor
}

extension WeightFormat {
  public var needs: [Statistic] { [] }
}

/// A number format of the catalog, or a family of them that differ in their settings: `int(4)`.
public protocol FormatFamily: WeightFormat, Cataloged {
  /// - Throws: `SettingError` for a setting outside its domain.
  init(_ settings: Settings) throws

  /// The format that left a grid, so that further training can find its like; `nil` if another did.
  init?(again grid: Grid)

  /// Members with a name of their own, in the order help lists them.
  static var named: [NamedFormat] { get }
}

/// A member of a family by its own name: `int4` for `int(4)`.
public struct NamedFormat: Sendable {
  public var card: Card
  public var settings: Settings
}

extension FormatFamily {
  public var name: String { Self.card.name }

  public static var named: [NamedFormat] { [] }

  /// The family as a message lists it: `int2 … int16`.
  fileprivate static var shown: String {
    guard let first = named.first, let last = named.last else { return card.name }
    return "\(first.card.name) … \(last.card.name)"
  }
}

/// The number format that an option names: `int4`, or `int` with `bits`.
///
/// - Throws: `SettingError` for a name that is no format, or what its settings throw.
extension SettingsReader {
  func format(_ name: String) throws -> any WeightFormat {
    let option = try option(name)
    for family in formatCatalog {
      if family.card.name == option.name { return try family.init(option.settings) }
      if let member = family.named.first(where: { $0.card.name == option.name }) {
        return try family.init(member.settings)
      }
    }
    throw SettingError.unknown(
      card.name, name, option.name, kind: "number format", choices: formatCatalog.map { $0.shown })
  }
}
