import Language

/// Statements in order; worth the last one when that is an expression.
final class BlockNode: Node {
  private let nodes: [Node]
  // Read instead of `nodes` in the loop: an unmanaged reference costs no count.
  private let references: UnsafeMutablePointer<Unmanaged<Node>>
  private let count: Int

  init(_ nodes: [Node], _ place: Place) {
    self.nodes = nodes
    count = nodes.count
    references = .allocate(capacity: max(1, count))
    for (index, node) in nodes.enumerated() {
      (references + index).initialize(to: .passUnretained(node))
    }
    super.init(place)
  }

  deinit { references.deallocate() }

  override func run(_ frame: Frame, _ result: inout Value) throws -> Flow {
    if count == 0 {
      result = .nothing
      return .onward
    }
    for index in 0..<count {
      let flow = try references[index]._withUnsafeGuaranteedRef { try $0.run(frame, &result) }
      if flow != .onward { return flow }
    }
    return .onward
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    var result = Value.nothing
    let flow = try run(frame, &result)
    if flow != .onward { throw Escape(flow: flow, value: result) }
    return result
  }
}

/// `if`, `else if` …, `else`.
final class Conditional: Node {
  private let branches: [(condition: Node, block: Node)]
  private let otherwise: Node?

  init(_ branches: [(condition: Node, block: Node)], otherwise: Node?, _ place: Place) {
    self.branches = branches
    self.otherwise = otherwise
    super.init(place)
  }

  override func run(_ frame: Frame, _ result: inout Value) throws -> Flow {
    for index in branches.indices where try branches[index].condition.truth(frame) {
      return try branches[index].block.run(frame, &result)
    }
    if let otherwise { return try otherwise.run(frame, &result) }
    result = .nothing
    return .onward
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    var result = Value.nothing
    let flow = try run(frame, &result)
    if flow != .onward { throw Escape(flow: flow, value: result) }
    return result
  }
}

/// `return`, with or without a value.
final class GiveBack: Node {
  private let value: Node?

  init(_ value: Node?, _ place: Place) {
    self.value = value
    super.init(place)
  }

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

  override func run(_ frame: Frame, _ result: inout Value) -> Flow { flow }
}
