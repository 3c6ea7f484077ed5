import Language

/// What is run as a statement and, where its value is used, still runs as one.
class FlowNode: Node {
  override func evaluate(_ frame: Frame) throws -> Value {
    var result = Value.nothing
    let flow = try run(frame, &result)
    if flow != .onward { throw Escape(flow: flow, value: result) }
    return result
  }
}

/// Statements in order; worth the last one when that is an expression.
final class BlockNode: FlowNode {
  private let row: NodeRow
  /// The statement of a block that has one only.
  private let only: Node?
  private let leaves: Bool

  init(_ nodes: [Node], _ place: Place) {
    only = nodes.count == 1 ? nodes[0] : nil
    leaves = nodes.contains(where: \.mayLeave)
    row = NodeRow(nodes)
    super.init(place)
  }

  override var mayLeave: Bool { leaves }

  override func scalar(_ frame: Frame) throws -> Double? {
    guard !leaves, row.count > 0 else { return frame.unboxed(try evaluate(frame)) }
    var result = Value.nothing
    for index in 0..<row.count - 1 { _ = try row.with(index) { try $0.run(frame, &result) } }
    return try row.with(row.count - 1) { try $0.scalar(frame) }
  }

  override var whatRuns: Node { only?.whatRuns ?? self }

  override func run(_ frame: Frame, _ result: inout Value) throws -> Flow {
    if row.count == 0 {
      result = .nothing
      return .onward
    }
    for index in 0..<row.count {
      let flow = try row.with(index) { try $0.run(frame, &result) }
      if flow != .onward { return flow }
    }
    return .onward
  }
}

/// `if`, `else if` …, `else`.
final class Conditional: FlowNode {
  private let conditions: NodeRow
  private let blocks: NodeRow
  /// None or one: read from a row, since an optional node would be counted in every pass.
  private let otherwise: NodeRow
  private let leaves: Bool

  init(_ branches: [(condition: Node, block: Node)], otherwise: Node?, _ place: Place) {
    conditions = NodeRow(branches.map(\.condition))
    blocks = NodeRow(branches.map(\.block.whatRuns))
    self.otherwise = NodeRow(otherwise.map { [$0.whatRuns] } ?? [])
    leaves = branches.contains { $0.block.mayLeave } || otherwise?.mayLeave == true
    super.init(place)
  }

  override var mayLeave: Bool { leaves }

  override func scalar(_ frame: Frame) throws -> Double? {
    for index in 0..<conditions.count
    where try conditions.with(index, { try $0.truth(frame) }) {
      return try blocks.with(index) { try $0.scalar(frame) }
    }
    if otherwise.count > 0 { return try otherwise.with(0) { try $0.scalar(frame) } }
    return frame.unboxed(.nothing)
  }

  override func run(_ frame: Frame, _ result: inout Value) throws -> Flow {
    for index in 0..<conditions.count {
      if try conditions.with(index, { try $0.truth(frame) }) {
        return try blocks.with(index) { try $0.run(frame, &result) }
      }
    }
    if otherwise.count > 0 { return try otherwise.with(0) { try $0.run(frame, &result) } }
    result = .nothing
    return .onward
  }
}

/// `return`, with or without a value.
final class GiveBack: Node {
  private let value: Node?

  init(_ value: Node?, _ place: Place) {
    self.value = value
    super.init(place)
  }

  override var mayLeave: Bool { true }

  override func run(_ frame: Frame, _ result: inout Value) throws -> Flow {
    result = try value?.evaluate(frame) ?? .nothing
    return .giveBack
  }
}

/// `break` and `continue`.
final class Jump: Node {
  private let flow: Flow

  init(_ flow: Flow, _ place: Place) {
    self.flow = flow
    super.init(place)
  }

  override var mayLeave: Bool { true }

  override func run(_ frame: Frame, _ result: inout Value) -> Flow { flow }
}
