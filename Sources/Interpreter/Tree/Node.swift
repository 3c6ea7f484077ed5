import Language

/// A compiled expression: evaluated by a virtual call, with a second entry for unboxed numbers.
class Node {
  let place: Place

  init(_ place: Place) { self.place = place }

  func evaluate(_ frame: Frame) throws -> Value { .nothing }

  /// The value as a number; an error when it is none.
  func number(_ frame: Frame) throws -> Double {
    guard case .number(let number) = try evaluate(frame) else {
      throw place.error("E0201", "this is not a number")
    }
    return number
  }
}

/// Where a piece of compiled code was written.
struct Place: Sendable {
  let source: Source
  let span: Span

  func error(
    _ code: String, _ headline: String, label: String = "", labels: [Diagnostic.Label] = [],
    notes: [String] = [], help: [String] = []
  ) -> Diagnostic {
    Diagnostic(
      .error, code, headline, in: source, at: span, label: label, labels: labels, notes: notes,
      help: help.map { Diagnostic.Help($0) })
  }
}

/// The slots a piece of code reads and writes while it runs.
struct Frame {
  let slots: UnsafeMutablePointer<Value>
  let globals: UnsafeMutablePointer<Value>
  unowned(unsafe) let context: Context
}

/// The memory that the slots of running calls are taken from.
struct SlotStack {}

/// Collects the outcomes of checks, one record per place.
struct CheckRecorder {}
