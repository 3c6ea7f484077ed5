import CKernels
import Tensors

/// The stored codes of a grid of at most 256 as bytes, for kernels that count and write many.
///
/// Counts are kept for each of a few pieces, which are then written side by side.
struct ByteSymbols {
  private let symbols: ByteStore
  private var pieces: [Int64]

  /// - Returns: `nil` for a format of more than 8 bits.
  /// - Throws: `LimitError`, `Cancelled`.
  init?(_ grid: Grid, _ stored: Bitmap?) throws {
    let range = grid.format.codes
    guard grid.format.codeBits <= 8, range.count <= 256, grid.codes.lie(in: range) else {
      return nil
    }
    let all = try grid.codes.symbols(range)
    if let stored {
      symbols = try ByteStore(count: stored.setCount)
      symbols.withMutableBytes { target in
        all.withBytes { source in
          var next = 0
          stored.forEachSet {
            target[next] = source[$0]
            next += 1
          }
        }
      }
    } else {
      symbols = all
    }
    try Work.current.checkpoint()
    let count = symbols.count
    pieces = [Int64](repeating: 0, count: 256 * Int(ESPALIER_PIECES))
    symbols.withBytes { bytes in
      guard let from = bytes.baseAddress else { return }
      espalier_symbol_counts(from.assumingMemoryBound(to: UInt8.self), count, &pieces)
    }
  }

  /// How often each of so many symbols occurs.
  func counts(_ symbols: Int) -> [Int] {
    (0..<symbols).map { symbol in
      stride(from: symbol, to: pieces.count, by: 256).reduce(0) { $0 + Int(pieces[$1]) }
    }
  }

  /// Writes the codes of all symbols.
  ///
  /// - Parameter payload: what the symbols were read from: where all before them is the same, so
  ///   are their codes, and they are copied.
  func write(
    _ code: HuffmanCode, to writer: inout BitWriter, read payload: ArraySlice<UInt8>?
  ) throws {
    try Work.current.checkpoint()
    let bits = code.bits(counts(code.lengths.count))
    guard bits > 0 else { return }
    let padding = [UInt32](repeating: 0, count: 256 - code.lengths.count)
    let codes = code.codes + padding
    let lengths = (code.lengths + padding.map { _ in 0 }).map { UInt8($0) }
    let known = payload.flatMap { writer.isStart(of: $0, with: bits) ? $0 : nil }
    writer.append(bits: bits) { target, start in
      guard let to = target.baseAddress else { return }
      if let known {
        known.withUnsafeBytes { espalier_copy_bytes($0.baseAddress, to, target.count) }
        return
      }
      symbols.withBytes { bytes in
        guard let from = bytes.baseAddress else { return }
        espalier_prefix_encode(
          from.assumingMemoryBound(to: UInt8.self), symbols.count, codes, lengths, start, pieces,
          to)
      }
    }
  }
}
