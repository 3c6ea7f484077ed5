import Language
import Tensors

/// `claim e for x in D, …`: tries values until one makes `e` false.
final class ClaimNode: Node {
  struct Variable {
    let name: String
    let slot: Int
    let domain: Node
  }
  private let condition: Node
  private let variables: [Variable]
  /// Of one trial.
  private let steps: Int

  init(_ condition: Node, _ variables: [Variable], steps: Int, _ place: Place) {
    self.condition = condition
    self.variables = variables
    self.steps = steps
    super.init(place)
  }

  /// What one variable ranges over.
  private enum Domain {
    case range(WholeRange)
    case list(List)
    case tensors

    var count: Int {
      switch self {
      case .range(let range): range.count
      case .list(let list): list.items.count
      case .tensors: 1
      }
    }

    func value(_ index: Int) -> Value? {
      switch self {
      case .range(let range): .number(Double(range.lower + index))
      case .list(let list): list.items[index]
      case .tensors: nil
      }
    }
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    let domains = try variables.map { try domain($0, frame) }
    let state = frame.context.random
    defer { frame.context.random = state }
    var tried = 0
    let failure = try search(domains, frame, state, &tried)
    let detail =
      try failure.map { values in
        [
          "false for "
            + zip(variables, values).map { "\($0.name) = \($1.text)" }.joined(separator: ", ")
        ] + (try sides(values, frame, state))
      } ?? []
    let record = frame.context.recorder.decide(
      place, name: nil, passed: failure == nil, share: failure == nil ? 1 : 0,
      elements: domains.contains { $0.count == 0 } ? 0 : 1, detail: detail, message: nil)
    frame.context.output(.checked(record))
    return .nothing
  }

  private func domain(_ variable: Variable, _ frame: Frame) throws -> Domain {
    switch try variable.domain.operand(frame) {
    case .range(let range): return .range(range)
    case .list(let list): return .list(list)
    case .builtin(let builtin) where builtin.card.name == "tensor": return .tensors
    case let other:
      throw variable.domain.place.error(
        "E0207", "`claim` tries a range, a list or `tensor`; this is \(other.kind)")
    }
  }

  /// The first values, in order, that make the condition false; of tensors, small ones.
  private func search(
    _ domains: [Domain], _ frame: Frame, _ state: Random, _ tried: inout Int
  ) throws -> [Value]? {
    var position = [Int](repeating: 0, count: domains.count)
    if domains.contains(where: { $0.count == 0 }) { return nil }
    while true {
      if let failure = try searchTensors(domains, position, frame, state) { return failure }
      var axis = domains.count - 1
      while axis >= 0 {
        position[axis] += 1
        if position[axis] < domains[axis].count { break }
        position[axis] = 0
        axis -= 1
      }
      if axis < 0 { return nil }
    }
  }

  private func searchTensors(
    _ domains: [Domain], _ position: [Int], _ frame: Frame, _ state: Random
  ) throws -> [Value]? {
    let hasTensors = domains.contains { $0.value(0) == nil }
    var source = Random(seed: 0x7465_6e73)
    for trial in 0..<(hasTensors ? 100 : 1) {
      var values: [Value] = []
      let shape = TensorSamples.shape(trial, &source)
      for (index, domain) in domains.enumerated() {
        values.append(
          try domain.value(position[index])
            ?? .tensor(place.describing { try TensorSamples.tensor(shape, trial, &source) }))
      }
      if try !holds(values, frame, state) {
        return try shrunk(values, isTensor: domains.map { $0.value(0) == nil }, frame, state)
      }
    }
    return nil
  }

  private func holds(_ values: [Value], _ frame: Frame, _ state: Random) throws -> Bool {
    try frame.checkpoint(steps: steps)
    frame.context.random = state
    for (variable, value) in zip(variables, values) { frame.slots[variable.slot] = value }
    do {
      let value = try condition.operand(frame)
      guard let share = value.shareOfTrues else {
        throw condition.place.error(
          "E0220", "`claim` takes a boolean or a mask; \(condition.place.quoted) is \(value.kind)")
      }
      return share == 1
    } catch var diagnostic as Diagnostic {
      let shown = zip(variables, values).map { "\($0.name) = \($1.text)" }
      diagnostic.notes.append("tried with " + shown.joined(separator: ", "))
      throw diagnostic
    }
  }

  /// What both sides of a comparison are for the values that make it false.
  private func sides(_ values: [Value], _ frame: Frame, _ state: Random) throws -> [String] {
    guard let comparison = condition as? CompareNode else { return [] }
    frame.context.random = state
    for (variable, value) in zip(variables, values) { frame.slots[variable.slot] = value }
    let left = try comparison.left.operand(frame)
    return comparison.detail(left, try comparison.right.operand(frame))
  }

  /// Simpler tensors that still fail, one change at a time.
  private func shrunk(
    _ values: [Value], isTensor: [Bool], _ frame: Frame, _ state: Random
  ) throws -> [Value] {
    var best = values
    var improved = isTensor.contains(true)
    var attempts = 0
    while improved, attempts < 500 {
      improved = false
      for candidate in TensorSamples.simpler(best, isTensor) {
        attempts += 1
        // A simpler tensor for which the condition is an error is no counterexample.
        guard let holds = try? holds(candidate, frame, state) else {
          try frame.checkpoint(steps: steps)
          continue
        }
        if !holds {
          best = candidate
          improved = true
          break
        }
      }
    }
    return best
  }
}
