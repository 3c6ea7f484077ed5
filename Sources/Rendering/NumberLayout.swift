/// How all the numbers of one tensor are written: one rule for the whole of it.
///
/// Whole numbers are written in full, never with an exponent. Other tensors get an exponent when
/// their largest and smallest magnitude are more than 1000 apart, the largest exceeds 1e8 or the
/// smallest is below 1e-4 (zeros, ∞ and NaN do not count). Every number gets as many decimals as
/// the one that needs most to be read back exactly, at most `limit`.
struct NumberLayout: Equatable {
  enum Style: Equatable {
    case whole
    case point(decimals: Int)
    case exponent(decimals: Int)
  }
  var style: Style

  /// - Parameters:
  ///   - values: the numbers that are going to be seen.
  ///   - limit: the most decimals; 4 fits a screen, 9 reads back every float32.
  init(of values: [Float], limit: Int = 4) {
    let finite = values.filter(\.isFinite)
    if finite.allSatisfy({ $0 == $0.rounded() && abs($0) < 1e15 }) {
      style = .whole
      return
    }
    let magnitudes = finite.map(abs).filter { $0 > 0 }
    let largest = Double(magnitudes.max() ?? 1)
    let smallest = Double(magnitudes.min() ?? 1)
    if largest / smallest > 1000 || largest > 1e8 || smallest < 1e-4 {
      style = .exponent(decimals: min(limit, finite.map { Decimals($0).ofMantissa }.max() ?? 0))
    } else {
      style = .point(decimals: min(limit, finite.map { Decimals($0).behindPoint }.max() ?? 0))
    }
  }

  func text(_ value: Float) -> String {
    switch style {
    case .whole: fixed(Double(value), 0)
    case .point(let decimals): fixed(Double(value), decimals)
    case .exponent(let decimals):
      value == 0 ? fixed(0, decimals) : scientific(Double(value), decimals)
    }
  }

  /// Columns behind the decimal point, where `·` and `∞` stand.
  var columnsBehindPoint: Int {
    switch style {
    case .whole: 0
    case .point(let decimals): decimals
    case .exponent(let decimals): decimals + 4
    }
  }
}

/// How many decimals the shortest text that reads back as a float has.
private struct Decimals {
  var behindPoint: Int
  var ofMantissa: Int

  init(_ value: Float) {
    // Swift writes the shortest digits that read back: `0.42`, `1.5e-05`, `16777216.0`.
    let text = abs(value).description
    let parts = text.split(separator: "e")
    let exponent = parts.count > 1 ? Int(parts[1]) ?? 0 : 0
    let digits = parts[0].split(separator: ".", omittingEmptySubsequences: false)
    var fraction = digits.count > 1 ? digits[1] : ""
    while fraction.last == "0" { fraction.removeLast() }
    behindPoint = max(0, fraction.count - exponent)
    var significant = Substring((String(digits[0]) + fraction).drop { $0 == "0" })
    while significant.last == "0" { significant.removeLast() }
    ofMantissa = max(0, significant.count - 1)
  }
}
