import Tensors
import Testing

@testable import Encodings

/// Where `bitPlace` says an element lies, its code is.
@Suite struct PlaceTests {
  private static let layouts: [Layout] =
    [Layout.Positions.all, .bitmask, .rows, .relative(bits: 2), .relative(bits: 5)].flatMap {
      place in
      Layout.IndexCoding.allCases.flatMap { indices in
        [Layout.Coding.packed, .huffman, .range].map { Layout(place, $0, indices: indices) }
      }
    }

  /// A tensor of 96 codes, a third of them pruned, skewed so that Huffman codes differ.
  private func tensor(_ format: NumberFormat, pruned: Bool) throws -> EncodedTensor {
    var random = Random(seed: 7)
    let codes = format.codes
    let values = (0..<96).map { _ in
      let place = random.uniform() * random.uniform() * Double(codes.count)
      return codes.lowerBound + Int32(place)
    }
    let zero: [Int32] = format.integers == nil ? [] : [0, 0, 0, 0]
    let grid = Grid(
      format: format, rule: .symmetric, scales: [1, 0.5, 2, 4], zeroPoints: zero,
      partition: .axis(0), codes: values)
    let kept = pruned ? Bitmap(count: 96) { $0 % 3 != 1 } : nil
    return try EncodedTensor([4, 24], grid: grid, kept: kept)
  }

  @Test(arguments: [
    NumberFormat.integer(.int8), .minifloat(.e4m3), .table(.nf4), .table(.ternary),
  ])
  func codesLieWhereTheyAreSaidToLie(format: NumberFormat) throws {
    var tried = 0
    for pruned in [false, true] {
      let plain = try tensor(format, pruned: pruned)
      for layout in Self.layouts {
        guard let stored = try? plain.stored(as: layout) else { continue }
        tried += 1
        var codes: [Int32: String] = [:]
        var end: Int?
        for index in 0..<stored.count where stored.stores(index) {
          guard let place = stored.bitPlace(of: index) else {
            #expect(layout.coding == .range)
            continue
          }
          let bits = stored.written(at: place)
          let code = plain.grid?.codes[index] ?? 0
          // Fields follow one another without a gap.
          if let end { #expect(place.offset == end) }
          end = place.offset + place.width
          if layout.coding == .packed {
            let field = UInt32(bitPattern: code) & (1 << UInt32(format.codeBits) - 1)
            #expect(String(bits.reversed()) == BitFields.text(field, width: format.codeBits))
          } else {
            #expect(codes[code] == nil || codes[code] == bits)
            codes[code] = bits
          }
        }
        // A prefix code: no code begins another.
        for (one, bits) in codes {
          for (other, longer) in codes where one != other { #expect(!longer.hasPrefix(bits)) }
        }
        #expect(stored.footprint.totalBits == stored.payload().count * 8)
      }
    }
    #expect(tried > 20)
  }

  @Test func whatIsLeftOutHasNoPlace() throws {
    let stored = try tensor(.table(.nf4), pruned: true).stored(
      as: Layout(.relative(bits: 3), .huffman))
    #expect(stored.bitPlace(of: 1) == nil && !stored.stores(1))
    #expect(stored.bitPlace(of: 96) == nil && stored.bitPlace(of: -1) == nil)
    // The only symbol of a code takes no bits.
    let same = try EncodedTensor(
      [3], grid: Grid(format: .table(.nf4), rule: .own, scales: [1], codes: [5, 5, 5])
    ).stored(as: Layout(.all, .huffman))
    #expect(same.bitPlace(of: 2)?.width == 0)
    #expect(same.bitPlace(of: 2)?.description == "no bits")
  }
}
