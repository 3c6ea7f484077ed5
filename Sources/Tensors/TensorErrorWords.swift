import Catalog

// The words of `TensorError`: a headline with the quantities, what would be right, and the fix.

extension TensorError {
  public var headline: String {
    switch self {
    case .cannotBroadcast(let operation, let a, let b):
      "the shapes \(a) and \(b) do not match in `\(operation)`"
    case .cannotMultiply(let a, let b):
      "these sizes cannot be multiplied: \(a) @ \(b)"
    case .cannotReshape(let from, let to):
      "\(from.count) elements do not fill the shape \(to), which has \(elements(of: to))"
    case .wrongCount(let count, let shape):
      "\(count) numbers do not fill \(shape), which has \(elements(of: shape))"
    case .cannotJoin(let a, let b, let axis):
      "\(a) and \(b) cannot be joined along axis \(axis)"
    case .wrongRank(let operation, let wanted, let shape):
      "`\(operation)` wants \(wanted); this tensor is \(shape)"
    case .shapesDiffer(let operation, let a, let b):
      "`\(operation)` wants two tensors of one shape; these are \(a) and \(b)"
    case .notAPermutation(let axes, let shape):
      "the axes \(axes) do not name each axis of \(shape) once"
    case .indexOutside(let index, let axis, let length):
      "index \(index) is outside axis \(axis), which has \(length) positions"
    case .rangeOutside(let range, let axis, let length):
      "the range \(range.lowerBound)..<\(range.upperBound) is outside axis \(axis), "
        + "which has \(length) positions"
    case .tooManyIndices(let count, let shape):
      "\(count) indices for the \(shape.rank) axes of \(shape)"
    case .axisOutside(let axis, let shape):
      "there is no axis \(axis) in \(shape)"
    case .emptyReduction(let name, let shape):
      "`\(name)` of no elements has no value; this tensor has shape \(shape)"
    case .outsideDomain(let what, let value, let allowed):
      "\(what) is \(plain(value)); allowed is \(allowed)"
    case .negativeLength(let shape):
      "an axis cannot have a negative length: \(shape.dimensions)"
    case .notAClass(let value, let index, let classes):
      "label \(plain(Double(value))) at position \(index) is not one of the \(classes) classes"
    case .windowTooLarge(let operation, let window, let input):
      "a \(window) window of `\(operation)` does not fit \(input)"
    }
  }

  public var notes: [String] {
    switch self {
    case .cannotBroadcast(_, let a, let b):
      mismatchedAxes(a, b) + ["axes match from the last; a length of 1 repeats"]
    case .cannotMultiply(let a, let b):
      productNotes(a, b)
    case .cannotJoin:
      ["all other axes must have the same length"]
    case .indexOutside(_, _, let length), .rangeOutside(_, _, let length):
      [length == 0 ? "this axis is empty" : "positions go from 0 to \(length - 1)"]
    case .axisOutside(_, let shape):
      [shape.rank == 0 ? "it has none" : "axes go from 0 to \(shape.rank - 1)"]
    case .notAClass(_, _, let classes):
      ["labels are whole numbers from 0 to \(classes - 1)"]
    case .wrongCount, .cannotReshape, .wrongRank, .shapesDiffer, .notAPermutation,
      .tooManyIndices, .emptyReduction, .outsideDomain, .negativeLength, .windowTooLarge:
      []
    }
  }

  public var help: [String] {
    switch self {
    case .cannotBroadcast(_, let a, let b):
      broadcastHelp(a, b)
    case .cannotMultiply(let a, let b):
      productHelp(a, b)
    case .windowTooLarge:
      ["use a smaller window, or `padding:`"]
    case .wrongCount, .cannotReshape, .cannotJoin, .wrongRank, .shapesDiffer, .notAPermutation,
      .indexOutside, .rangeOutside, .tooManyIndices, .axisOutside, .emptyReduction,
      .outsideDomain, .negativeLength, .notAClass:
      []
    }
  }
}

private func elements(of shape: Shape) -> String {
  shape.count == Int.max ? "too many" : "\(shape.count)"
}

private func plain(_ value: Double) -> String {
  if let whole = Int(exactly: value) { return String(whole) }
  return String(value)
}

private func mismatchedAxes(_ a: Shape, _ b: Shape) -> [String] {
  for back in 1...max(1, min(a.rank, b.rank)) where back <= min(a.rank, b.rank) {
    let (left, right) = (a[a.rank - back], b[b.rank - back])
    if left != right, left != 1, right != 1 {
      return ["axis \(a.rank - back) of \(a) is \(left), axis \(b.rank - back) of \(b) is \(right)"]
    }
  }
  return []
}

/// Adding axes of length 1 behind the shorter shape is what the writer mostly meant.
private func broadcastHelp(_ a: Shape, _ b: Shape) -> [String] {
  let (short, long) = a.rank < b.rank ? (a, b) : (b, a)
  guard short.rank < long.rank else { return [] }
  for leading in 0...(long.rank - short.rank) {
    let trailing = long.rank - short.rank - leading
    let lengths = short.dimensions + [Int](repeating: 1, count: trailing)
    let candidate = Shape(lengths)
    if Shape.broadcast(candidate, long) == long, trailing > 0 {
      let side = a.rank < b.rank ? "left" : "right"
      return [
        "give the \(side) one \(trailing == 1 ? "an axis" : "axes") of length 1: "
          + "`reshape(…, \(lengths.map(String.init).joined(separator: ", ")))`"
      ]
    }
  }
  return []
}

private func productNotes(_ a: Shape, _ b: Shape) -> [String] {
  guard let columns = a.dimensions.last, let bLast = b.dimensions.last else { return [] }
  let rows = b.rank == 1 ? bLast : b[b.rank - 2]
  guard columns != rows else { return ["the leading axes differ"] }
  return ["\(columns) columns meet \(rows) rows"]
}

private func productHelp(_ a: Shape, _ b: Shape) -> [String] {
  guard a.rank <= 2, b.rank == 2, let columns = a.dimensions.last else { return [] }
  if columns == b[1] { return ["transpose the right one: `a @ b.T`"] }
  if a.rank == 2, a[0] == b[0] { return ["transpose the left one: `a.T @ b`"] }
  return []
}
