import Language
import Tensors

/// One index inside `[ ]` with its value: a number, a range that may lack an end, a list, a mask.
enum IndexValue {
  case value(Value)
  case span(lower: Int?, upper: Int?, isClosed: Bool)
}

/// The positions of one axis, checked against its length.
struct AxisIndex {
  /// What is indexed, for messages; its words are made only when one is needed.
  enum Subject {
    case whole(Place)
    case axis(Int, of: Shape)

    var words: String {
      switch self {
      case .whole(let place): place.quoted
      case .axis(let axis, let shape): "axis \(axis) of \(shape)"
      }
    }
  }

  var subject: Subject
  var length: Int

  private var axis: String { subject.words }

  /// `0...5`, for messages; an empty axis has no legal index.
  private var legal: String {
    length == 0 ? "it is empty" : "it goes from 0 to \(length - 1)"
  }

  /// One whole number inside the axis.
  func position(_ number: Double, _ place: Place) throws -> Int {
    guard let index = Int(exactly: number) else {
      let isWhole = number.rounded() == number
      throw place.error(
        isWhole ? "E0301" : "E0308",
        isWhole
          ? "index \(textForm(number)) is outside \(axis): \(legal)"
          : "an index is a whole number; this is \(textForm(number))",
        help: isWhole ? [] : ["`floor(\(place.text))`"])
    }
    guard index >= 0, index < length else {
      throw place.error(
        "E0301", "index \(index) is outside \(axis): \(legal)",
        help: index < 0 && -index <= length ? ["counted from the end it is \(length + index)"] : [])
    }
    return index
  }

  /// The part of the axis that a range names; ends left open are the axis's own.
  func part(_ lower: Int?, _ upper: Int?, isClosed: Bool, _ place: Place) throws -> Range<Int> {
    let start = lower ?? 0
    let end: Int
    if let upper {
      let (value, overflow) = upper.addingReportingOverflow(isClosed ? 1 : 0)
      guard !overflow else { throw outside(place) }
      end = value
    } else {
      end = length
    }
    guard start >= 0, start <= end, end <= length else { throw outside(place) }
    return start..<end
  }

  private func outside(_ place: Place) -> Diagnostic {
    place.error(
      "E0301",
      "the range \(place.text) is outside \(axis): "
        + (length == 0 ? "it is empty" : "it can be `0...\(length - 1)` at most"))
  }

  /// The positions a list names.
  func positions(_ list: List, _ place: Place) throws -> [Int] {
    guard let numbers = list.numbers else {
      throw place.error("E0208", "a list used as an index holds whole numbers")
    }
    return try numbers.map { try position($0, place) }
  }
}

/// A value whose parts are taken: `base[indices]`.
struct Indexing {
  let base: Value
  let basePlace: Place
  let whole: Place

  func apply(_ indices: [(value: IndexValue, place: Place)]) throws -> Value {
    switch base {
    case .tensor(let tensor): return try apply(indices, to: tensor, isMask: false)
    case .mask(let mask): return try apply(indices, to: mask, isMask: true)
    case .list(let list): return try apply(indices, to: list)
    case .range(let range): return try apply(indices, to: range)
    case .object(let object):
      if let values = try whole.describing({ try object.values }) {
        return try apply(indices, to: values, isMask: false)
      }
      throw notIndexable()
    default: throw notIndexable()
    }
  }

  private func notIndexable() -> Diagnostic {
    whole.error(
      "E0208", "only tensors, lists and ranges have indices; \(basePlace.quoted) is \(base.kind)")
  }

  private func apply(
    _ indices: [(value: IndexValue, place: Place)], to tensor: Tensor, isMask: Bool
  ) throws -> Value {
    if indices.count == 1, case .value(.mask(let mask)) = indices[0].value {
      let place = indices[0].place
      guard mask.shape == tensor.shape else {
        throw place.error(
          "E0219",
          "a mask that selects has the tensor's shape: \(mask.shape) is not \(tensor.shape)")
      }
      let selected = try whole.describing { try tensor.selected(byMask: mask) }
      return isMask ? .mask(selected) : .tensor(selected)
    }
    guard indices.count <= tensor.shape.rank else {
      throw whole.error(
        "E0303", "\(indices.count) indices for the \(tensor.shape.rank) axes of \(tensor.shape)")
    }
    var selections: [AxisSelection] = []
    for (axis, index) in indices.enumerated() {
      let subject =
        tensor.shape.rank == 1
        ? AxisIndex.Subject.whole(basePlace) : .axis(axis, of: tensor.shape)
      let checked = AxisIndex(subject: subject, length: tensor.shape[axis])
      selections.append(try selection(index.value, checked, index.place))
    }
    let part = try whole.describing { try tensor.sliced(selections) }
    if part.shape.rank == 0 { return isMask ? .boolean(part[0] != 0) : .number(Double(part[0])) }
    return isMask ? .mask(part) : .tensor(part)
  }

  private func selection(
    _ index: IndexValue, _ axis: AxisIndex, _ place: Place
  ) throws -> AxisSelection {
    switch index {
    case .span(let lower, let upper, let isClosed):
      return .range(try axis.part(lower, upper, isClosed: isClosed, place))
    case .value(.number(let number)):
      return .index(try axis.position(number, place))
    case .value(.range(let range)):
      return .range(try axis.part(range.lower, range.upper, isClosed: false, place))
    case .value(.list(let list)):
      return .list(try axis.positions(list, place))
    case .value(.mask):
      throw place.error("E0208", "a mask selects alone: `\(basePlace.text)[\(place.text)]`")
    case .value(let other):
      throw place.error(
        "E0208", "an index is a whole number, a range, a list or a mask; this is \(other.kind)")
    }
  }

  private func apply(
    _ indices: [(value: IndexValue, place: Place)], to list: List
  ) throws -> Value {
    guard indices.count == 1, let (index, place) = indices.first else {
      throw whole.error(
        "E0303", "\(indices.count) indices for a list, which has one axis",
        help: base.isNumericList ? ["`tensor(\(basePlace.text))` has more"] : [])
    }
    let axis = AxisIndex(subject: .whole(basePlace), length: list.items.count)
    switch try selection(index, axis, place) {
    case .index(let position): return list.items[position]
    case .all: return base
    case .range(let range): return try place.describing { try .list(Array(list.items[range])) }
    case .list(let positions):
      return try place.describing { try .list(positions.map { list.items[$0] }) }
    }
  }

  private func apply(
    _ indices: [(value: IndexValue, place: Place)], to range: WholeRange
  ) throws -> Value {
    guard indices.count == 1, let (index, place) = indices.first else {
      throw whole.error("E0303", "\(indices.count) indices for a range, which has one axis")
    }
    let axis = AxisIndex(subject: .whole(basePlace), length: range.count)
    switch try selection(index, axis, place) {
    case .all: return base
    case .index(let position): return .number(Double(range.lower + position))
    case .range(let part):
      return .range(range.lower + part.lowerBound..<range.lower + part.upperBound)
    case .list(let positions):
      return try place.describing { try .list(positions.map { .number(Double(range.lower + $0)) }) }
    }
  }
}
