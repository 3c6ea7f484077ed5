import Catalog
import Language
import Synchronization
import Tensors

/// A student's names and everything that happened to them, input by input.
///
/// `run` may be called from any thread, one at a time; `interrupt` from any thread or a signal
/// handler while it runs.
public final class Session: @unchecked Sendable {
  // Unchecked: everything but the interruption is used by one thread at a time.

  public struct Configuration: Sendable {
    public var builtins: [Builtin]
    public var seed: UInt64
    public var files: FilePolicy
    /// The bytes its tensors, lists and strings may hold; shared by all its inputs.
    public var memory: Memory
    /// The most units of work of one input, or `nil`.
    public var unitLimit: Int?
    /// What `time` reads; `nil` in grading, where results must not depend on a clock.
    public var clock: SessionClock?

    public init(
      builtins: [Builtin] = builtinCatalog, seed: UInt64 = 0, files: FilePolicy = .none,
      memory: Memory = .process, unitLimit: Int? = nil,
      clock: SessionClock? = Session.monotonicClock
    ) {
      self.builtins = builtins
      self.seed = seed
      self.files = files
      self.memory = memory
      self.unitLimit = unitLimit
      self.clock = clock
    }
  }

  /// How an input ended.
  public enum Outcome: Sendable {
    case finished
    /// The text stops in the middle: ask for more. Nothing ran.
    case incomplete
    /// Errors by position; when several, nothing ran.
    case failed([Diagnostic])
    /// Stopped from outside; the statement that ran left nothing behind.
    case interrupted

    public var diagnostics: [Diagnostic] {
      if case .failed(let diagnostics) = self { diagnostics } else { [] }
    }
  }

  public typealias Handler = @Sendable (OutputEvent) -> Void

  public let configuration: Configuration
  let output: Handler
  let cards: [String: Card]
  let builtins: [String: Builtin]
  let context: Context
  private let interruption: Interruption
  /// The most units of work of one input from here on, or `nil`.
  public var unitLimit: Int?
  /// The units of work that the last input was charged.
  public private(set) var usedUnits = 0
  var store = GlobalStore()
  /// The name that `ans` was last bound under by `let`, for the note that `ans` moves on.
  var answerName: String?

  public init(_ configuration: Configuration, output: @escaping Handler) {
    self.configuration = configuration
    self.output = output
    unitLimit = configuration.unitLimit
    builtins = Dictionary(
      configuration.builtins.map { ($0.card.name, $0) }, uniquingKeysWith: { first, _ in first })
    cards = builtins.mapValues(\.card)
    interruption = Interruption()
    context = Context(
      random: Random(seed: configuration.seed), files: configuration.files,
      clock: configuration.clock, builtins: builtins,
      interruption: interruption, output: output)
  }

  /// Seconds since this was first read, by the system's monotonic clock.
  public static let monotonicClock: SessionClock = {
    let start = ContinuousClock.now
    return { (ContinuousClock.now - start) / .seconds(1) }
  }()

  /// Parses, checks and runs one input.
  ///
  /// - Parameters:
  ///   - echo: whether top-level expressions not ended by `;` are sent as `echo` events.
  ///   - prefersBuiltins: built-ins are found before the student's names (a lesson's checks).
  ///   - ownNames: names that are found before built-ins even then.
  ///   - bindsAnew: every name it binds is a new one, so that no function made before sees it.
  public func run(
    _ source: Source, echo: Bool, prefersBuiltins: Bool = false,
    ownNames: Set<String> = [], bindsAnew: Bool = false
  ) -> Outcome {
    let work = Work(memory: configuration.memory, unitLimit: unitLimit)
    interruption.begin(work)
    defer { interruption.end() }
    var outcome = Outcome.interrupted
    let didRun = BigStack.run { floor in
      context.state.pointee.stackFloor = floor
      context.state.pointee.pendingUnits = 0
      outcome = Work.$current.withValue(work) {
        InputRun(
          session: self, source: source, echo: echo, prefersBuiltins: prefersBuiltins,
          ownNames: ownNames, bindsAnew: bindsAnew
        ).run()
      }
    }
    usedUnits = work.usedUnits
    guard didRun else {
      return .failed([
        Diagnostic(
          .error, "E0601", "the system has no memory for the evaluator's stack", in: source,
          at: Span(0, 0))
      ])
    }
    return outcome
  }

  /// Asks the running input to stop within 100 ms.
  ///
  /// Safe in a signal handler.
  public func interrupt() {
    interruption.request()
  }

  /// Every `check` and `claim` of the inputs so far, in the order they stand in their sources.
  public var checks: [CheckRecord] { context.recorder.records }

  /// Forgets the records of checks.
  public func clearChecks() { context.recorder.clear() }

  /// The student's names with their values, in the order they were first bound.
  public var names: [(name: String, value: Value)] {
    store.names.indices.dropFirst().compactMap { slot in
      store.names[slot].isVisible ? (store.names[slot].name, store.value(slot)) : nil
    }
  }

  /// The value of a name or of `ans`; `nil` when it has none.
  public func value(of name: String) -> Value? {
    guard let slot = store.slot(of: name) else { return nil }
    let value = store.value(slot)
    return value.isNothing ? nil : value
  }

  /// Binds a name from outside: a lesson's data, a test's fixture.
  public func bind(_ name: String, to value: Value) {
    store.bind(name, to: value)
    context.globals = store.values
  }

  /// Unbinds a name, so that the built-in it hides is found again; `false` when it is not bound.
  public func forget(_ name: String) -> Bool {
    guard let slot = store.slot(of: name), slot != 0 else { return false }
    store.forget(slot)
    context.history[slot] = nil
    return true
  }
}

/// A flag that another thread sets and the running one reads at every pass of a loop.
final class Interruption: @unchecked Sendable {
  // Unchecked: the pointer is only ever swapped whole.
  let flag: UnsafeMutablePointer<Atomic<Bool>>
  // The running input's work. Kept alive by a count of its own, so that a signal handler only has
  // to load a pointer and store a flag.
  private let work = Atomic<UnsafeMutableRawPointer?>(nil)

  init() {
    flag = .allocate(capacity: 1)
    flag.initialize(to: Atomic(false))
  }

  deinit {
    flag.deinitialize(count: 1)
    flag.deallocate()
  }

  func begin(_ new: Work) {
    flag.pointee.store(false, ordering: .relaxed)
    work.store(Unmanaged.passRetained(new).toOpaque(), ordering: .releasing)
  }

  func end() {
    guard let old = work.exchange(nil, ordering: .acquiringAndReleasing) else { return }
    Unmanaged<Work>.fromOpaque(old).release()
  }

  func request() {
    flag.pointee.store(true, ordering: .relaxed)
    guard let pointer = work.load(ordering: .acquiring) else { return }
    Unmanaged<Work>.fromOpaque(pointer)._withUnsafeGuaranteedRef { $0.cancel() }
  }
}

/// Where `load` and `save` may reach.
public enum FilePolicy: Sendable, Equatable {
  /// No files: grading.
  case none
  /// Files inside this folder, given by its absolute path.
  case folder(String)
}
