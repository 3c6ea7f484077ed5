import Tensors

extension Value {
  /// A tensor as a value; a number when it has no axes, as there are no such tensors in the language.
  public static func result(_ tensor: Tensor) -> Value {
    tensor.shape.rank == 0 ? .number(Double(tensor[0])) : .tensor(tensor)
  }

  /// The tensor this value is or stands for: also a (nested) list of numbers and a range.
  ///
  /// - Returns: `nil` when it stands for none.
  /// - Throws: an uneven list (E0216), or what the allocation throws.
  public func tensorOrList() throws -> Tensor? {
    switch self {
    case .list(let list): return try list.tensor()
    case .range(let range):
      return try Tensor(unsafeUninitialized: [range.count]) { target in
        for index in target.indices { target[index] = Float(range.lower + index) }
      }
    default: return try asTensor
    }
  }
}

extension List {
  /// The list as a tensor; lists and tensors inside become further axes.
  func tensor() throws -> Tensor? {
    if let numbers {
      return try Tensor(unsafeUninitialized: [numbers.count]) { target in
        for (index, number) in numbers.enumerated() { target[index] = Float(number) }
      }
    }
    // A mask as it is printed: true is 1.
    if !items.isEmpty, items.allSatisfy({ if case .boolean = $0 { true } else { false } }) {
      return try Tensor(items.map { Float($0.scalar ?? 0) })
    }
    var rows: [Tensor] = []
    for item in items {
      guard let row = try item.tensorOrList() else { return nil }
      if let first = rows.first, first.shape != row.shape {
        throw UnevenList(first: first.shape, other: row.shape, index: rows.count)
      }
      rows.append(row)
    }
    guard let first = rows.first else { return nil }
    return try Tensor(unsafeUninitialized: Shape([rows.count] + first.shape.dimensions)) { target in
      for (index, row) in rows.enumerated() {
        row.withScalars { scalars in
          for (offset, scalar) in scalars.enumerated() {
            target[index * first.count + offset] = scalar
          }
        }
      }
    }
  }
}
