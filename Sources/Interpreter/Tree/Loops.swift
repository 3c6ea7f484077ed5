import Language
import Tensors

/// A loop for as long as a condition holds.
final class WhileLoop: Node {
  private let condition: Node
  private let body: Node
  /// Of one pass, condition included.
  private let steps: Int

  init(_ condition: Node, _ body: Node, steps: Int, _ place: Place) {
    self.condition = condition
    self.body = body.whatRuns
    self.steps = steps
    super.init(place)
  }

  override var mayLeave: Bool { body.mayLeave }

  override func run(_ frame: Frame, _ result: inout Value) throws -> Flow {
    while try condition.truth(frame) {
      try frame.checkpoint(steps: steps)
      switch try pass(body, frame, &result) {
      case .onward, .nextPass: continue
      case .leaveLoop:
        result = .nothing
        return .onward
      case .giveBack: return .giveBack
      }
    }
    result = .nothing
    return .onward
  }
}

/// `for name in domain { … }` over a range, a list or the first axis of a tensor.
final class ForLoop: Node {
  private let slot: Int
  private let domain: Node
  private let body: Node
  /// Of one pass.
  private let steps: Int

  init(_ slot: Int, _ domain: Node, _ body: Node, steps: Int, _ place: Place) {
    self.slot = slot
    self.domain = domain
    self.body = body.whatRuns
    self.steps = steps
    super.init(place)
  }

  override var mayLeave: Bool { body.mayLeave }

  override func run(_ frame: Frame, _ result: inout Value) throws -> Flow {
    let flow = try runPasses(frame, &result)
    if flow == .giveBack { return .giveBack }
    result = .nothing
    return .onward
  }

  private func runPasses(_ frame: Frame, _ result: inout Value) throws -> Flow {
    let target = frame.slots + slot
    switch try domain.operand(frame) {
    case .range(let range):
      var index = range.lower
      while index < range.upper {
        try frame.checkpoint(steps: steps)
        target.setNumber(Double(index))
        let flow = try pass(body, frame, &result)
        if flow == .leaveLoop || flow == .giveBack { return flow }
        index += 1
      }
      return .onward
    case .list(let list):
      for item in list.items {
        try frame.checkpoint(steps: steps)
        target.pointee = item
        let flow = try pass(body, frame, &result)
        if flow == .leaveLoop || flow == .giveBack { return flow }
      }
      return .onward
    case let other:
      guard let rows = try domain.place.describing({ try other.rows() }) else {
        throw domain.place.error(
          "E0207", "`for` goes over a range, a list or a tensor; this is \(other.kind)",
          help: other.loopHelp(domain.place))
      }
      for index in 0..<rows.count {
        try frame.checkpoint(steps: steps)
        target.pointee = try domain.place.describing { try rows.row(index) }
        let flow = try pass(body, frame, &result)
        if flow == .leaveLoop || flow == .giveBack { return flow }
      }
      return .onward
    }
  }
}

/// One pass of a loop's body, with a `break` out of a value turned back into one.
@inline(__always)
private func pass(_ body: Node, _ frame: Frame, _ result: inout Value) throws -> Flow {
  do {
    return try body.run(frame, &result)
  } catch let escape as Escape {
    result = escape.value
    return escape.flow
  }
}

/// The first axis of a tensor or mask, one position at a time.
struct Rows {
  let tensor: Tensor
  let isMask: Bool

  var count: Int { tensor.shape[0] }

  func row(_ index: Int) throws -> Value {
    if tensor.shape.rank == 1 {
      let element = tensor[index]
      return isMask ? .boolean(element != 0) : .number(Double(element))
    }
    let row = try tensor.sliced([.index(index)])
    return isMask ? .mask(row) : .tensor(row)
  }
}

extension Value {
  /// The positions along the first axis of a tensor or what stands for one; `nil` of others.
  func rows() throws -> Rows? {
    if case .mask(let mask) = self { return Rows(tensor: mask, isMask: true) }
    return try asTensor.map { Rows(tensor: $0, isMask: false) }
  }

  fileprivate func loopHelp(_ place: Place) -> [String] {
    guard case .number(let number) = self, number >= 0 else { return [] }
    return ["`0..<\(place.text)` counts from 0"]
  }
}
