import Catalog
import Networks
import Tensors

/// A change of a float model that computes the same and is easier to quantize.
///
/// One whose card begins with `x` can be called on a model by itself: `fold(net)`.
public protocol Preparation: Cataloged {
  /// - Throws: `SettingError` for a setting outside its domain.
  init(_ settings: Settings) throws

  /// Whether it looks at what flows through the model.
  var needsData: Bool { get }

  /// The model prepared; it computes the same to rounding.
  ///
  /// - Parameter images: what flows into the model, `[n, …inputShape]`, when `needsData`.
  /// - Throws: `PreparationError`, and what running the model throws.
  func prepared(_ model: Model, on images: Tensor?) throws -> Model
}

extension Preparation {
  public var needsData: Bool { false }
}

extension SettingsReader {
  /// The preparations that an option or a list of options names, in the order they are done.
  ///
  /// - Throws: `SettingError` for a name that is none, and what its settings throw.
  func preparations(_ name: String) throws -> [any Preparation] {
    guard has(name) else { return [] }
    return try options(name).map { option in
      let one = SettingsReader(card, Settings([name: .option(option.name, option.settings)]))
      let (type, settings) = try one.entry(
        name, kind: "preparation", of: preparationCatalog, named: { $0.card.name })
      return try type.init(settings)
    }
  }
}

/// A model that cannot be prepared as asked.
public enum PreparationError: DescribedError, Equatable {
  /// The path of a weight that lies on a grid already.
  case quantized(String)
  /// The preparation's name: it looks at what flows through the model.
  case needsData(String)
  /// The option's name: it is about layers, and there is only a tensor.
  case needsModel(String)

  public var code: String {
    switch self {
    case .quantized: "E0374"
    case .needsData: "E0370"
    case .needsModel: "E0375"
    }
  }

  public var headline: String {
    switch self {
    case .quantized(let path): "`\(path)` is quantized already; preparing changes floats"
    case .needsData(let name):
      "`\(name)` looks at what flows through the model, and there are no data"
    case .needsModel(let name): "`\(name):` is about the layers of a model, and `x` is a tensor"
    }
  }

  public var notes: [String] {
    switch self {
    case .quantized: ["prepare the model before it is quantized, or with `prepare:` in one call"]
    case .needsData: ["give them with `on: digits.train`"]
    case .needsModel: []
    }
  }

  public func argument(of card: Card) -> String? {
    switch self {
    case .quantized: "x"
    case .needsData: "prepare"
    case .needsModel(let name): name
    }
  }
}
