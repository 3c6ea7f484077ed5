import Tensors

/// A tensor in a computation whose gradients may be asked for.
///
/// A variable made from a bare tensor is a constant: operations among constants are computed and
/// leave no trace, which is how inference runs.
public struct Variable {
  public let value: Tensor
  /// Where operations on this variable are recorded; `nil` for a constant.
  public let tape: Tape?
  let place: Int?

  /// A constant.
  public init(_ value: Tensor) {
    self.init(value: value, tape: nil, place: nil)
  }

  init(value: Tensor, tape: Tape?, place: Int?) {
    self.value = value
    self.tape = tape
    self.place = place
  }

  public var shape: Shape { value.shape }

  /// Applies a primitive, and writes it down when an input is on a tape.
  public static func apply(_ primitive: Primitive, _ inputs: [Variable]) throws -> Variable {
    let tape = inputs.lazy.compactMap(\.tape).first
    var (value, kept) = try primitive.value(inputs.map(\.value), keeping: tape != nil)
    guard let tape else { return Variable(value) }
    kept.shapes = inputs.map(\.value.shape)
    let place = tape.newPlace()
    tape.append(
      .init(primitive: primitive, inputs: inputs.map(\.place), kept: kept, output: place))
    return Variable(value: value, tape: tape, place: place)
  }
}
