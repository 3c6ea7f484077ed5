import Encodings
import Tensors

/// A number format that the user wrote as a function of `value`, and of `low` and `high` if named.
///
/// It is asked once for all weights. `low` and `high` are the smallest and the largest weight: of
/// the whole tensor as numbers, else of each weight's part as tensors of the weights' shape.
public struct UserFormat: MappedFormat {
  /// What a function may ask for.
  public enum Need: String, Sendable, CaseIterable { case value, low, high }

  /// What it is given.
  public struct Request: Sendable {
    public var value: Tensor
    /// Of one element when there is one part, else of the weights' shape.
    public var low: Tensor
    public var high: Tensor
  }

  public let name: String
  private let function: @Sendable (Request) throws -> Tensor

  /// - Parameters:
  ///   - name: its name, or its source.
  ///   - function: what each weight becomes.
  public init(_ name: String, function: @escaping @Sendable (Request) throws -> Tensor) {
    self.name = name
    self.function = function
  }

  public func mapped(
    _ x: EncodedTensor, _ others: [Statistic: Tensor], with quantize: Quantize
  ) throws -> Tensor {
    let values = try x.values
    let parts = try WeightParts(values, kept: x.kept, quantize.per ?? .tensor)
    var (low, high) = (
      [Float](repeating: .infinity, count: parts.count),
      [Float](repeating: -.infinity, count: parts.count)
    )
    values.withScalars { scalars in
      parts.parts.forEachRun { part, places in
        for index in places {
          low[part] = min(low[part], scalars[index])
          high[part] = max(high[part], scalars[index])
        }
      }
    }
    guard x.count > 0 else { return values }
    return try function(
      Request(value: values, low: bound(low, parts), high: bound(high, parts)))
  }

  private func bound(_ bounds: [Float], _ parts: WeightParts) throws -> Tensor {
    if bounds.count == 1 { return try Tensor(bounds) }
    return try Tensor(unsafeUninitialized: parts.values.shape) { target in
      parts.parts.forEachRun { part, places in
        for index in places { target[index] = bounds[part] }
      }
    }
  }
}
