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
    var sides: (Value, Value)?
    let value: Value
    if let comparison = condition as? CompareNode {
      let a = try comparison.left.operand(frame)
      let b = try comparison.right.operand(frame)
      value = try comparison.compared(a, b)
      sides = (a, b)
    } else {
      value = try condition.operand(frame)
    }
    guard let share = value.shareOfTrues else {
      throw condition.place.error(
        "E0220", "`check` takes a boolean or a mask; \(condition.place.quoted) is \(value.kind)")
    }
    let text = try message?.operand(frame).text
    var detail: [String] = []
    var marks: [String] = []
    if share < 1 {
      if case .mask(let mask) = value { detail.append(mask.countedTrues + " hold") }
      if let (a, b) = sides, let comparison = condition as? CompareNode {
        detail += comparison.detail(a, b)
        marks = comparison.marks(a, b)
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

extension CompareNode {
  /// Both sides of a comparison that does not hold, with as many digits as tell them apart.
  func detail(_ a: Value, _ b: Value) -> [String] {
    var (left, right) = (a.text, b.text)
    var advice: [String] = []
    if left == right, comparison == .equal, let x = a.scalar, let y = b.scalar {
      left = significant(x, digits: 17)
      right = significant(y, digits: 17)
    }
    if comparison == .equal, a.isNearly(b) {
      advice = ["`near(\(self.left.place.text), \(self.right.place.text), within: 1e-6)` holds"]
    }
    // A side written as what it is worth is what was wanted of the other one.
    let leftIsLiteral = self.left.place.text == left
    let rightIsLiteral = self.right.place.text == right
    let wanted = comparison == .equal ? right : "\(comparison.rawValue) \(right)"
    return [
      leftIsLiteral ? nil : "\(self.left.place.text) is \(left)",
      rightIsLiteral
        ? (leftIsLiteral ? nil : "expected \(wanted)") : "\(self.right.place.text) is \(right)",
    ].compactMap { $0 } + advice
  }
}

extension CompareNode {
  /// The longest tensor that is marked element by element.
  private static let longestMarked = 24

  /// Each element of the left side, marked by whether the right one is the same.
  func marks(_ a: Value, _ b: Value) -> [String] {
    guard comparison == .equal, let x = try? a.tensorOrList(), let y = try? b.tensorOrList(),
      x.shape == y.shape, x.count > 0, x.count <= Self.longestMarked
    else { return [] }
    return zip(x.scalars, y.scalars).map { mine, wanted in
      let text = textForm(Double(mine))
      return mine == wanted ? text + " ✓" : text + " ✗ " + textForm(Double(wanted))
    }
  }
}

extension Value {
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
