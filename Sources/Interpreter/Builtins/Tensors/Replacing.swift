import Catalog
import Networks
import Tensors

/// `replace`: a new value with something else in one place, as nothing is changed in place.
let replaceBuiltin = Builtin(
  Card(
    "replace", .function,
    summary: "The same list, tensor or model with something else in one place.",
    parameters: [
      Parameter("x", accepts: "a list, a tensor or a model"),
      Parameter(
        "place",
        accepts: "a list of positions (one an axis), a mask, or a parameter's name",
        "`[0, 2...3]`, `w < 0`, `\"conv1.weight\"`"),
      Parameter("value", accepts: "a number, a tensor or, in a list, anything"),
    ],
    examples: [
      Example("replace([1, 2, 3], [0], 9)", prints: "[9, 2, 3]"),
      Example("replace(tensor([[1, 2], [3, 4]]), [1, 0], 9)", prints: "[[1, 2], [9, 4]]"),
      Example("replace(zeros(4), [1...2], [5, 6])", prints: "[0, 5, 6, 0]"),
      Example("let w = tensor([1, -2, 3]); print(replace(w, w < 0, 0))", prints: "[1, 0, 3]"),
      Example(
        "let net = input(2) |> linear(1); "
          + "print(replace(net, \"linear1.weight\", [[1, 2]]).linear1.weight)", prints: "[[1, 2]]"),
      Example(
        "replace([1, 2, 3], [3], 9)",
        fails: "E0301: index 3 is outside axis 0, which has 3 positions"),
      Example(
        "replace(input(2) |> linear(1), \"linear1.wait\", [[1, 2]])",
        fails: "E0244: this model has no parameter `linear1.wait`"),
    ],
    related: ["where", "concat"])
) { call in
  switch try call.value("x") {
  case .object(let object as ModelObject):
    let path = try call.text("place")
    let tensor = try call.tensor("value")
    return .model(try call.placed(at: "place") { try object.model.replacing(path, with: tensor) })
  case .list, .range: return try call.replacedItem(of: call.list("x"))
  default: return try call.replacedElements()
  }
}

extension Call {
  fileprivate func replacedItem(of items: [Value]) throws -> Value {
    let place = try wholes("place")
    guard place.count == 1 else {
      throw error("E0303", "a list has one axis; these are \(place.count) positions", at: "place")
    }
    guard items.indices.contains(place[0]) else {
      throw error(TensorError.indexOutside(place[0], axis: 0, length: items.count), at: "place")
    }
    var items = items
    items[place[0]] = try value("value")
    return try placed { try .list(items) }
  }

  fileprivate func replacedElements() throws -> Value {
    let tensor = try self.tensor("x")
    let new = try numberOrTensor("value")
    if case .mask(let mask) = try value("place") {
      return .tensor(
        try placed {
          new.shape.rank == 0
            ? try Tensor.whereSelected(mask, new, tensor)
            : try tensor.replacing(byMask: mask, with: new)
        })
    }
    let places = try selections()
    return .tensor(try placed(at: "place") { try tensor.replacing(places, with: new) })
  }

  /// What is chosen along each axis: a position, a range or a list of positions.
  private func selections() throws -> [AxisSelection] {
    if case .range(let range) = try value("place") { return [.range(range.lower..<range.upper)] }
    return try list("place").map { item in
      switch item {
      case .number(let number):
        guard let whole = Int(exactly: number) else { throw wrongKind("place") }
        return .index(whole)
      case .range(let range): return .range(range.lower..<range.upper)
      case .list(let list):
        return .list(
          try list.items.map {
            guard case .number(let number) = $0, let whole = Int(exactly: number) else {
              throw wrongKind("place")
            }
            return whole
          })
      default: throw wrongKind("place")
      }
    }
  }

  private func numberOrTensor(_ name: String) throws -> Tensor {
    switch try operand(name) {
    case .number(let number): try placed(at: name) { try Tensor.full([], Float(number)) }
    case .tensor(let tensor): tensor
    }
  }
}
