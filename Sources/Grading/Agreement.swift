import Containers
import Interpreter
import Tensors

/// Whether two values are one answer: numbers and tensors to six digits, as different ways of
/// computing them differ in the last; models and texts exactly.
///
/// Functions and reports are never found to agree.
func areOneAnswer(_ a: Value, _ b: Value) -> Bool {
  if let x = Numbers(a), let y = Numbers(b) {
    return x.shape == y.shape && zip(x.numbers, y.numbers).allSatisfy(areNear)
  }
  switch (a, b) {
  case (.boolean(let a), .boolean(let b)): return a == b
  case (.text(let a), .text(let b)): return a.string == b.string
  case (.range(let a), .range(let b)): return a.lower == b.lower && a.upper == b.upper
  case (.list(let a), .list(let b)):
    return a.items.count == b.items.count && zip(a.items, b.items).allSatisfy(areOneAnswer)
  case (.mask(let a), .mask(let b)): return a == b
  case (.object(let a), .object(let b)):
    guard let a = (a as? ModelObject)?.model, let b = (b as? ModelObject)?.model,
      let bytes = try? Container.encode(a)
    else { return false }
    return bytes == (try? Container.encode(b))
  default: return false
  }
}

/// What stands for numbers in a row: a number, a list of them, a tensor, a quantized tensor.
private struct Numbers {
  var shape: [Int]
  var numbers: [Double]

  init?(_ value: Value) {
    switch value {
    case .number(let number): self.init(shape: [], numbers: [number])
    case .list(let list):
      guard let items = list.numbers else { return nil }
      self.init(shape: [items.count], numbers: items)
    case .tensor(let tensor): self.init(tensor)
    case .object(let object):
      guard let tensor = object.values else { return nil }
      self.init(tensor)
    default: return nil
    }
  }

  private init(_ tensor: Tensor) {
    self.init(
      shape: tensor.shape.dimensions, numbers: tensor.withScalars { $0.map(Double.init) })
  }

  private init(shape: [Int], numbers: [Double]) {
    self.shape = shape
    self.numbers = numbers
  }
}

private func areNear(_ a: Double, _ b: Double) -> Bool {
  a == b || abs(a - b) <= 1e-6 * max(1, abs(a), abs(b)) || a.isNaN && b.isNaN
}
