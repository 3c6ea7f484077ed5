import Encodings
import Synchronization
import Tensors

/// A tensor together with how it is stored; it acts as its values everywhere.
public final class EncodedObject: Object, @unchecked Sendable {
  public let encoded: EncodedTensor
  /// The values once they were asked for, so that a loop over elements decodes once.
  private let decoded = Mutex<Tensor?>(nil)

  public init(_ encoded: EncodedTensor) { self.encoded = encoded }

  public override var kind: String {
    let shape = encoded.shape
    guard let grid = encoded.grid else { return "a pruned f32[\(shape)]" }
    return grid.isSimulated
      ? "a simulated \(grid.formatName)[\(shape)]" : "\(grid.formatName)[\(shape)]"
  }

  public override var values: Tensor? {
    get throws {
      try decoded.withLock { known in
        if known == nil { known = try encoded.values }
        return known
      }
    }
  }

  public override var shape: Shape? { encoded.shape }

  public override var memberNames: [String] {
    var names: [String] = []
    if let grid = encoded.grid {
      names = ["codes", "scale"]
      names += grid.format.integers == nil ? ["levels"] : ["zeroPoint"]
    }
    return names + ["values", "kept", "layout"]
  }

  public override func member(_ name: String) throws -> Value? {
    switch name {
    case "values": return try values.map(Value.tensor)
    case "layout": return .string(encoded.layout.description)
    case "kept": return .mask(try keptMask())
    case "codes": return try encoded.grid.map { .tensor(try codes(of: $0)) }
    case "scale":
      return try encoded.grid.map { grid in
        grid.partition == .tensor
          ? .number(Double(grid.scales.first ?? 1)) : .tensor(try Tensor(grid.scales))
      }
    case "zeroPoint":
      guard encoded.grid?.format.integers != nil else { return nil }
      return try encoded.grid.map { grid in
        grid.partition == .tensor
          ? .number(Double(grid.zeroPoints.first ?? 0))
          : .tensor(try Tensor(grid.zeroPoints.map { Float($0) }))
      }
    case "levels":
      guard let format = encoded.grid?.format, format.integers == nil else { return nil }
      return .tensor(try Tensor(levels(of: format)))
    default: return nil
    }
  }

  /// The finite numbers of a format before scaling, in ascending order.
  private func levels(of format: NumberFormat) -> [Float] {
    if case .table(let table) = format { return table.levels }
    let levels = format.codes.map { format.level(of: $0) + 0 }.filter(\.isFinite)
    return Set(levels).sorted()
  }

  private func codes(of grid: Grid) throws -> Tensor {
    try Tensor(unsafeUninitialized: encoded.shape) { target in
      grid.codes.forEachPiece { start, codes in
        for (place, code) in codes.enumerated() { target[start + place] = Float(code) }
      }
    }
  }

  private func keptMask() throws -> Tensor {
    try Tensor(unsafeUninitialized: encoded.shape) { target in
      for index in target.indices { target[index] = encoded.kept?[index] == false ? 0 : 1 }
    }
  }
}

extension Call {
  /// A tensor with its storage: what `prune` and `quantize` left, or plain floats.
  func encoded(_ name: String) throws -> EncodedTensor {
    if case .object(let object as EncodedObject) = try value(name) { return object.encoded }
    let tensor = try self.tensor(name)
    return try placed(at: name) { try EncodedTensor(tensor) }
  }
}
