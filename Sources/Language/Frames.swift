import Catalog

/// A name bound inside a block or function, while the checker looks at it.
final class Variable {
  enum Kind { case bound, parameter, loop, function }
  let name: Name
  let kind: Kind
  let reference: FrameReference
  /// Of a `func`: lets its calls be checked.
  let signature: [Parameter]?
  /// Where a `let` of this name outside was bound, if this one hides it.
  var hidden: HiddenName?
  /// The `let` statement, for the help of a lost one.
  var statement: Span?
  var isRead = false
  var firstCapture: Span?
  var assignments: [Span] = []

  init(_ name: Name, _ kind: Kind, _ reference: FrameReference, signature: [Parameter]? = nil) {
    self.name = name
    self.kind = kind
    self.reference = reference
    self.signature = signature
  }
}

/// An outer name that a `let` in a block hides.
struct HiddenName {
  var source: Source
  var span: Span
  var isAssignable: Bool
}

/// A place in a frame, before it is known how many values are captured.
enum FrameReference {
  case parameter(Int), capture(Int), own(Int)
}

/// The frame of one function (or of the program's own blocks) while it is being checked.
final class Frame {
  enum Flow { case loop, sweep }
  let functionID: Int?
  let parameterCount: Int
  var scopes: [[String: Variable]] = [[:]]
  /// Variables bound in each scope, in order; a rebound one is no longer in `scopes`.
  var bound: [[Variable]] = [[]]
  /// Loops and sweeps around the current statement, inside this function.
  var flow: [Flow] = []
  private var ownCount = 0
  private var captureIndex: [ObjectIdentifier: Int] = [:]
  /// Where each captured value lies in the enclosing frame.
  private var captured: [FrameReference] = []
  private var uses: [(id: Int, place: FrameReference)] = []
  private var closures: [(functionID: Int, captured: [FrameReference])] = []
  private(set) var selfVariable: Variable?

  init(functionID: Int?, parameterCount: Int) {
    self.functionID = functionID
    self.parameterCount = parameterCount
  }

  func takeSlot() -> FrameReference {
    defer { ownCount += 1 }
    return .own(ownCount)
  }

  /// The place that holds a value copied from the enclosing frame.
  func capture(_ variable: Variable, from place: FrameReference) -> FrameReference {
    let key = ObjectIdentifier(variable)
    if let known = captureIndex[key] { return .capture(known) }
    captureIndex[key] = captured.count
    captured.append(place)
    return .capture(captured.count - 1)
  }

  /// Declares the function itself, outside its parameters, so that it can call itself.
  func declareSelf(_ name: Name, signature: [Parameter]) {
    let variable = Variable(name, .function, takeSlot(), signature: signature)
    selfVariable = variable
    scopes[0][name.text] = variable
  }

  func use(_ id: Int, _ place: FrameReference) { uses.append((id, place)) }

  /// Writes down what was found out about a finished frame, now that its slots are known.
  func finish(into resolution: inout Resolution, enclosing: Frame?) {
    for use in uses { resolution.bindings[use.id] = .local(slot(of: use.place)) }
    for closure in closures {
      resolution.functions[closure.functionID].captures = closure.captured.map(slot)
    }
    let count = parameterCount + captured.count + ownCount
    guard let functionID else {
      resolution.mainSlotCount = count
      return
    }
    resolution.functions[functionID].slotCount = count
    if let selfVariable, selfVariable.isRead {
      resolution.functions[functionID].selfSlot = slot(of: selfVariable.reference)
    }
    enclosing?.closures.append((functionID, captured))
  }

  private func slot(of place: FrameReference) -> Int {
    switch place {
    case .parameter(let index): index
    case .capture(let index): parameterCount + index
    case .own(let index): parameterCount + captured.count + index
    }
  }
}
