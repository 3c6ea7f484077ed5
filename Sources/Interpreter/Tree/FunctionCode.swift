import Language

/// A compiled `func` or closure, shared by every value made of it.
final class FunctionCode: @unchecked Sendable {
  // Unchecked: filled in once while compiling, before any value of it exists.
  struct Entry {
    var name: String
    var span: Span
    /// Where the argument goes in the called frame.
    var slot: Int
    /// For labelled ones: evaluated at each call in the called frame; `nil` when it must be given.
    var standIn: Node?
  }

  let name: String?
  let source: Source
  let span: Span
  var positional: [Entry] = []
  var labelled: [Entry] = []
  var slotCount = 0
  /// Slot of the first parameter; the others follow.
  var firstSlot = 0
  /// Slots of the frame that makes the closure, in capture order.
  var captures: [Int] = []
  var firstCaptureSlot = 0
  var selfSlot: Int?
  var body: Node
  /// How many values a plain call passes; -1 where there are labels to fill in.
  var plainCount: Int { labelled.isEmpty ? positional.count : -1 }
  /// Whether captured values or the function itself have slots.
  var needsSetup: Bool { !captures.isEmpty || selfSlot != nil }
  /// Global slots that the body reads, for `why`.
  var globalReads: Set<Int> = []

  init(name: String?, source: Source, span: Span, body: Node) {
    self.name = name
    self.source = source
    self.span = span
    self.body = body
  }
}
