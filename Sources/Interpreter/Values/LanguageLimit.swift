import Catalog
import Tensors

/// A bound that keeps a program from filling the machine.
public enum LanguageLimit: DescribedError {
  case calls(depth: Int)
  case list(count: Int)
  case text(bytes: Int)
  case nested
  case memory(bytes: Int, live: Int, limit: Int)

  /// How deep lists and closures nest.
  static let nesting = 1_000
  /// How deep calls nest.
  static let depth = 10_000

  public var code: String {
    switch self {
    case .calls: "E0601"
    case .list: "E0604"
    case .text: "E0605"
    case .nested: "E0606"
    case .memory: "E0602"
    }
  }

  public var headline: String {
    switch self {
    case .calls(let depth): "calls are more than \(depth) deep"
    case .list(let count):
      "a list holds at most \(List.longest) items; this one would hold \(count)"
    case .text(let bytes):
      "a string holds at most \(Text.longest) bytes; this one would hold \(bytes)"
    case .nested: "lists and closures nest at most \(LanguageLimit.nesting) deep"
    case .memory(let bytes, let live, let limit):
      "this value needs \(bytes) bytes; \(max(0, limit - live)) of \(limit) are free"
    }
  }

  public var notes: [String] {
    switch self {
    case .calls: ["a function that calls itself needs a case in which it does not"]
    case .list: ["a tensor holds more: `zeros(n)`, `tensor(0..<n)`"]
    case .text, .nested, .memory: []
    }
  }
}

/// A nested list whose rows differ in size, where a tensor is wanted.
struct UnevenList: DescribedError {
  let first: Shape
  let other: Shape
  let index: Int

  var code: String { "E0216" }
  var headline: String {
    "the rows of a tensor have one size: row 0 has \(first), row \(index) has \(other)"
  }
}
