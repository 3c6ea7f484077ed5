import Catalog
import Language
import Tensors

/// `why q[3]`: how one element came about, replayed from the statement that set it.
final class WhyNode: Node {
  private let slot: Int?
  private let value: Node
  private let members: [String]
  private let indices: [IndexNode]

  init(slot: Int?, value: Node, members: [String], indices: [IndexNode], _ place: Place) {
    self.slot = slot
    self.value = value
    self.members = members
    self.indices = indices
    super.init(place)
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    var subject = try value.operand(frame)
    for member in members {
      subject = try frame.context.member(
        member, of: subject, basePlace: value.place, namePlace: place, isCalled: false)
    }
    var positions: [(value: IndexValue, place: Place)] = []
    for index in indices { positions.append((try index.evaluate(frame), index.place)) }
    let element = try Indexing(base: subject, basePlace: value.place, whole: place).apply(positions)
    let path = try wholes(positions)
    var trace = Trace(context: frame.context, path: path)
    if let slot, members.isEmpty, let entry = frame.context.history[slot] {
      try trace.replay(entry, name: value.place.text, place)
    } else if let slot, let entry = frame.context.history[slot] {
      trace.note(entry)
    }
    return .report(
      Report(
        place.text,
        blocks: [.derivation(Report.Derived(title: "", steps: trace.steps))],
        value: element))
  }

  private func wholes(_ positions: [(value: IndexValue, place: Place)]) throws -> [Int] {
    try positions.map { position in
      guard case .value(.number(let number)) = position.value, let whole = Int(exactly: number)
      else {
        throw position.place.error("E0208", "`why` asks about one element: whole numbers only")
      }
      return whole
    }
  }
}

/// One element followed back through the statements that made it.
struct Trace {
  let context: Context
  let path: [Int]
  private(set) var steps: [Report.Derived.Step] = []
  private var seen: Set<ObjectIdentifier> = []

  init(context: Context, path: [Int]) {
    self.context = context
    self.path = path
  }

  /// Adds the statement itself where there is nothing to follow it through.
  mutating func note(_ entry: HistoryEntry) {
    steps.append(
      Report.Derived.Step(
        symbol: "", formula: entry.node.place.text, expression: "", value: .nothing))
  }

  /// Runs a statement again on what it read then, and follows the element through it.
  mutating func replay(_ entry: HistoryEntry, name: String, _ place: Place) throws {
    guard seen.insert(ObjectIdentifier(entry)).inserted, seen.count <= 32 else { return }
    guard let store = entry.node as? Store else { return note(entry) }
    let state = context.random
    let globals = context.globals
    defer {
      context.random = state
      context.globals = globals
    }
    context.random = entry.random
    let capacity = max(1, entry.globalCount)
    let own = UnsafeMutablePointer<Value>.allocate(capacity: capacity)
    own.initialize(repeating: .nothing, count: capacity)
    for (slot, read) in entry.reads where slot < capacity { own[slot] = read.value }
    defer {
      own.deinitialize(count: capacity)
      own.deallocate()
    }
    context.globals = own
    var nested: [(slot: Int, name: String)] = []
    try context.withSlots(entry.slotCount) { slots in
      let frame = Frame(slots: slots, globals: own, context: context)
      let (value, text) = try follow(store.value, frame, &nested)
      steps.append(
        Report.Derived.Step(
          symbol: name, formula: "\(name) = \(store.value.place.text)", expression: text,
          value: element(of: value)))
    }
    for read in nested {
      guard let inner = entry.reads[read.slot]?.entry else { continue }
      try replay(inner, name: read.name, place)
    }
  }

  /// The value of a node, and the text of its element with the operands' elements in it.
  private mutating func follow(
    _ node: Node, _ frame: Frame, _ reads: inout [(slot: Int, name: String)]
  ) throws -> (Value, String) {
    if let read = node as? GlobalRead, !reads.contains(where: { $0.slot == read.slot }) {
      reads.append((read.slot, read.name))
    }
    guard !node.operands.isEmpty else {
      let value = try node.operand(frame)
      return (value, shown(value))
    }
    var values: [Value] = []
    for operand in node.operands { values.append(try follow(operand, frame, &reads).0) }
    let value = try node.combine(values, frame)
    let isElementwise = values.contains { $0.asTensor?.shape == value.asTensor?.shape }
    if isElementwise, value.asTensor != nil {
      let text = Substitution.substituted(node, values.map { shown($0) })
      steps.append(
        Report.Derived.Step(
          symbol: "", formula: node.place.text, expression: text, value: element(of: value)))
      return (value, text)
    }
    return (value, node.place.text)
  }

  private func shown(_ value: Value) -> String { element(of: value).text }

  /// The element at the path, of what has that many axes; other values whole.
  private func element(of value: Value) -> Value {
    guard let tensor = value.asTensor, tensor.shape.rank == path.count else { return value }
    var flat = 0
    for (axis, index) in path.enumerated() {
      let length = tensor.shape[axis]
      guard length == 1 || index < length else { return value }
      flat = flat * length + (length == 1 ? 0 : index)
    }
    guard flat < tensor.count else { return value }
    if case .mask = value { return .boolean(tensor[flat] != 0) }
    return .number(Double(tensor[flat]))
  }
}
