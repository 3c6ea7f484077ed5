import Language

/// A compiled `func` or closure, shared by every value made of it.
final class FunctionCode: @unchecked Sendable {
  // Unchecked: nodes never change once they are compiled.

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
  let positional: [Entry]
  let labelled: [Entry]
  let slotCount: Int
  /// Slot of the first parameter by position; the others follow.
  let firstSlot: Int
  /// Slots of the frame that makes the closure, in capture order.
  let captures: [Int]
  let firstCaptureSlot: Int
  let selfSlot: Int?
  let body: Node
  /// Global slots that the body reads, for `why`.
  let globalReads: Set<Int>
  /// How many values a plain call passes; -1 where there are labels to fill in.
  let plainCount: Int
  /// Whether captured values or the function itself have slots.
  let needsSetup: Bool
  /// Whether `return` stands nowhere in it.
  let endsAtItsEnd: Bool
  /// Of one call.
  let steps: Int

  init(
    _ function: Function, _ layout: Resolution.FunctionLayout, _ source: Source,
    positional: [Entry], labelled: [Entry], body: Node, globalReads: Set<Int>,
    steps: Int
  ) {
    name = function.name?.text
    self.source = source
    span = function.span
    self.positional = positional
    self.labelled = labelled
    self.body = body.whatRuns
    endsAtItsEnd = !body.mayLeave
    self.globalReads = globalReads
    self.steps = steps
    slotCount = layout.slotCount
    captures = layout.captures
    firstCaptureSlot = function.parameters.count
    selfSlot = layout.selfSlot
    firstSlot = positional.first?.slot ?? 0
    plainCount = labelled.isEmpty ? positional.count : -1
    needsSetup = !layout.captures.isEmpty || layout.selfSlot != nil
  }
}
