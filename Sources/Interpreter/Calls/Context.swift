import Catalog
import Language
import Synchronization
import Tensors

/// What a run offers to the built-ins it calls: random state, files, output, the student's functions.
public final class Context: @unchecked Sendable {
  // Unchecked: used by one thread at a time, the one that runs the session's input.

  /// The session's random state; a statement that fails puts it back.
  public var random: Random
  public let files: FilePolicy
  /// Seconds that only `time` reads; `nil` where nothing may depend on a clock.
  public let clock: SessionClock?
  let builtins: [String: Builtin]
  let output: Session.Handler
  let interruption: Interruption
  let state: UnsafeMutablePointer<CallState>
  private let slots: UnsafeMutablePointer<Value>
  let recorder = CheckRecorder()
  /// How each session slot got its value, for `why`.
  var history: [Int: HistoryEntry] = [:]
  /// Told of every built-in that is called, while `why` follows an element.
  var observer: ((Builtin, CallSite, [Value], Value) -> Void)?

  init(
    random: Random, files: FilePolicy, clock: SessionClock?, builtins: [String: Builtin],
    interruption: Interruption,
    output: @escaping Session.Handler
  ) {
    self.random = random
    self.files = files
    self.clock = clock
    self.builtins = builtins
    self.interruption = interruption
    self.output = output
    // Reserved, not touched: a page becomes real when a call first reaches it.
    let capacity = 8 << 20
    slots = .allocate(capacity: capacity)
    state = .allocate(capacity: 1)
    state.initialize(
      to: CallState(
        top: slots, slotLimit: slots + capacity, globals: slots, interrupt: interruption.flag,
        context: Unmanaged.passUnretained(self)))
  }

  /// Code that was compiled in this session: a running call does not count its code.
  private var codes: [FunctionCode] = []

  func keep(_ code: FunctionCode) { codes.append(code) }

  deinit {
    state.deinitialize(count: 1)
    state.deallocate()
    slots.deallocate()
  }

  /// The session's top-level names.
  var globals: UnsafeMutablePointer<Value> {
    get { state.pointee.globals }
    set { state.pointee.globals = newValue }
  }

  /// Sends one line of output: the values' text, separated by spaces.
  public func print(_ values: [Value]) { output(.print(values)) }

  /// Sends a remark about what just happened.
  public func note(_ text: String) { output(.note(text)) }

  public func warn(_ diagnostic: Diagnostic) { output(.warning(diagnostic)) }

  public func report(_ progress: Progress) { output(.progress(progress)) }

  /// - Throws: `Cancelled` once the run was interrupted. Call it in loops of many cheap steps.
  @inline(__always)
  public func checkpoint() throws {
    if interruption.flag.pointee.load(ordering: .relaxed) { throw Cancelled() }
  }

  /// Runs `body` with a random state of its own when a seed is given, else with the session's.
  public func withRandom<Result>(
    seed: Int?, _ body: (inout Random) throws -> Result
  ) rethrows -> Result {
    guard let seed else { return try body(&random) }
    var own = Random(seed: UInt64(bitPattern: Int64(seed)))
    return try body(&own)
  }

  /// The value of a card's stand-in: a number, a percentage, a boolean, a string or a built-in.
  func standIn(_ text: String) throws -> Value? {
    if let number = Double(text) { return .number(number) }
    if text.hasSuffix("%"), let number = Double(text.dropLast()) { return .number(number / 100) }
    if text == "true" || text == "false" { return .boolean(text == "true") }
    if text.hasPrefix("\""), text.hasSuffix("\""), text.count > 1 {
      return .string(String(text.dropFirst().dropLast()))
    }
    return builtins[text].map { .builtin($0) }
  }
}
