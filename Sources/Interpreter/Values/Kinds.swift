import Tensors

extension Value {
  /// The value's kind with its size, as messages name it: `f32[6]`, `a number`, `a mask of 6`.
  public var kind: String {
    switch self {
    case .nothing: "no value"
    case .number: "a number"
    case .boolean: "a boolean"
    case .text: "a string"
    case .range: "a range"
    case .list(let list): "a list of \(list.items.count)"
    case .tensor(let tensor): "f32[\(tensor.shape)]"
    case .mask(let mask): "a mask of \(mask.shape)"
    case .function(let function): function.kind
    case .builtin(let builtin): builtin.kind
    case .option(let option): "the option `\(option.builtin.card.name)`"
    case .report: "a report"
    case .object(let object): object.kind
    }
  }

  /// The shape, or the size, that a label under an operand shows: `32×784`, `a list of 3`.
  public var sizeLabel: String {
    switch self {
    case .tensor(let tensor), .mask(let tensor): "\(tensor.shape)"
    case .object(let object): object.shape.map { "\($0)" } ?? object.kind
    default: kind
    }
  }

  public var isNothing: Bool {
    if case .nothing = self { true } else { false }
  }

  /// The tensor this value is or stands for; lists of numbers are converted by the caller.
  ///
  /// - Throws: what decoding allocates.
  public var asTensor: Tensor? {
    get throws {
      switch self {
      case .tensor(let tensor), .mask(let tensor): tensor
      case .object(let object): try object.values
      default: nil
      }
    }
  }

  /// The shape of `asTensor`, which is not made for it.
  public var tensorShape: Shape? {
    switch self {
    case .tensor(let tensor), .mask(let tensor): tensor.shape
    case .object(let object): object.shape
    default: nil
    }
  }
}
