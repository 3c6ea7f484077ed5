import Encodings
import Networks
import Tensors

/// What changed from one model to another, parameter by parameter.
public struct ModelDifference: Sendable, Equatable {
  /// One parameter of either model.
  public struct Row: Sendable, Equatable {
    /// `conv1.weight`.
    public var path: String
    /// `nil` where the model has no such parameter.
    public var before: Side?
    public var after: Side?
    /// Element by element; `nil` unless both are there in one shape.
    public var change: TensorDifference?

    /// Whether shape, numbers and storage are all the same.
    public var isSame: Bool { before == after && change?.count == 0 }
  }

  /// How one model has a parameter.
  public struct Side: Sendable, Equatable {
    public var shape: Shape
    public var zeros: NonZeros.Count
    /// `f32`, `int4`.
    public var format: String
    /// `dense`, `packed bitmask`.
    public var layout: String
    /// Its bits in a file, without its header.
    public var bits: Int
  }

  public var rows: [Row]

  /// Compares parameters of the same path, in the order of the first model, then what only the
  /// second one has.
  public init(_ a: Model, _ b: Model) throws {
    let before = a.parameters
    let after = Dictionary(
      b.parameters.map { ($0.path, $0.parameter) }, uniquingKeysWith: { first, _ in first })
    var rows = try before.map { entry in
      let other = after[entry.path]
      return Row(
        path: entry.path, before: try Side(entry.parameter), after: try other.map(Side.init),
        change: try other.flatMap {
          $0.shape == entry.parameter.shape
            ? try TensorDifference(entry.parameter.tensor, $0.tensor) : nil
        })
    }
    let known = Set(before.map(\.path))
    for entry in b.parameters where !known.contains(entry.path) {
      rows.append(Row(path: entry.path, before: nil, after: try Side(entry.parameter)))
    }
    self.rows = rows
  }
}

extension ModelDifference.Side {
  init(_ parameter: ModelParameter) throws {
    let encoded = try parameter.value.encoded
    let nonZero = NonZeros(.encoded(encoded)).elements
    self.init(
      shape: encoded.shape, zeros: .init(nonZero.total - nonZero.nonZero, of: nonZero.total),
      format: encoded.grid?.formatName ?? "f32",
      layout: encoded.layout.description, bits: encoded.footprint.totalBits)
  }
}
