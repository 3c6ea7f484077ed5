import Catalog
import Language
import Synchronization
import Tensors

/// A student's names and everything that happened to them, input by input.
///
/// `run` may be called from any thread, one at a time; `interrupt` from any thread or a signal
/// handler while it runs.
public final class Session: @unchecked Sendable {
  public struct Configuration: Sendable {
    public var builtins: [Builtin]
    public var seed: UInt64
    public var files: FilePolicy

    public init(
      builtins: [Builtin] = [], seed: UInt64 = 0, files: FilePolicy = .none
    ) {
      self.builtins = builtins
      self.seed = seed
      self.files = files
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
  let interruption = Interruption()

  public init(_ configuration: Configuration, output: @escaping Handler) {
    self.configuration = configuration
    self.output = output
  }

  /// Parses, checks and runs one input.
  ///
  /// - Parameters:
  ///   - echo: whether top-level expressions not ended by `;` are sent as `echo` events.
  ///   - prefersBuiltins: built-ins are found before the student's names (a lesson's checks).
  public func run(_ source: Source, echo: Bool, prefersBuiltins: Bool = false) -> Outcome {
    .finished
  }

  /// Asks the running input to stop within 100 ms. Safe in a signal handler.
  public func interrupt() {
    interruption.request()
  }

  /// Every `check` and `claim` of the inputs so far, in the order they were first met.
  public var checks: [CheckRecord] { [] }

  /// Forgets the records of checks.
  public func clearChecks() {}

  /// The student's names with their values, as bound now.
  public var names: [(name: String, value: Value)] { [] }

  public func value(of name: String) -> Value? { nil }

  /// Unbinds a name, so that the built-in it hides is found again. `false` when it is not bound.
  public func forget(_ name: String) -> Bool { false }

  /// Names and random state at one moment.
  public struct Snapshot: Sendable {}

  public func snapshot() -> Snapshot { Snapshot() }
  public func restore(_ snapshot: Snapshot) {}
}

/// A flag that one thread sets and the running one reads at every pass of a loop.
final class Interruption: Sendable {
  let isRequested = Atomic<Bool>(false)

  func request() {
    isRequested.store(true, ordering: .relaxed)
  }
}

/// Where `load` and `save` may reach.
public enum FilePolicy: Sendable, Equatable {
  /// No files: grading.
  case none
  /// Files inside this folder, given by its absolute path.
  case folder(String)
}
