import Language

/// What a run has to say while it runs; the front end decides how it looks and where it goes.
public enum OutputEvent: Sendable {
  /// `print(…)`: text of the values (`TextForm`), separated by spaces; a report is shown in full.
  case print([Value])
  /// A top-level expression's value, or a binding's under its name, to be displayed.
  case echo(Value, name: String?)
  /// One line about what just happened, such as that `a` itself is unchanged.
  case note(String)
  case warning(Diagnostic)
  /// Replaces the progress before it; only a terminal shows it.
  case progress(Progress)
  /// A `check` or `claim` was decided; sent each time it runs.
  case checked(CheckRecord)
}

/// How far a long operation has come.
public struct Progress: Sendable {
  public struct Figure: Sendable {
    public var name: String
    public var value: Double
    /// Show `value` as a percentage.
    public var isShare: Bool

    public init(_ name: String, _ value: Double, isShare: Bool = false) {
      self.name = name
      self.value = value
      self.isShare = isShare
    }
  }
  /// `epoch 3/8`.
  public var title: String
  /// From 0 to 1.
  public var fraction: Double
  public var figures: [Figure]
  /// The last one of its operation: the line stays.
  public var isFinal: Bool

  public init(_ title: String, fraction: Double, figures: [Figure] = [], isFinal: Bool = false) {
    self.title = title
    self.fraction = fraction
    self.figures = figures
    self.isFinal = isFinal
  }
}

/// One place in the source with a `check` or `claim`, and how it went.
public struct CheckRecord: Sendable {
  public enum State: Sendable, Equatable {
    case notRun, passed, failed
  }
  /// The message, or the checked text when there is none.
  public var name: String
  public var source: Source
  public var span: Span
  public var state: State
  /// The smallest share of the elements that held, over all passes; 1 when it passed.
  public var share: Double
  /// How many elements it looked at, the fewest over all passes; a check of none holds.
  public var elements: Int
  /// How often it ran.
  public var passes: Int
  /// What to show of the first failure, line by line: both sides, the counterexample.
  public var detail: [String]
  /// The elements of the first failure, a mark behind each and what was wanted of the wrong ones:
  /// `2 ✓`, `4 ✗ 5`; empty where no two small tensors were compared for equality.
  public var marks: [String] = []
  /// What the author wrote after the comma, when the failing pass evaluated it.
  public var message: String?

  public var passed: Bool { state == .passed }
  public var line: Int { source.position(of: span.start).line }
}
