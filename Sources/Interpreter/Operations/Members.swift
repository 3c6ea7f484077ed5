import Catalog
import Language
import Tensors

extension Value {
  /// Member names in the order help lists them.
  public var memberNames: [String] {
    switch self {
    case .tensor, .mask: ["shape", "count", "T"]
    case .list, .range, .text: ["count"]
    case .report(let report): ["value"] + report.members.map(\.name)
    case .object(let object):
      object.memberNames
        + (object.shape == nil
          ? [] : ["shape", "count", "T"].filter { !object.memberNames.contains($0) })
    case .option(let option): option.arguments.keys.sorted()
    case .nothing, .number, .boolean, .function, .builtin: []
    }
  }

  /// The value of a member, or `nil` when there is none of that name.
  public func member(_ name: String) throws -> Value? {
    switch self {
    case .tensor(let tensor): return try Self.member(name, tensor.shape, isMask: false) { tensor }
    case .mask(let mask): return try Self.member(name, mask.shape, isMask: true) { mask }
    case .list(let list): return name == "count" ? .number(Double(list.items.count)) : nil
    case .range(let range): return name == "count" ? .number(Double(range.count)) : nil
    case .text(let text): return name == "count" ? .number(Double(text.string.count)) : nil
    case .report(let report):
      if name == "value", !report.value.isNothing { return report.value }
      return report.members.first { $0.name == name }?.value
    case .object(let object):
      if let value = try object.member(name) { return value }
      return try object.shape.flatMap { shape in
        try Self.member(name, shape, isMask: false) { try object.values }
      }
    case .option(let option): return option.arguments[name]
    case .nothing, .number, .boolean, .function, .builtin: return nil
    }
  }

  /// - Parameter tensor: asked only where the shape does not answer.
  private static func member(
    _ name: String, _ shape: Shape, isMask: Bool, _ tensor: () throws -> Tensor?
  ) throws -> Value? {
    switch name {
    case "shape": return try .list(shape.dimensions.map { .number(Double($0)) })
    case "count": return .number(Double(shape.count))
    case "T":
      guard let transposed = try tensor()?.transposed(nil) else { return nil }
      return isMask ? .mask(transposed) : .tensor(transposed)
    default: return nil
    }
  }
}

extension Context {
  /// `base.name`, or the error that lists the names near to it.
  func member(
    _ name: String, of value: Value, basePlace: Place, namePlace: Place, isCalled: Bool
  ) throws -> Value {
    if case .nothing = value { throw basePlace.noValue() }
    if let member = try namePlace.describing({ try value.member(name) }) { return member }
    let names = value.memberNames
    if builtins[name]?.isCallable == true {
      throw namePlace.error(
        "E0205", "\(value.kind) has no member `\(name)`; `\(name)` is a function",
        help: ["`\(name)(\(basePlace.text))`"])
    }
    let near = nearestNames(to: name, among: names)
    let notes = names.isEmpty ? [] : ["it has: " + names.prefix(12).joined(separator: ", ")]
    throw namePlace.error(
      "E0205", "\(value.kind) has no member `\(name)`",
      label: near.isEmpty
        ? "" : "did you mean " + near.map { "`\($0)`" }.joined(separator: ", ") + "?",
      notes: notes)
  }
}
