import Catalog
import Encodings
import Tensors

extension Partition {
  /// Slices of axis 0: output neurons or filters.
  public static let channel = Partition.axis(0)
}

extension Quantize {
  /// Which weights share a scale.
  ///
  /// - Throws: `QuantizeError.fixedScale` where the format's scale cannot be divided.
  func partition(of format: any ScaledFormat) throws -> Partition {
    guard let per else { return format.ownPartition }
    if format.hasFixedScale { throw QuantizeError.fixedScale("per", format.name) }
    return per
  }

  /// How the scales are stored.
  func coding(of format: any ScaledFormat) throws -> ScaleCoding {
    if format.hasFixedScale {
      guard scaleCoding == nil else { throw QuantizeError.fixedScale("scales", format.name) }
      guard scales == nil else { throw QuantizeError.fixedScale("scale", format.name) }
      return format.ownCoding
    }
    if let scaleCoding { return scaleCoding }
    if isScaled(format) || scales != nil, case .implied = format.ownCoding { return .float32 }
    return scales == nil ? format.ownCoding : .float32
  }

  /// Whether a format that can be cast as it is has scales here.
  private func isScaled(_ format: any ScaledFormat) -> Bool {
    per != nil || scaleCoding != nil || scales != nil
  }

  /// Where scale and zero point come from.
  func rule(of format: any ScaledFormat) -> Grid.Rule {
    if scales != nil { return .given }
    if let integers = format.numbers.integers, !format.hasFixedScale {
      return isSymmetric ?? integers.isSigned ? .symmetric : .affine
    }
    if format.isOwnRule { return .own }
    return isScaled(format) ? .symmetric : .own
  }

  /// Scale and zero point of each part.
  func points(_ parts: WeightParts, of format: any ScaledFormat) throws -> [GridPoint] {
    if scales != nil { return try given(count: parts.count, format) }
    guard zeroPoints == nil else { throw QuantizeError.zeroPointWithoutScale }
    let coding = try coding(of: format)
    if case .implied = coding {
      let scale = coding.coded([1]).scales
      return scale.isEmpty ? [] : [GridPoint(scale: scale[0])]
    }
    if coding == .powerOfTwo, !format.isOwnRule, case .minifloat(let float) = format.numbers {
      return parts.largest.map {
        GridPoint(scale: sharedPower(of: $0, largestExponent: float.largestExponent))
      }
    }
    return try format.points(parts, with: self)
  }

  /// The range of each part's weights that the grid covers.
  func ranges(
    of parts: WeightParts, for format: IntegerFormat, isSymmetric: Bool
  ) throws -> [GridRange] {
    if range is MinMaxRange { return parts.ranges }
    var ranges = [GridRange](repeating: GridRange(lowest: 0, highest: 0), count: parts.count)
    try parts.values.withScalars { scalars throws in
      try parts.parts.forEachRun { part, places in
        ranges[part] = try range.range(
          of: UnsafeBufferPointer(rebasing: scalars[places]), for: format, symmetric: isSymmetric)
      }
    }
    return ranges
  }

  /// - Throws: `QuantizeError.notFinite` for NaN or ∞, except where floats are cast as they are:
  ///   those saturate at infinities and may have NaN.
  func refuseNonFinite(_ values: Tensor, _ format: any ScaledFormat) throws {
    let isCast: Bool
    let hasNaN: Bool
    if case .minifloat(let float) = format.numbers, !format.isOwnRule, !isScaled(format) {
      (isCast, hasNaN) = (true, float.specials != .none)
    } else {
      (isCast, hasNaN) = (false, false)
    }
    try values.withScalars { scalars throws in
      func isRefused(_ value: Float) -> Bool {
        value.isNaN ? !hasNaN : value.isInfinite && !isCast
      }
      guard let first = scalars.firstIndex(where: isRefused) else { return }
      throw QuantizeError.notFinite(
        count: scalars.count(where: isRefused), first: first, value: scalars[first])
    }
  }

  private func given(count: Int, _ format: any ScaledFormat) throws -> [GridPoint] {
    let given = scales ?? []
    guard given.count == count || given.count == 1 else {
      throw QuantizeError.wrongCount("scales", found: given.count, wanted: count)
    }
    let integers = format.numbers.integers
    let reach = integers.map { Float($0.highest - $0.lowest) } ?? format.numbers.largestLevel
    let scales = try given.map { given -> Float in
      let scale = Float(given)
      guard scale > 0, scale.isFinite else { throw QuantizeError.badScale(given) }
      guard (scale * reach).isFinite else { throw QuantizeError.rangeTooLarge(scale) }
      return scale
    }
    let zeros = try givenZeros(count: count, integers)
    return (0..<count).map { part in
      GridPoint(
        scale: scales[scales.count == count ? part : 0],
        zeroPoint: zeros[zeros.count == count ? part : 0])
    }
  }

  private func givenZeros(count: Int, _ integers: IntegerFormat?) throws -> [Int32] {
    guard let integers else { return [0] }
    let standIn = isSymmetric == true ? integers.symmetricZeroPoint : 0
    let zeros =
      try zeroPoints?.map { given -> Int32 in
        guard let zero = Int32(exactly: given), integers.codes.contains(zero) else {
          throw QuantizeError.badZeroPoint(given, integers)
        }
        return zero
      } ?? [standIn]
    guard zeros.count == count || zeros.count == 1 else {
      throw QuantizeError.wrongCount("zero points", found: zeros.count, wanted: count)
    }
    return zeros
  }

  /// Options that mean nothing together with this format.
  func refuseMisfits() throws {
    guard zeroPoints == nil || scales != nil else { throw QuantizeError.zeroPointWithoutScale }
    let isMapped = format is any MappedFormat
    if let scaled = format as? any ScaledFormat, scaled.numbers.integers != nil {
      guard scaled.hasFixedScale else { return }
    }
    let options: [(String, Bool)] = [
      ("symmetric", isSymmetric != nil), ("zeroPoint", zeroPoints != nil),
      ("like", convention.convention != .onnx), ("range", !(range is MinMaxRange)),
      ("scale", isMapped && scales != nil), ("scales", isMapped && scaleCoding != nil),
    ]
    for (option, isGiven) in options where isGiven {
      throw QuantizeError.notForThisFormat(option, format.name)
    }
  }
}

extension SettingsReader {
  /// Which weights share a scale: `tensor`, `channel`, `group(32)`.
  func partition(_ name: String) throws -> Partition {
    let option = try option(name)
    switch option.name {
    case "tensor": return .tensor
    case ChannelSlices.card.name: return .channel
    case GroupSlices.card.name: return try GroupSlices.partition(option.settings)
    default:
      throw SettingError.unknown(
        card.name, name, option.name, kind: "part of a tensor",
        choices: ["tensor", ChannelSlices.card.name, "group(n)"])
    }
  }

  /// How scales are stored: `float16`, `e8m0`, `twoLevel(8, 256)`.
  func scaleCoding(_ name: String) throws -> ScaleCoding {
    let option = try option(name)
    switch option.name {
    case Float16Format.card.name: return .float16
    case E8M0Scales.card.name: return .powerOfTwo
    case TwoLevelScales.card.name: return try TwoLevelScales.coding(option.settings)
    default:
      throw SettingError.unknown(
        card.name, name, option.name, kind: "storage of scales",
        choices: [Float16Format.card.name, E8M0Scales.card.name, TwoLevelScales.card.name])
    }
  }
}
