import Catalog

/// Gives every name its place and finds what can be known to fail, one walk over the tree.
struct Checker {
  let program: Program
  let scope: Scope
  var source: Source { program.source }
  var findings: Findings
  var resolution: Resolution
  /// The program's own frame, then one for each function around the current place.
  var frames: [Frame] = [Frame(functionID: nil, parameterCount: 0)]
  /// Slots of the top-level names that can be seen here.
  var visible: [String: Int] = [:]
  /// Top-level names this input binds, with how often and, for a `func`, its parameters.
  var ownGlobals: [String: OwnGlobal] = [:]
  /// Names already complained about.
  var unknownNames: Set<String> = []
  /// Statements that are one call; a comment behind them is no division.
  var callStatements: Set<Span> = []

  struct OwnGlobal {
    var slot: Int
    var bindings: Int
    var signature: [Parameter]?
    var first: Span
  }

  init(_ parsed: Parsed, in scope: Scope) {
    program = parsed.program
    self.scope = scope
    findings = Findings(program.source)
    resolution = Resolution(
      bindings: Array(repeating: nil, count: program.idCount),
      functions: Array(
        repeating: .init(slotCount: 0, captures: [], selfSlot: nil), count: program.functionCount),
      mainSlotCount: 0, globals: scope.globals, warnings: [])
    for (slot, global) in scope.globals.enumerated() where global.isVisible {
      visible[global.name] = slot
    }
  }

  var frame: Frame { frames[frames.count - 1] }
  var isInFunction: Bool { frames.count > 1 }

  /// Walks the program; the diagnostics are in `findings`, the places in `resolution`.
  mutating func run() {
    collectGlobals()
    checkStatements(program.statements, isValueUsed: scope.echoes, isTopLevel: true)
    frames[0].finish(into: &resolution, enclosing: nil)
  }

  /// Every top-level name of the input gets its slot first: functions see later ones too.
  private mutating func collectGlobals() {
    for statement in program.statements {
      switch statement.kind {
      case .bind(let name, _): collect(name, signature: nil)
      case .function(let function):
        if let name = function.name { collect(name, signature: signature(of: function)) }
      case .broken(let names): for name in names { collect(name, signature: nil) }
      default: break
      }
    }
  }

  private mutating func collect(_ name: Name, signature: [Parameter]?) {
    if ownGlobals[name.text] != nil {
      ownGlobals[name.text]?.bindings += 1
      ownGlobals[name.text]?.signature = nil
      return
    }
    let known =
      scope.bindsAnew
      ? nil
      : visible[name.text] ?? resolution.globals.firstIndex { $0.name == name.text }
    let slot = known ?? resolution.globals.count
    if known == nil {
      resolution.globals.append(
        GlobalName(name: name.text, source: source, span: name.span, signature: nil))
    }
    ownGlobals[name.text] = OwnGlobal(
      slot: slot, bindings: 1, signature: signature, first: name.span)
  }

  /// A function's parameters as a call is checked against.
  func signature(of function: Function) -> [Parameter] {
    function.parameters.map { parameter in
      switch parameter.passing {
      case .position: Parameter(parameter.name.text, accepts: "")
      case .label: Parameter(parameter.name.text, .label, accepts: "")
      case .labelOr(let value):
        Parameter(parameter.name.text, .label, or: source[value.span], accepts: "")
      }
    }
  }
}
