import Catalog
import Language
import Networks
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
    let whole = subject
    let removals = subject.model?.removals ?? []
    for member in members {
      subject = try frame.context.member(
        member, of: subject, basePlace: value.place, namePlace: place, isCalled: false)
    }
    var positions: [(value: IndexValue, place: Place)] = []
    for index in indices { positions.append((try index.evaluate(frame), index.place)) }
    let element = try Indexing(base: subject, basePlace: value.place, whole: place).apply(positions)
    let path = try wholes(positions)
    var trace = Trace(context: frame.context, path: path, removals: removals)
    if let slot, let entry = frame.context.history[slot] {
      try trace.replay(entry, of: whole, name: value.place.text, members, place)
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
  /// What the model of the element has lost: before each removal the element lay elsewhere.
  private var removals: [[String: ParameterCut]]
  /// Where it lies in tensors that the model of the statement is made of.
  private var placeInTensors: [Int]
  private(set) var steps: [Report.Derived.Step] = []
  private var seen: Set<ObjectIdentifier> = []
  /// Where the element lies in a model: `["conv1", "weight"]`; empty for an element of a tensor.
  private var members: [String] = []

  init(context: Context, path: [Int], removals: [[String: ParameterCut]] = []) {
    self.context = context
    self.path = path
    self.removals = removals
    placeInTensors = path
  }

  /// A name that a statement read, and the members that led from it to the element's tensor.
  private struct Read {
    var slot: Int
    var name: String
    var members: [String]
  }

  /// Adds the statement itself where there is nothing to follow it through.
  mutating func note(_ entry: HistoryEntry) {
    steps.append(
      Report.Derived.Step(
        symbol: "", formula: entry.node.place.text, expression: "", value: .nothing))
  }

  /// Runs a statement again on what it read then, and follows the element through it.
  ///
  /// - Parameters:
  ///   - value: what the statement set `name` to.
  ///   - members: where the element lies in it, if that is a model.
  mutating func replay(
    _ entry: HistoryEntry, of value: Value, name: String, _ members: [String] = [], _ place: Place
  ) throws {
    guard seen.insert(ObjectIdentifier(entry)).inserted, seen.count <= 32 else { return }
    guard let store = entry.node as? Store else { return note(entry) }
    self.members = members
    placeInTensors = value.model == nil ? path : self.place(in: value)
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
    var nested: [Read] = []
    try context.withSlots(entry.slotCount) { slots in
      let frame = Frame(slots: slots, globals: own, context: context)
      let (value, text) = try follow(store.value, frame, &nested)
      steps.append(
        Report.Derived.Step(
          symbol: name, formula: "\(name) = \(store.value.place.text.onOneLine.shortened)",
          expression: text,
          value: element(of: value)))
    }
    for read in nested {
      guard let inner = entry.reads[read.slot], let made = inner.entry else { continue }
      // A tensor that was taken out of a model: from here on the model's removals count.
      if let model = inner.value.model, removals.isEmpty { removals = model.removals }
      try replay(made, of: inner.value, name: read.name, read.members, place)
    }
  }

  /// The value of a node, and the text of its element with the operands' elements in it.
  private mutating func follow(
    _ node: Node, _ frame: Frame, _ reads: inout [Read]
  ) throws -> (Value, String) {
    remember(node, &reads)
    guard !node.operands.isEmpty else {
      let value = try observing { try node.operand(frame) }
      return (value, shown(value))
    }
    var values: [Value] = []
    for operand in node.operands { values.append(try follow(operand, frame, &reads).0) }
    if let call = node.builtinCall {
      let value = try node.combine(values, frame)
      let text = Substitution.substituted(node, values.map { shown($0) })
      let site = call.match.site
      add(call.builtin, site.place.source[site.step], text, values, value)
      return (value, text)
    }
    // What happens inside of a student's function is noted by the calls it makes.
    let value =
      try node is CallNode
      ? observing { try node.combine(values, frame) } : node.combine(values, frame)
    let isElementwise = values.contains { $0.tensorShape == value.tensorShape }
    guard isElementwise, value.tensorShape != nil else { return (value, node.place.text) }
    let text = Substitution.substituted(node, values.map { shown($0) })
    steps.append(
      Report.Derived.Step(
        symbol: "", formula: node.place.text, expression: text, value: element(of: value)))
    return (value, text)
  }

  /// A name read whole, or by its members: `w`, `net.conv1.weight`.
  private func remember(_ node: Node, _ reads: inout [Read]) {
    let found: Read
    switch node {
    case let read as GlobalRead:
      found = Read(slot: read.slot, name: read.name, members: members)
    case let chain as PostfixNode:
      guard let (read, names) = chain.memberPath else { return }
      found = Read(slot: read.slot, name: read.name, members: names)
    default: return
    }
    if !reads.contains(where: { $0.slot == found.slot }) { reads.append(found) }
  }

  /// Runs something while every call of a built-in in it is followed.
  private mutating func observing<Result>(_ body: () throws -> Result) rethrows -> Result {
    guard context.observer == nil else { return try body() }
    var calls: [(builtin: Builtin, text: String, values: [Value], result: Value)] = []
    context.observer = { builtin, site, values, result in
      guard calls.count < Trace.mostCalls else { return }
      calls.append((builtin, site.place.source[site.step], values, result))
    }
    defer {
      context.observer = nil
      for call in calls { add(call.builtin, call.text, call.text, call.values, call.result) }
    }
    return try body()
  }

  /// Calls inside of functions that are kept: a loop may make any number of them.
  private static let mostCalls = 256

  /// A built-in's step, where the element is in what it gives and, changed, in what it was given.
  ///
  /// What a verb adds to the element is the error of that step.
  private mutating func add(
    _ builtin: Builtin, _ text: String, _ expression: String, _ values: [Value], _ result: Value
  ) {
    guard let now = number(of: result), steps.count < 512 else { return }
    let before = values.compactMap { number(of: $0, shapedAs: result) }.first
    let isVerb = builtin.card.family == .verb
    guard result.model == nil || isVerb || before != now else { return }
    var remark = ""
    if let before, isVerb {
      let change = significant(now - before, digits: 4)
      remark =
        now == before
        ? "unchanged" : "from \(textForm(before)), adds \(change)"
      if let old = values.compactMap({ moved(from: $0, to: result) }).first {
        remark += "; it was \(old)"
      }
    } else if before == nil, !(values.contains { $0.tensorShape == tensor(of: result)?.shape }) {
      remark = "begins here"
    }
    steps.append(
      Report.Derived.Step(
        symbol: "", formula: text.onOneLine, expression: expression, value: .number(now),
        remark: remark))
  }

  private func shown(_ value: Value) -> String { element(of: value).text }

  /// The tensor that holds the element: the value itself, or a model's parameter.
  private func tensor(of value: Value) -> Tensor? {
    guard let model = value.model else { return try? value.asTensor }
    guard !members.isEmpty else { return nil }
    return try? model.parameter(named: members.joined(separator: "."))?.tensor
  }

  /// The element as a number; `nil` where the value does not hold it, or in another shape.
  private func number(of value: Value, shapedAs other: Value? = nil) -> Double? {
    guard let tensor = tensor(of: value), tensor.shape.rank == path.count else { return nil }
    if let other, moved(from: value, to: other) == nil,
      self.tensor(of: other)?.shape != tensor.shape
    {
      return nil
    }
    return flat(tensor.shape, place(in: value)).map { Double(tensor[$0]) }
  }

  /// Where the element lies in a value: a model that had not lost channels yet has it elsewhere.
  private func place(in value: Value) -> [Int] {
    guard let model = value.model else { return placeInTensors }
    guard model.removals.count < removals.count,
      Array(removals.prefix(model.removals.count)) == model.removals
    else { return path }
    let name = members.joined(separator: ".")
    return removals.dropFirst(model.removals.count).reversed().reduce(path) { path, removal in
      guard let cut = removal[name] else { return path }
      return zip(path.indices, path).map { axis, index in
        let kept = axis == 0 ? cut.first : axis == 1 ? cut.second : nil
        return kept.map { $0.indices.contains(index) ? $0[index] : index } ?? index
      }
    }
  }

  /// The place before a step, as `[3, 0]`, if removing channels moved the element in it.
  private func moved(from before: Value, to after: Value) -> String? {
    let old = place(in: before)
    return before.model != nil && after.model != nil && old != place(in: after) ? "\(old)" : nil
  }

  /// The element at the path, of what has that many axes; other values whole.
  private func element(of value: Value) -> Value {
    guard let tensor = tensor(of: value), tensor.shape.rank == path.count,
      let flat = flat(tensor.shape, place(in: value))
    else { return value }
    if case .mask = value { return .boolean(tensor[flat] != 0) }
    return .number(Double(tensor[flat]))
  }

  /// A place's index in a shape; an axis of length 1 stands for every index.
  private func flat(_ shape: Shape, _ path: [Int]) -> Int? {
    var flat = 0
    for (axis, index) in path.enumerated() {
      let length = shape[axis]
      guard length == 1 || index < length else { return nil }
      flat = flat * length + (length == 1 ? 0 : index)
    }
    return flat < shape.count ? flat : nil
  }
}

extension String {
  /// A call over several lines as one.
  fileprivate var onOneLine: String {
    split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  /// A statement whose parts were shown already needs its beginning only.
  fileprivate var shortened: String { count > 48 ? prefix(47) + "…" : self }
}
