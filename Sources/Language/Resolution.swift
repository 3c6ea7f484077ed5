import Catalog

/// Where a name's value lives when the program runs.
public enum Binding: Sendable, Equatable {
  /// A slot of the running function's frame (top-level loops and blocks run in the main frame).
  case local(Int)
  /// A slot of the session; read when reached, so a corrected helper is seen by its callers.
  case global(Int)
  /// A built-in, by name.
  case builtin(String)
}

/// What the checker found out about a program: a slot for every name, and each function's frame.
public struct Resolution: Sendable {
  /// A frame holds the parameters, then the captured values, then the function's own names.
  public struct FunctionLayout: Sendable {
    public var slotCount: Int
    /// Where each captured value lies in the frame that makes the closure, in capture order;
    /// capture `i` goes to slot `parameters.count + i`.
    public var captures: [Int]
    /// The slot that holds the function itself, for a `func` inside a block that calls itself.
    public var selfSlot: Int?

    public init(slotCount: Int, captures: [Int], selfSlot: Int?) {
      self.slotCount = slotCount
      self.captures = captures
      self.selfSlot = selfSlot
    }
  }

  /// By `Name.id`; `nil` for names that are labels or members.
  public var bindings: [Binding?]
  /// By `Function.functionID`.
  public var functions: [FunctionLayout]
  /// Slots of the frame that top-level blocks run in.
  public var mainSlotCount: Int
  /// Every global name after this program, slot by slot (earlier programs' first).
  public var globals: [GlobalName]
  /// Warnings; they never stop a program.
  public var warnings: [Diagnostic]
  /// Built-in names that this program binds at top level and that were not hidden before.
  public var hidings: [Hiding]

  public init(
    bindings: [Binding?], functions: [FunctionLayout], mainSlotCount: Int, globals: [GlobalName],
    warnings: [Diagnostic], hidings: [Hiding] = []
  ) {
    self.bindings = bindings
    self.functions = functions
    self.mainSlotCount = mainSlotCount
    self.globals = globals
    self.warnings = warnings
    self.hidings = hidings
  }

  /// A student's name that now stands before a built-in; the prompt notes it once.
  public struct Hiding: Sendable, Equatable {
    public var name: String
    public var span: Span
  }
}

/// A top-level name of the session; its slot is its position in the list.
public struct GlobalName: Sendable {
  public var name: String
  /// Where it was last bound, for messages.
  public var source: Source
  public var span: Span
  /// Known when it was bound by `func` and not since: calls are checked before running.
  public var signature: [Parameter]?
  /// Whether the name can be found; `:forget`, or a statement that failed, leaves an empty slot.
  public var isVisible: Bool

  public init(
    name: String, source: Source, span: Span, signature: [Parameter]?, isVisible: Bool = true
  ) {
    self.name = name
    self.source = source
    self.span = span
    self.signature = signature
    self.isVisible = isVisible
  }
}

/// The names a program may use besides its own.
public struct Scope: Sendable {
  /// Session names, slot by slot.
  ///
  /// Slot 0 is `ans`, invisible while there is none (in scripts).
  public var globals: [GlobalName]
  /// Every built-in by name.
  public var cards: [String: Card]
  /// Names found as built-ins even where the student bound them (a lesson's `check` fences).
  public var prefersBuiltins: Bool
  /// Names found as the program's even then: those that the lesson binds or asks for itself.
  public var ownNames: Set<String>
  /// Top-level values are shown (prompt, cell, lesson step) instead of dropped (files, `-e`).
  public var echoes: Bool
  /// Every top-level name the program binds gets a slot of its own, even where one is bound.
  ///
  /// What a grader's key binds stays out of reach of functions that were made before it.
  public var bindsAnew: Bool

  public init(
    globals: [GlobalName], cards: [String: Card], prefersBuiltins: Bool = false,
    ownNames: Set<String> = [], echoes: Bool = true, bindsAnew: Bool = false
  ) {
    self.globals = globals
    self.cards = cards
    self.prefersBuiltins = prefersBuiltins
    self.ownNames = ownNames
    self.echoes = echoes
    self.bindsAnew = bindsAnew
  }
}
