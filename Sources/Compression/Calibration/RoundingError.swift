import Catalog
import Encodings

/// A rounding method that lacks what it computes with.
public enum RoundingError: DescribedError, Equatable {
  /// The method's name: it reads the layer's inputs, and there are no data.
  case needsData(String)
  /// The method's name, and the columns of the weight and of the inputs.
  case wrongInputs(String, weight: Int, inputs: Int)
  /// The method's name: numbers on which its matrix cannot be inverted.
  case notDefinite(String, column: Int)
  /// The method's name: it chooses between whole codes, and the format's are none.
  case notIntegers(String, NumberFormat)
  /// The method's and the format's names: there is no scale on whose grid to choose codes.
  case noGrid(String, String)

  public var code: String {
    switch self {
    case .needsData: "E0370"
    case .wrongInputs: "E0371"
    case .notDefinite: "E0372"
    case .notIntegers, .noGrid: "E0202"
    }
  }

  public var headline: String {
    switch self {
    case .needsData(let method):
      "`\(method)` looks at what flows into each layer, and there are no data"
    case .wrongInputs(let method, let weight, let inputs):
      "`\(method)` needs an input for each column: \(inputs) numbers are no rows of \(weight)"
    case .notDefinite(let method, let column):
      "`\(method)` cannot invert the second moments of the inputs: column \(column) adds nothing"
    case .notIntegers(let method, let format):
      "`\(method)` chooses between neighbouring integers; the codes of \(format) are none"
    case .noGrid(let method, let format):
      "`\(method)` chooses codes on a scaled grid, and \(format) has none"
    }
  }

  public var notes: [String] {
    switch self {
    case .needsData(let method):
      ["a model takes `method: \(method), on: digits.train`, a tensor `inputs: x`"]
    case .wrongInputs: ["a filter's columns are its flattened windows: channels · height · width"]
    case .notDefinite: ["a larger `damping` makes it invertible"]
    case .notIntegers, .noGrid: ["`nearest` rounds to any format"]
    }
  }

  public func argument(of card: Card) -> String? {
    switch self {
    case .needsData: "method"
    case .wrongInputs: "inputs"
    case .notDefinite, .notIntegers, .noGrid: "method"
    }
  }
}
