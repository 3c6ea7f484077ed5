/// 2^(⌊log2 largest⌋ − largestExponent), at least 2^−127; 1 where all are 0.
///
/// The scale of OCP's microscaling formats: the largest weight gets the exponent of the format's
/// largest number.
func sharedPower(of largest: Float, largestExponent: Int) -> Float {
  guard largest > 0, largest.isFinite else { return 1 }
  let exponent = Int(largest.exponent) - largestExponent
  return Float(sign: .plus, exponent: max(-127, exponent), significand: 1)
}

extension PartRows {
  /// Steps for `sharedPower` of `a`.
  func addSharedPower(_ steps: inout DerivationSteps, largestExponent: Int) {
    addPower(&steps, "at least a power of two", of: "a")
    steps.add(
      "s", "s = p / 2^\(largestExponent), or 1 where all are 0",
      "where(\(single("a")) == 0, 1, max(p / 2^\(largestExponent), 2^-127))",
      "the spacing of the grid")
  }

  /// The step p = 2^⌊log2 x⌋ of a number of each part, exactly: the largest power not above it.
  func addPower(_ steps: inout DerivationSteps, _ remark: String, of symbol: String) {
    let column = isWhole ? "(\(symbol) + zeros(1, 1))" : symbol
    let powers = "2^tensor(-149...127)"
    let largest = "max(where(\(column) >= \(powers), \(powers), 2^-149), axis: 1)"
    steps.add(
      "p", "p = 2^⌊log2 \(symbol)⌋", isWhole ? largest : "reshape(\(largest), \(count), 1)",
      "the largest power of two that is not above \(symbol)")
  }
}
