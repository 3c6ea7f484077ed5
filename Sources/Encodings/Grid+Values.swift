import Tensors

extension Grid {
  /// Checks that every part fits the shape and the format.
  ///
  /// - Throws: `EncodingError.mismatch` or `.damaged`.
  func checkedParts(of shape: Shape) throws -> Parts {
    let parts = try Parts(partition, of: shape)
    guard codes.count == shape.count else {
      throw EncodingError.mismatch("codes", expected: shape.count, found: codes.count)
    }
    let zeroCount = format.integers == nil ? 0 : parts.count
    guard zeroPoints.count == zeroCount else {
      throw EncodingError.mismatch("zero points", expected: zeroCount, found: zeroPoints.count)
    }
    try checkScales(parts.count)
    let range = format.codes
    guard zeroPoints.allSatisfy(range.contains), codes.lie(in: range) else {
      throw EncodingError.damaged("a code lies outside \(format)")
    }
    return parts
  }

  private func checkScales(_ count: Int) throws {
    guard scales.count == count else {
      throw EncodingError.mismatch("scales", expected: count, found: scales.count)
    }
    guard (scales + outerScales).allSatisfy({ $0 > 0 && $0.isFinite }) else {
      throw EncodingError.damaged("a scale is not positive and finite")
    }
    switch scaleCoding {
    case .implied(let exponent):
      guard partition == .tensor, (-64...64).contains(exponent) else {
        throw EncodingError.damaged("a scale of 2^\(exponent) is not stored")
      }
    case .twoLevel(let bits, let group):
      guard ScaleCoding.levelWidths.contains(bits), group > 0 else {
        throw EncodingError.damaged("scales of \(bits) bits in groups of \(group)")
      }
    case .float32, .float16, .powerOfTwo: break
    }
    let outer = scaleCoding.outerCount(count)
    guard outerScales.count == outer else {
      throw EncodingError.mismatch("scales of scales", expected: outer, found: outerScales.count)
    }
    guard scales.indices.allSatisfy({ scaleField($0) != nil }) else {
      throw EncodingError.damaged("a scale is not one that \(scaleCoding.bits) bits can hold")
    }
  }

  /// The second-level scale of a scale, 1 where there is one level.
  func outerScale(of part: Int) -> Float {
    guard case .twoLevel(_, let group) = scaleCoding else { return 1 }
    return outerScales[part / group]
  }

  /// The stored field of a scale.
  func scaleField(_ part: Int) -> UInt32? {
    scaleCoding.field(scales[part], outer: outerScale(of: part))
  }

  /// scale · (level − zero point), a float32 product; pruned elements are +0.
  ///
  /// - Parameter body: gets the index of the first value of a piece, and the piece: at most 4,096
  ///   values of one part. Pieces come in order.
  func forEachPiece(
    parts: Parts, kept: Bitmap?,
    _ body: (_ start: Int, _ values: UnsafeBufferPointer<Float>) throws -> Void
  ) rethrows {
    let lookup = LevelLookup(format)
    // A format may have no code for 0, so the mask decides.
    let mask = format.zeroCode == nil ? kept : nil
    try withUnsafeTemporaryAllocation(of: Int32.self, capacity: Self.piece) { numbers in
      try withUnsafeTemporaryAllocation(of: Float.self, capacity: Self.piece) { values in
        guard let from = numbers.baseAddress, let to = values.baseAddress else { return }
        try parts.forEachRun { part, places in
          for start in stride(from: places.lowerBound, to: places.upperBound, by: Self.piece) {
            let count = min(Self.piece, places.upperBound - start)
            codes.copy(start..<start + count, to: from)
            let scale = scales[part]
            if format.integers != nil {
              let zero = zeroPoints[part]
              for place in 0..<count { to[place] = scale * Float(from[place] - zero) }
            } else {
              for place in 0..<count { to[place] = scale * lookup(from[place]) }
            }
            if let mask {
              for place in 0..<count where !mask[start + place] { to[place] = 0 }
            }
            try body(start, UnsafeBufferPointer(start: to, count: count))
          }
        }
      }
    }
  }

  /// Values that are decoded together, so that they stay in the nearest cache.
  private static let piece = 4096

  /// The values of all codes, four bytes each.
  func values(_ shape: Shape, parts: Parts, kept: Bitmap?) throws -> Tensor {
    try Tensor(unsafeUninitialized: shape) { target in
      guard let base = target.baseAddress else { return }
      forEachPiece(parts: parts, kept: kept) { start, values in
        guard let from = values.baseAddress else { return }
        (base + start).update(from: from, count: values.count)
      }
    }
  }

  /// Gives pruned elements the code of zero, or the lowest where the format has none.
  mutating func clearCodes(except kept: Bitmap, parts: Parts) {
    let (lowest, old) = (format.codes.lowerBound, codes)
    codes = CodeArray(count: old.count, range: format.codes) { start, piece in
      guard let base = piece.baseAddress else { return }
      old.copy(start..<start + piece.count, to: base)
      for index in piece.indices where !kept[start + index] {
        piece[index] = zeroCode(part: parts(start + index)) ?? lowest
      }
    }
  }

  /// The elements whose code is not that of 0; all of them where the format has none.
  func nonZeros(_ shape: Shape) -> Bitmap? {
    guard let parts = try? Parts(partition, of: shape), codes.count == shape.count else {
      return nil
    }
    var filled = Bitmap(repeating: true, count: shape.count)
    parts.forEachRun { part, places in
      guard let zero = zeroCode(part: part) else { return }
      codes.forEachPiece(of: places) { start, codes in
        for (place, code) in codes.enumerated() where code == zero {
          filled[start + place] = false
        }
      }
    }
    return filled
  }

  /// How many elements have another code than that of 0; all of them where the format has none.
  func nonZeroCount(_ shape: Shape) -> Int {
    guard let parts = try? Parts(partition, of: shape), codes.count == shape.count else {
      return shape.count
    }
    let isOne = zeroPoints.dropFirst().allSatisfy { $0 == zeroPoints[0] }
    if isOne || parts.count == 0 {
      guard parts.count > 0, let zero = zeroCode(part: 0) else { return shape.count }
      return shape.count - codes.count(of: zero, in: 0..<codes.count)
    }
    var count = shape.count
    parts.forEachRun { part, places in
      if let zero = zeroCode(part: part) { count -= codes.count(of: zero, in: places) }
    }
    return count
  }

  /// The code whose value this is, of a float that was stored as such.
  ///
  /// - Throws: `EncodingError.damaged` when there is none.
  func code(of value: Float, part: Int) throws -> Int32 {
    let scale = scales[part]
    let zero = zeroPoints.isEmpty ? 0 : zeroPoints[part]
    let range = format.codes
    let near: Int32
    if format.integers != nil {
      let steps = (value / scale).rounded(.toNearestOrEven) + Float(zero)
      near = Int32(exactly: steps) ?? range.lowerBound
    } else {
      near = format.nearestCode(value / scale)
    }
    // Dividing by the scale may have rounded past the middle between two levels.
    for code in [near, near &- 1, near &+ 1] where range.contains(code) {
      let level = format.integers == nil ? format.level(of: code) : Float(code - zero)
      let own = scale * level
      if own == value && own.sign == value.sign || own.isNaN && value.isNaN { return code }
    }
    throw EncodingError.damaged("a value lies on no point of the grid")
  }
}

extension Grid {
  /// Zero points are written unless all are what the rule says: 0, or 2^(b−1) without a sign.
  var storesZeroPoints: Bool {
    guard let integers = format.integers else { return false }
    if case .implied = scaleCoding { return zeroPoints.contains { $0 != 0 } }
    return rule != .symmetric || zeroPoints.contains { $0 != integers.symmetricZeroPoint }
  }
}

extension IntegerFormat {
  /// The zero point of a symmetric grid: 0 with a sign, 2^(b−1) without.
  public var symmetricZeroPoint: Int32 { isSigned ? 0 : 1 << Int32(bits - 1) }
}
