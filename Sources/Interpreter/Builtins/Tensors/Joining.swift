import Catalog
import Networks
import Tensors

/// `concat`: lists end to end, tensors along an axis, branches of a network along their channels.
let concatBuiltin = Builtin(
  Concat.card.alsoTaking(
    parameters: [
      Parameter("x", accepts: "a list, a tensor or a model", "the first part"),
      Parameter("more", .variadic, accepts: "lists, tensors or models", "the other parts"),
      Parameter(
        "axis", .label, or: "", accepts: "a whole number from 0", "of tensors; 0 by itself"),
      Parameter("name", .label, or: "", accepts: "a string", "what to call the layer"),
    ],
    examples: [
      Example("concat([1, 2], [\"three\"])", prints: "[1, 2, \"three\"]"),
      Example("concat(tensor([1, 2]), tensor([3]))", prints: "[1, 2, 3]"),
      Example("concat(ones(2, 1), zeros(2, 2), axis: 1)", prints: "[[1, 0, 0], [1, 0, 0]]"),
      Example(
        "concat(ones(2, 1), zeros(1, 2))", fails: "E0217: 2×1 and 1×2 cannot be joined along axis 0"
      ),
    ])
) { call in
  let values = [try call.value("x")] + call.rest
  if values.contains(where: { $0.model != nil }) {
    try call.refuse("axis", because: "branches are joined along their channels")
    return try call.joinBranches(Concat.self)
  }
  try call.refuse("name", because: "only layers have names")
  if !call.has("axis"), let joined = try joinedLists(values) { return .list(joined) }
  let tensors = try call.tensors(values)
  let rank = tensors.map(\.shape.rank).max() ?? 0
  guard rank > 0 else { throw call.wrongKind("x") }
  let axis = try call.axis(of: rank) ?? 0
  let joined = try call.placed { try Tensor.concatenated(tensors, axis: axis) }
  return values.allSatisfy(\.isMask) ? .mask(joined) : .tensor(joined)
}

/// Lists and ranges end to end, when at least one of them is a list and none is anything else.
private func joinedLists(_ values: [Value]) throws -> List? {
  let kinds = values.map(\.isListOrRange)
  guard kinds.allSatisfy({ $0 != nil }), kinds.contains(true) else { return nil }
  var joined: List?
  for value in values {
    switch value {
    case .list(let list): joined = try joined?.appending(Array(list.items)) ?? list
    case .range(let range):
      guard range.count <= List.longest else { throw LanguageLimit.list(count: range.count) }
      let items = (range.lower..<range.upper).map { Value.number(Double($0)) }
      joined = try joined?.appending(items) ?? List(items)
    default: return nil
    }
  }
  return joined
}

extension Value {
  fileprivate var isMask: Bool {
    if case .mask = self { true } else { false }
  }

  /// `true` for a list, `false` for a range, `nil` for anything else.
  fileprivate var isListOrRange: Bool? {
    switch self {
    case .list: true
    case .range: false
    default: nil
    }
  }
}
