import Language
import Tensors

/// One link of `base.member[index](arguments)…`, applied to the value before it.
class PostfixStep {
  let place: Place

  init(_ place: Place) { self.place = place }

  func apply(_ value: Value, _ basePlace: Place, _ frame: Frame) throws -> Value { value }
}

/// A base and its links, evaluated by a loop so that their number costs no depth.
final class PostfixNode: Node {
  private let base: Node
  private let steps: [PostfixStep]

  init(_ base: Node, _ steps: [PostfixStep], _ place: Place) {
    self.base = base
    self.steps = steps
    super.init(place)
  }

  /// The name and its members where the chain is nothing else: `net.conv1.weight`.
  var memberPath: (base: GlobalRead, names: [String])? {
    guard let base = base as? GlobalRead else { return nil }
    let names = steps.compactMap { ($0 as? MemberStep)?.name }
    return names.count == steps.count ? (base, names) : nil
  }

  /// What the links are applied to, where that is worked out rather than named.
  var workedBase: Node? { base.builtinCall != nil || !base.operands.isEmpty ? base : nil }

  override var operands: [Node] { workedBase.map { [$0] } ?? [] }

  override func combine(_ values: [Value], _ frame: Frame) throws -> Value {
    guard let value = values.first else { return try evaluate(frame) }
    return try links(of: value, frame)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    try links(of: base.evaluate(frame), frame)
  }

  private func links(of start: Value, _ frame: Frame) throws -> Value {
    var value = start
    var basePlace = base.place
    for step in steps {
      value = try step.apply(value, basePlace, frame)
      basePlace = step.place
    }
    return value
  }
}

final class MemberStep: PostfixStep {
  let name: String
  private let namePlace: Place
  private let isCalled: Bool

  init(_ name: String, namePlace: Place, isCalled: Bool, _ place: Place) {
    self.name = name
    self.namePlace = namePlace
    self.isCalled = isCalled
    super.init(place)
  }

  override func apply(_ value: Value, _ basePlace: Place, _ frame: Frame) throws -> Value {
    try frame.context.member(
      name, of: value, basePlace: basePlace, namePlace: namePlace, isCalled: isCalled)
  }
}

/// An index as written: an expression, or a range that may lack an end.
enum IndexNode {
  case value(Node)
  case span(Node?, Node?, isClosed: Bool, Place)

  var place: Place {
    switch self {
    case .value(let node): node.place
    case .span(_, _, _, let place): place
    }
  }

  func evaluate(_ frame: Frame) throws -> IndexValue {
    switch self {
    case .value(let node): .value(try node.operand(frame))
    case .span(let lower, let upper, let isClosed, _):
      .span(
        lower: try lower.map { try rangeEnd($0, frame) },
        upper: try upper.map { try rangeEnd($0, frame) }, isClosed: isClosed)
    }
  }
}

final class IndexStep: PostfixStep {
  private let indices: [IndexNode]

  init(_ indices: [IndexNode], _ place: Place) {
    self.indices = indices
    super.init(place)
  }

  override func apply(_ value: Value, _ basePlace: Place, _ frame: Frame) throws -> Value {
    if case .nothing = value { throw basePlace.noValue() }
    if let element = try element(of: value, frame) { return element }
    var values: [(value: IndexValue, place: Place)] = []
    for index in indices { values.append((try index.evaluate(frame), index.place)) }
    return try Indexing(base: value, basePlace: basePlace, whole: place).apply(values)
  }

  /// One element by whole numbers known to be numbers, without lists of selections.
  private func element(of value: Value, _ frame: Frame) throws -> Value? {
    guard indices.count == 1, case .value(let node) = indices[0], node.isNumeric else { return nil }
    guard let index = Int(exactly: try node.number(frame)), index >= 0 else { return nil }
    switch value {
    case .tensor(let tensor) where tensor.shape.rank == 1 && index < tensor.count:
      return .number(Double(tensor[index]))
    case .list(let list) where index < list.items.count: return list.items[index]
    default: return nil
    }
  }
}
