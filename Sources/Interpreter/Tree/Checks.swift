import Language
import Tensors

/// A step that may fail without stopping the run: `check e, "message"`.
final class CheckNode: Node {
  private let condition: Node
  private let message: Node?

  init(_ condition: Node, _ message: Node?, _ place: Place) {
    self.condition = condition
    self.message = message
    super.init(place)
  }

  override func run(_ frame: Frame, _ result: inout Value) throws -> Flow {
    result = .nothing
    let (value, sides) = try compared(frame)
    guard var share = value.shareOfTrues else {
      throw condition.place.error(
        "E0220", "`check` takes a boolean or a mask; \(condition.place.quoted) is \(value.kind)")
    }
    let text = try message?.operand(frame).text
    var detail: [String] = []
    var marks: [String] = []
    if let sides, let spread = sides.spread(over: value) {
      share = 0
      detail = spread
    } else if share < 1 {
      if case .mask(let mask) = value { detail.append(mask.countedTrues + " hold") }
      if let sides {
        detail += sides.detail
        marks = sides.marks(value)
      }
    }
    let record = frame.context.recorder.decide(
      place, name: text, passed: share == 1, share: share, elements: value.elementCount,
      detail: detail, marks: marks, message: text)
    frame.context.output(.checked(record))
    return .onward
  }

  override func evaluate(_ frame: Frame) throws -> Value {
    var result = Value.nothing
    _ = try run(frame, &result)
    return .nothing
  }
}

extension CheckNode {
  /// The condition's value, and both sides where it compares two.
  private func compared(_ frame: Frame) throws -> (value: Value, sides: CheckedSides?) {
    if let comparison = condition as? CompareNode {
      let a = try comparison.left.operand(frame)
      let b = try comparison.right.operand(frame)
      let sides = CheckedSides(
        left: comparison.left.place, right: comparison.right.place, a: a, b: b,
        comparison: comparison.comparison, isNear: false)
      // One number where a row is wanted is a wrong answer, and no mistake of the check's.
      if sides.isNumberForList { return (.boolean(false), sides) }
      return (try comparison.compared(a, b), sides)
    }
    if let call = condition as? BuiltinCall, call.builtin.card.name == "near",
      let first = call.match.sources[0], let second = call.match.sources[1],
      max(first, second) < call.arguments.count
    {
      let values = try call.arguments.map { try $0.operand(frame) }
      let sides = CheckedSides(
        left: call.arguments[first].place, right: call.arguments[second].place, a: values[first],
        b: values[second], comparison: .equal, isNear: true)
      return (try call.combine(values, frame), sides)
    }
    return (try condition.operand(frame), nil)
  }
}

extension CompareNode {
  /// Both sides of this comparison, which does not hold.
  func detail(_ a: Value, _ b: Value) -> [String] {
    CheckedSides(
      left: left.place, right: right.place, a: a, b: b, comparison: comparison, isNear: false
    ).detail
  }
}

/// The two sides of a check: what is checked stands on the left, what is wanted on the right.
private struct CheckedSides {
  let left: Place
  let right: Place
  let a: Value
  let b: Value
  let comparison: ComparisonOperator
  /// They may differ by a little.
  let isNear: Bool

  /// Says what is wrong with a left side that was spread over a larger right one: a 0 equals every 0
  /// of a tensor, and is none.
  ///
  /// - Returns: `nil` where the left side has the shape of the outcome.
  func spread(over outcome: Value) -> [String]? {
    guard comparison == .equal else { return nil }
    if isNumberForList, let wanted = try? b.tensorOrList() {
      return ["\(left.text) is one number, \(a.text)", "expected \(Self.size(wanted.shape))"]
    }
    guard case .mask(let mask) = outcome,
      let own = try? a.tensorOrList()?.shape ?? a.scalar.map({ _ in Shape([]) }),
      own != mask.shape
    else { return nil }
    let found = own.rank == 0 ? "one number, \(a.text)" : "of shape \(own)"
    return ["\(left.text) is \(found)", "expected \(Self.size(mask.shape))"]
  }

  /// A number compared with a list of numbers, which the language refuses.
  var isNumberForList: Bool {
    guard comparison == .equal, a.scalar != nil, case .list = b else { return false }
    return (try? b.tensorOrList()) != nil
  }

  private static func size(_ shape: Shape) -> String {
    shape.rank == 1
      ? "\(shape.count) number\(shape.count == 1 ? "" : "s") in a row" : "shape \(shape)"
  }

  /// Both sides of a comparison that does not hold, with as many digits as tell them apart.
  var detail: [String] {
    var (mine, wanted) = (a.text, b.text)
    var advice: [String] = []
    if mine == wanted, comparison == .equal, let x = a.scalar, let y = b.scalar {
      mine = significant(x, digits: 17)
      wanted = significant(y, digits: 17)
    }
    if comparison == .equal, !isNear, a.isNearly(b) {
      advice = ["`near(\(left.text), \(right.text), within: 1e-6)` holds"]
    }
    // A side written as what it is worth is what was wanted of the other one.
    let leftIsLiteral = left.text == mine
    let rightIsLiteral = right.text == wanted
    let sign = isNear ? "near " : comparison == .equal ? "" : comparison.rawValue + " "
    return [
      leftIsLiteral ? nil : "\(left.text) is \(mine)",
      rightIsLiteral
        ? (leftIsLiteral ? nil : "expected \(sign)\(wanted)") : "\(right.text) is \(wanted)",
    ].compactMap { $0 } + advice
  }

  /// The longest tensor that is marked element by element.
  private static let longestMarked = 24

  /// Each element of the left side, marked by whether it holds.
  func marks(_ outcome: Value) -> [String] {
    guard comparison == .equal, case .mask(let mask) = outcome,
      let x = try? a.tensorOrList(), x.shape == mask.shape, x.count > 0,
      x.count <= Self.longestMarked, let y = try? wanted(mask.shape)
    else { return [] }
    let areTruths = a.isMask
    func text(_ scalar: Float) -> String {
      areTruths ? (scalar != 0 ? "true" : "false") : textForm(Double(scalar))
    }
    return zip(zip(x.scalars, y.scalars), mask.scalars).map { pair, holds in
      holds != 0 ? text(pair.0) + " ✓" : text(pair.0) + " ✗ " + text(pair.1)
    }
  }

  /// The right side in the outcome's shape.
  private func wanted(_ shape: Shape) throws -> Tensor? {
    if let tensor = try b.tensorOrList() {
      return tensor.shape == shape
        ? tensor : try Tensor.apply(.add, Tensor.full(shape, 0), tensor)
    }
    return try b.scalar.map { try Tensor.full(shape, Float($0)) }
  }
}

extension Value {
  fileprivate var isMask: Bool { if case .mask = self { true } else { false } }

  /// How many elements a check of this value looks at.
  fileprivate var elementCount: Int { if case .mask(let mask) = self { mask.count } else { 1 } }

  /// The share of trues of a boolean or mask; an empty mask holds.
  var shareOfTrues: Double? {
    switch self {
    case .boolean(let boolean): return boolean ? 1 : 0
    case .mask(let mask):
      guard mask.count > 0 else { return 1 }
      return Double(mask.trues) / Double(mask.count)
    default: return nil
    }
  }

  /// Numbers, or tensors of one shape, that differ by at most 1e-6 everywhere.
  fileprivate func isNearly(_ other: Value) -> Bool {
    if let x = scalar, let y = other.scalar { return abs(x - y) <= 1e-6 }
    guard let a = try? tensorOrList(), let b = try? other.tensorOrList(), a.shape == b.shape
    else { return false }
    return a.withScalars { x in
      b.withScalars { y in zip(x, y).allSatisfy { abs($0 - $1) <= 1e-6 } }
    }
  }
}

extension Tensor {
  var trues: Int { withScalars { $0.reduce(into: 0) { $0 += $1 != 0 ? 1 : 0 } } }

  /// How many of how many are true: `4 of 6`.
  var countedTrues: String { "\(trues) of \(count)" }
}
