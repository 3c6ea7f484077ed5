import Encodings
import Tensors

/// A batch of activations as codes on a grid: bytes, or floats that hold the same codes.
///
/// A code is kept as code − lowest, from 0 up. Bytes are what integer kernels read; the floats of a
/// simulation go through ordinary float arithmetic that is exact on whole numbers of this size.
public struct Codes: Sendable {
  public enum Storage: Sendable {
    case bytes(ByteTensor)
    case floats(Tensor)
  }

  public let grid: ActivationGrid
  public let storage: Storage

  public init(_ grid: ActivationGrid, _ storage: Storage) {
    self.grid = grid
    self.storage = storage
  }

  /// Numbers brought onto a grid: clamp(rne(x / s) + z).
  public init(_ values: Tensor, on grid: ActivationGrid, isSimulated: Bool) throws {
    self.grid = grid
    guard isSimulated else {
      storage = .bytes(
        try ByteTensor(
          values, scale: grid.scale, zero: grid.byteZero, highest: grid.byteHighest))
      return
    }
    storage = .floats(
      try Tensor(unsafeUninitialized: values.shape) { target in
        values.withScalars { source in
          for index in source.indices { target[index] = Float(grid.byte(of: source[index])) }
        }
      })
  }

  public var shape: Shape {
    switch storage {
    case .bytes(let bytes): bytes.shape
    case .floats(let floats): floats.shape
    }
  }

  public var isSimulated: Bool {
    if case .floats = storage { true } else { false }
  }

  /// The codes as the format counts them.
  public var codes: [Int32] {
    switch storage {
    case .bytes(let bytes): bytes.bytes.map { Int32($0) + grid.format.lowest }
    case .floats(let floats): floats.scalars.map { Int32($0) + grid.format.lowest }
    }
  }

  /// s · (q − z), a float32 product.
  public var values: Tensor {
    get throws {
      switch storage {
      case .bytes(let bytes): return try bytes.lookedUp(grid.values)
      case .floats(let floats):
        return try Tensor(unsafeUninitialized: floats.shape) { target in
          floats.withScalars { source in
            for index in source.indices {
              target[index] = grid.scale * (source[index] - Float(grid.byteZero))
            }
          }
        }
      }
    }
  }

  /// The same codes under another shape.
  public func reshaped(_ shape: Shape) throws -> Codes {
    switch storage {
    case .bytes(let bytes): Codes(grid, .bytes(try bytes.reshaped(shape)))
    case .floats(let floats): Codes(grid, .floats(try floats.reshaped(shape)))
    }
  }

  /// Every code at least that of 0: relu.
  public func aboveZero() throws -> Codes {
    switch storage {
    case .bytes(let bytes):
      guard grid.byteZero > 0 else { return self }
      let zero = UInt8(clamping: grid.byteZero)
      return Codes(grid, .bytes(try bytes.atLeast(zero)))
    case .floats(let floats):
      return Codes(grid, .floats(try Tensor.apply(.maximum, floats, Float(grid.byteZero))))
    }
  }

  /// The largest code of each window.
  public func maxPooled(_ pooling: MaxPooling) throws -> Codes {
    switch storage {
    case .bytes(let bytes): Codes(grid, .bytes(try bytes.maxPooled(pooling)))
    case .floats(let floats): Codes(grid, .floats(try pooling.forward(floats).output))
    }
  }

  /// The mean of each window on another grid.
  ///
  ///     q_y = clamp(rne(float(Σ q_x − n z_x) · M) + z_y),  M = s_x / (n · s_y)
  ///
  /// Sums are exact; M and the product are float32.
  public func averagePooled(_ pooling: AveragePooling, onto target: ActivationGrid) throws -> Codes
  {
    let places = pooling.window * pooling.window
    let (offset, multiplier) = grid.averaging(pooling, onto: target)
    switch storage {
    case .bytes(let bytes):
      return Codes(
        target,
        .bytes(
          try bytes.averagePooled(
            pooling, offset: offset, multiplier: multiplier, zero: target.byteZero,
            highest: target.byteHighest)))
    case .floats(let floats):
      // A mean of codes is a sum divided by n; times n and rounded it is the sum again, exactly:
      // sums stay below 2^24 for windows of up to 256 × 256.
      let means = try pooling.forward(floats)
      return Codes(
        target,
        .floats(
          try Tensor(unsafeUninitialized: means.shape) { out in
            means.withScalars { means in
              for index in means.indices {
                let sum = (Double(means[index]) * Double(places)).rounded() + Double(offset)
                out[index] = target.requantized(Float(sum) * multiplier)
              }
            }
          }))
    }
  }

  /// What a function of single numbers makes of every code: a table of all codes.
  public func mapped(
    onto target: ActivationGrid, _ function: (Tensor) throws -> Tensor
  ) throws -> Codes {
    switch storage {
    case .bytes(let bytes):
      let results = try function(try Tensor([1, 256], grid.values))
      let table = results.scalars.map { UInt8(clamping: target.byte(of: $0)) }
      return Codes(target, .bytes(try bytes.lookedUp(table)))
    case .floats:
      return try Codes(try function(values), on: target, isSimulated: true)
    }
  }
}

extension ActivationGrid {
  /// What is added to the sum of a window's bytes, −n·z_x, and what that is multiplied with, M.
  func averaging(
    _ pooling: AveragePooling, onto target: ActivationGrid
  ) -> (offset: Int32, multiplier: Float) {
    let places = pooling.window * pooling.window
    return (-byteZero * Int32(places), (scale / (Float(places) * target.scale)).bounded)
  }

  /// clamp(rne(x) + z) of a number already in steps of this grid, as a float.
  func requantized(_ steps: Float) -> Float {
    let zero = Float(byteZero)
    let bounded = max(-zero, min(Float(byteHighest) - zero, steps))
    return bounded.rounded(.toNearestOrEven) + zero
  }
}

extension Float {
  /// The number itself, or the largest float instead of ∞, so that 0 times it is 0.
  var bounded: Float { Swift.min(self, .greatestFiniteMagnitude) }
}
