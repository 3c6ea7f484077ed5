import CKernels

extension Tensor {
  /// The smallest and largest number of neighbouring rows; NaN where a row has one.
  ///
  /// - Parameters:
  ///   - rows: which rows, of `width` elements each, all within the tensor.
  ///   - width: at least 1.
  public func rowRanges(_ rows: Range<Int>, width: Int) -> (least: [Float], most: [Float]) {
    var least = [Float](repeating: 0, count: rows.count)
    var most = least
    let first = pointer + rows.lowerBound * width
    guard width > Self.longRow else {
      espalier_row_ranges(first, rows.count, width, &least, &most)
      return (least, most)
    }
    // A long row is cut, so that threads share it.
    let cuts = width / Self.longRow
    let end = cuts * Self.longRow
    var parts = (
      least: [Float](repeating: 0, count: cuts + 1), most: [Float](repeating: 0, count: cuts + 1)
    )
    for row in rows.indices.map({ $0 - rows.lowerBound }) {
      let start = first + row * width
      espalier_row_ranges(start, cuts, Self.longRow, &parts.least, &parts.most)
      (parts.least[cuts], parts.most[cuts]) = (parts.least[0], parts.most[0])
      if end < width {
        parts.least[cuts] = espalier_minimum(start + end, width - end)
        parts.most[cuts] = espalier_maximum(start + end, width - end)
      }
      let isNumber = !parts.least.contains(where: \.isNaN)
      least[row] = isNumber ? parts.least.min() ?? 0 : .nan
      most[row] = isNumber ? parts.most.max() ?? 0 : .nan
    }
    return (least, most)
  }

  private static var longRow: Int { 1 << 16 }

  /// Writes codes of neighbouring elements, whose rows have scales and zero points of their own.
  ///
  ///     field = clamp(rne(x / scale) + zero, lowest, highest) − base
  ///
  /// - Parameters:
  ///   - places: row-major, within the tensor; with fields of half a byte they begin at an even
  ///     one, and end at one unless they are the last.
  ///   - width: the elements of a row.
  ///   - scales: of all rows up to the last that is written; positive and finite.
  ///   - zeros: as many.
  ///   - codes: within −256…255, and no more than fields hold.
  ///   - fields: those of the whole tensor.
  ///   - base: the code of a field that is 0.
  ///   - halves: whether a field is half a byte, the first in the lower half, and not a byte.
  public func writeCodes(
    _ places: Range<Int>, width: Int, scales: [Float], zeros: [Int32],
    codes: ClosedRange<Int32>, to fields: UnsafeMutableRawBufferPointer, base: Int32, halves: Bool
  ) {
    guard let target = fields.baseAddress, !places.isEmpty else { return }
    espalier_quantize_fields(
      pointer, places.lowerBound, places.count, width, scales, zeros, codes.lowerBound,
      codes.upperBound, base, halves, target.assumingMemoryBound(to: UInt8.self))
  }

  /// How many elements are anything but +0, by their bits.
  public var filledCount: Int { espalier_filled_count(pointer, count) }
}
