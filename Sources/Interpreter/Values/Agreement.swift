import Containers
import Tensors

extension Value {
  /// Whether two values are one answer, worked out in two ways: numbers and tensors to six digits,
  /// `|a − b| ≤ 1e-6 · max(1, |a|, |b|)`, models by the bytes of their files, everything else exactly.
  ///
  /// - Returns: `nil` for functions, reports and other values that cannot be told apart by looking.
  public func agrees(with other: Value) -> Bool? {
    if let a = numbers, let b = other.numbers {
      return a.shape == b.shape && zip(a.values, b.values).allSatisfy(areNear)
    }
    switch (self, other) {
    case (.text(let a), .text(let b)): return a.string == b.string
    case (.range(let a), .range(let b)): return a.lower == b.lower && a.upper == b.upper
    case (.object(let a), .object(let b)): return haveSameFile(a, b)
    case (.function, .function), (.report, .report): return nil
    case (.option, .option), (.builtin, .builtin): return text == other.text
    case (.list(let a), .list(let b)):
      guard a.items.count == b.items.count else { return false }
      var isKnown = true
      for (x, y) in zip(a.items, b.items) {
        guard let agree = x.agrees(with: y) else {
          isKnown = false
          continue
        }
        if !agree { return false }
      }
      return isKnown ? true : nil
    default: return false
    }
  }

  /// Shape and numbers of whatever stands for numbers in a row.
  private var numbers: (shape: [Int], values: [Double])? {
    if let number = scalar { return ([], [number]) }
    guard let tensor = try? tensorOrList() else { return nil }
    return (tensor.shape.dimensions, tensor.withScalars { $0.map(Double.init) })
  }
}

private func areNear(_ a: Double, _ b: Double) -> Bool {
  a == b || abs(a - b) <= 1e-6 * max(1, abs(a), abs(b)) || (a.isNaN && b.isNaN)
}

/// Whether two objects would be saved alike; `nil` unless both are models.
private func haveSameFile(_ a: Object, _ b: Object) -> Bool? {
  guard let first = (a as? ModelObject)?.model, let second = (b as? ModelObject)?.model,
    let bytes = try? Container.encode(first), let others = try? Container.encode(second)
  else { return nil }
  return bytes == others
}
