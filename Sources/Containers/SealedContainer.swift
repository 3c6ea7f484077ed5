import CKernels
import Encodings
import Tensors

/// The bytes of a container in pieces, so that a file can be written without having them twice.
public struct SealedContainer: Sendable {
  /// Where the bits go.
  public let ledger: SizeLedger
  private let pieces: [Piece]

  enum Piece: Sendable {
    case bytes([UInt8])
    /// Floats that stay where they are.
    case floats(Tensor)

    var count: Int {
      switch self {
      case .bytes(let bytes): bytes.count
      case .floats(let tensor): tensor.count * 4
      }
    }

    func withBytes<Result>(
      _ body: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result {
      switch self {
      case .bytes(let bytes): try bytes.withUnsafeBytes(body)
      case .floats(let tensor): try tensor.withScalars { try body(UnsafeRawBufferPointer($0)) }
      }
    }
  }

  init(_ pieces: [Piece], ledger: SizeLedger) {
    self.pieces = pieces
    self.ledger = ledger
  }

  /// How many bytes there are.
  public var count: Int { pieces.reduce(0) { $0 + $1.count } }

  /// Shows all bytes in order, one stretch after the other.
  public func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    for piece in pieces { try piece.withBytes(body) }
  }

  /// All bytes together.
  public var bytes: [UInt8] {
    [UInt8](large: count) { target in
      guard let base = target.baseAddress else { return 0 }
      var place = 0
      forEachPiece { piece in
        guard let from = piece.baseAddress else { return }
        espalier_copy_bytes(from, base + place, piece.count)
        place += piece.count
      }
      return place
    }
  }
}
