import Catalog
import Tensors

/// A layer that does not fit where it was put.
public enum LayerError: DescribedError {
  /// The layer wants inputs of another rank: layer, shape that came, what it wants, what helps.
  case wrongRank(String, Shape, wants: String, help: String)
  /// The window is larger than the padded image: layer, window, shape that came.
  case windowTooLarge(String, window: Int, Shape, padding: Int)
  /// The layer's result or weights would exceed what can be counted or held.
  case tooLarge(String, Shape)
  /// Branches whose shapes cannot be joined.
  case branchesDiffer(String, Shape, Shape, help: String)
  /// Branches that begin at different inputs.
  case differentInputs(String, Shape, Shape)
  /// A joining layer without branches.
  case noInput(String)
  case notAName(String)
  case nameReserved(String)
  case nameTaken(String)
  /// Data whose examples have another shape than the model's input.
  case wrongData(Shape, wants: Shape)
  /// A new value for a parameter in another shape.
  case wrongParameterShape(String, Shape, wants: Shape)
  /// A parameter that the model does not have: name, near names.
  case noParameter(String, near: [String])

  public var code: String {
    switch self {
    case .wrongRank, .windowTooLarge, .branchesDiffer, .differentInputs: "E0240"
    case .noInput: "E0102"
    case .tooLarge: "E0602"
    case .notAName, .nameReserved, .nameTaken: "E0241"
    case .wrongData: "E0242"
    case .wrongParameterShape: "E0243"
    case .noParameter: "E0244"
    }
  }

  public var headline: String {
    switch self {
    case .wrongRank(let layer, let shape, let wants, _):
      "`\(layer)` takes \(wants); it was given \(shape)"
    case .windowTooLarge(let layer, let window, let shape, let padding):
      "`\(layer)` looks through \(window)×\(window) windows; it was given \(shape)"
        + (padding > 0 ? " with \(padding) of padding" : "")
    case .tooLarge(let layer, let shape): "the result of `\(layer)` on \(shape) is too large"
    case .branchesDiffer(let layer, let a, let b, _): "`\(layer)` cannot join \(a) and \(b)"
    case .differentInputs(let layer, let a, let b):
      "the branches of `\(layer)` begin at different inputs, \(a) and \(b)"
    case .noInput(let layer): "`\(layer)` needs a model to follow"
    case .notAName(let name): "a layer cannot be called \"\(name)\": that is not a name"
    case .nameReserved(let name): "a layer cannot be called `\(name)`: that name is in use"
    case .nameTaken(let name): "two layers cannot both be called `\(name)`"
    case .wrongData(let shape, let wants):
      "this model takes examples of shape \(wants); it was given \(shape)"
    case .wrongParameterShape(let name, let shape, let wants):
      "`\(name)` has shape \(wants); the new value has \(shape)"
    case .noParameter(let name, _): "this model has no parameter `\(name)`"
    }
  }

  public var notes: [String] {
    switch self {
    case .differentInputs: ["bind the input once, and begin each branch from that name"]
    case .notAName: ["a name is letters, digits and `_`, and does not begin with a digit"]
    default: []
    }
  }

  public var help: [String] {
    switch self {
    case .wrongRank(_, _, _, let help), .branchesDiffer(_, _, _, let help):
      help.isEmpty ? [] : [help]
    case .windowTooLarge(let layer, let window, let shape, _):
      shape.dimensions.last.map { last in
        last < window && last > 0 ? ["a smaller window: `\(layer)` with \(last)"] : []
      } ?? []
    case .noParameter(_, let near): near.isEmpty ? [] : ["near names: \(quoted(near))"]
    case .wrongData(let shape, let wants):
      shape.count == wants.count ? ["`reshape` the examples to \(wants)"] : []
    default: []
    }
  }

  public func argument(of card: Card) -> String? {
    switch self {
    case .wrongData: "on"
    case .wrongParameterShape: "value"
    case .notAName, .nameReserved, .nameTaken: "name"
    default: nil
    }
  }

  private func quoted(_ names: [String]) -> String {
    names.map { "`\($0)`" }.joined(separator: ", ")
  }
}
