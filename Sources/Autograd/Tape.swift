import Tensors

/// What happened on the way from some variables to a result, so that gradients can walk back.
///
/// A tape is written once and walked back once; the walk gives back each kept tensor as soon as it
/// has been used. One tape belongs to one thread.
public final class Tape {
  struct Record {
    var primitive: Primitive
    /// Places on the tape of the inputs; `nil` for a constant, which wants no gradient.
    var inputs: [Int?]
    var kept: Kept
    var output: Int
  }

  private var records: [Record] = []
  private var variableCount = 0

  public init() {}

  /// A value whose gradient will be asked for.
  public func variable(_ value: Tensor) -> Variable {
    Variable(value: value, tape: self, place: newPlace())
  }

  func newPlace() -> Int {
    variableCount += 1
    return variableCount - 1
  }

  func append(_ record: Record) {
    records.append(record)
  }

  /// The gradients of `result` with respect to the given variables, in their order.
  ///
  /// - Parameters:
  ///   - result: a variable of this tape.
  ///   - variables: variables of this tape.
  ///   - seed: the gradient of `result` itself, in its shape; ones when left out.
  /// - Returns: one tensor in the shape of each variable; `nil` where `result` does not depend on it.
  /// - Throws: what a rule throws, such as a limit on live bytes. The tape is empty afterwards.
  public func gradients(
    of result: Variable, for variables: [Variable], seed: Tensor? = nil
  ) throws -> [Tensor?] {
    defer { records = [] }
    guard let last = result.place else { return variables.map { _ in nil } }
    var gradients = [Tensor?](repeating: nil, count: variableCount)
    gradients[last] = try seed ?? Tensor.full(result.value.shape, 1)
    let wanted = Set(variables.compactMap(\.place))
    while let record = records.popLast() {
      guard let gradient = gradients[record.output] else { continue }
      if !wanted.contains(record.output) { gradients[record.output] = nil }
      let parts = try record.primitive.pullback(
        gradient, record.kept, wanted: record.inputs.map { $0 != nil })
      for (place, part) in zip(record.inputs, parts) {
        guard let place, let part else { continue }
        if let sum = gradients[place] {
          gradients[place] = try Tensor.apply(.add, sum, part)
        } else {
          gradients[place] = part
        }
      }
    }
    return variables.map { $0.place.flatMap { gradients[$0] } }
  }
}
