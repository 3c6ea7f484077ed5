import Language
import Synchronization
import Tensors

/// A compiled expression or statement.
///
/// One tree, four ways to run it: for its value, for an unboxed number, for a truth value, or as a
/// statement that may leave the block it stands in.
class Node {
  let place: Place

  init(_ place: Place) { self.place = place }

  /// The value; `.nothing` from what has none.
  func evaluate(_ frame: Frame) throws -> Value { .nothing }

  /// Whether the value is a number whatever the program does; only then may `number` be called.
  var isNumeric: Bool { false }

  /// The value as a number, without a box.
  func number(_ frame: Frame) throws -> Double {
    guard case .number(let number) = try evaluate(frame) else {
      throw place.error("E0201", "this is not a number")
    }
    return number
  }

  /// What running the node gives, without a box where that is a number; otherwise `nil`, and the
  /// value waits in the frame's `spilled`.
  ///
  /// Arithmetic and calls hand numbers up this way whatever the names in them may hold: whether an
  /// operand is a number is asked once, and nothing is evaluated twice to find out.
  func scalar(_ frame: Frame) throws -> Double? {
    var result = Value.nothing
    let flow = try run(frame, &result)
    if flow != .onward { throw Escape(flow: flow, value: result) }
    return frame.unboxed(result)
  }

  /// Whether running it may leave the function by `return`, or a loop around it.
  var mayLeave: Bool { false }

  /// The value as a condition.
  func truth(_ frame: Frame) throws -> Bool {
    let value = try evaluate(frame)
    if case .boolean(let boolean) = value { return boolean }
    throw place.notACondition(value)
  }

  /// Runs a statement, or an expression whose value is its block's; `result` receives the value.
  func run(_ frame: Frame, _ result: inout Value) throws -> Flow {
    result = try evaluate(frame)
    return .onward
  }

  /// A node that runs just as this one does, with less around it: the statement of a block of one.
  var whatRuns: Node { self }

  /// What the node computes from, for `explain` and `why`; empty for what is shown whole.
  var operands: [Node] { [] }

  /// The value, from the operands' values.
  func combine(_ values: [Value], _ frame: Frame) throws -> Value { try evaluate(frame) }

  /// The value, which has to be one: an operand, an argument, what `let` binds.
  @inline(__always)
  final func operand(_ frame: Frame) throws -> Value {
    let value = try evaluate(frame)
    if case .nothing = value { throw place.noValue() }
    return value
  }
}

/// How a statement ended.
enum Flow {
  case onward
  /// `break`
  case leaveLoop
  /// `continue`
  case nextPass
  /// `return`; the value is in `result`.
  case giveBack
}

/// A `return`, `break` or `continue` inside an `if` whose value was being used.
struct Escape: Error {
  let flow: Flow
  let value: Value
}

/// Where a piece of compiled code was written.
struct Place: Sendable {
  let source: Source
  let span: Span

  var text: String { source[span] }

  func error(
    _ code: String, _ headline: String, label: String = "", labels: [Diagnostic.Label] = [],
    notes: [String] = [], help: [String] = []
  ) -> Diagnostic {
    Diagnostic(
      .error, code, headline, in: source, at: span, label: label, labels: labels, notes: notes,
      help: help.map { Diagnostic.Help($0) })
  }

  func label(_ text: String) -> Diagnostic.Label { Diagnostic.Label(source, span, text) }

  /// The text on one line, for quoting in a message.
  var quoted: String {
    let line = text.split(separator: "\n", maxSplits: 1).first.map(String.init) ?? ""
    return line.count > 60 ? "`" + line.prefix(57) + "…`" : "`" + line + "`"
  }

  func noValue() -> Diagnostic {
    error("E0204", "\(quoted) gives no value that could be used here")
  }
}

/// The slots a piece of code reads and writes while it runs.
struct Frame {
  let slots: UnsafeMutablePointer<Value>
  let globals: UnsafeMutablePointer<Value>
  let state: UnsafeMutablePointer<CallState>

  init(
    slots: UnsafeMutablePointer<Value>, globals: UnsafeMutablePointer<Value>, context: Context
  ) {
    self.slots = slots
    self.globals = globals
    state = context.state
  }

  @inline(__always)
  init(
    slots: UnsafeMutablePointer<Value>, globals: UnsafeMutablePointer<Value>,
    state: UnsafeMutablePointer<CallState>
  ) {
    self.slots = slots
    self.globals = globals
    self.state = state
  }

  var context: Context { state.pointee.context.takeUnretainedValue() }

  /// The number in `value`; of anything else `nil`, and the value waits in `spilled`.
  @inline(__always)
  func unboxed(_ value: Value) -> Double? {
    if case .number(let number) = value { return number }
    state.pointee.spilled = value
    return nil
  }

  /// Takes the value that a `scalar` left which gave `nil`.
  @inline(never)
  func spilled() -> Value {
    let value = state.pointee.spilled
    state.pointee.spilled = .nothing
    return value
  }

  /// Counts the steps of the evaluator that are about to be done.
  ///
  /// - Throws: `Cancelled` once the run was interrupted, `LimitError` when its units are used up.
  @inline(__always)
  func checkpoint(steps: Int) throws {
    if state.pointee.interrupt.pointee.load(ordering: .relaxed) { throw Cancelled() }
    try state.charge(steps: steps)
  }
}

/// What every call changes, kept at one address so that reading it costs no count and no check.
struct CallState {
  /// The first slot that no running call uses.
  var top: UnsafeMutablePointer<Value>
  let slotLimit: UnsafeMutablePointer<Value>
  /// The session's top-level names.
  var globals: UnsafeMutablePointer<Value>
  /// How many calls are running inside each other.
  var depth = 0
  /// The lowest address a call may reach on this thread's stack.
  var stackFloor: UInt = 0
  /// Units that were not yet charged to the run's `Work`.
  var pendingUnits = 0
  /// What the last `scalar` gave that was no number, until it is taken.
  var spilled = Value.nothing
  let interrupt: UnsafeMutablePointer<Atomic<Bool>>
  /// The context that owns this; unretained, as it is always alive while this is read.
  let context: Unmanaged<Context>
}

extension UnsafeMutablePointer<CallState> {
  /// Counts steps of the evaluator; every so often they are charged to the run.
  ///
  /// A step costs what ten elements of a kernel cost, which is about what either takes.
  @inline(__always)
  func charge(steps: Int) throws {
    pointee.pendingUnits += 10 * steps
    if pointee.pendingUnits >= 10_000 { try settle() }
  }

  /// Charges what is pending.
  @inline(never)
  func settle() throws {
    let units = pointee.pendingUnits
    pointee.pendingUnits = 0
    try Work.current.charge(units)
  }
}

/// Nodes in order, read in hot loops without touching their counts.
struct NodeRow: ~Copyable {
  private let base: UnsafeMutablePointer<Unmanaged<Node>>
  let count: Int

  init(_ nodes: [Node]) {
    count = nodes.count
    base = .allocate(capacity: max(1, nodes.count))
    for (index, node) in nodes.enumerated() {
      (base + index).initialize(to: .passRetained(node))
    }
  }

  deinit {
    for index in 0..<count { base[index].release() }
    base.deallocate()
  }

  @inline(__always)
  func with<Result>(_ index: Int, _ body: (Node) throws -> Result) rethrows -> Result {
    try base[index]._withUnsafeGuaranteedRef { try body($0) }
  }
}
