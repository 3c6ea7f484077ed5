import Catalog

/// Numbers as the displays show them: grouped, in units, with the true minus sign.

/// A number with a fixed count of decimals: `−1.30`.
///
/// Rounds the exact binary value, half to even where that is a tie. A value that rounds to zero
/// loses its sign.
public func fixed(_ value: Double, _ decimals: Int) -> String {
  guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "−∞" : "∞" }
  let text = printed("%.*f", decimals, abs(value))
  let isZero = !text.contains { $0 != "0" && $0 != "." }
  return value < 0 && !isZero ? "−" + text : text
}

/// A number with an exponent: `1.25e-05`.
func scientific(_ value: Double, _ decimals: Int) -> String {
  guard value.isFinite else { return fixed(value, 0) }
  let text = printed("%.*e", decimals, abs(value))
  return value < 0 ? "−" + text : text
}

/// At most so many significant digits, without zeros at the end: `0.1857`, `12.5`, `3`.
public func short(_ value: Double, digits: Int = 4) -> String {
  guard value.isFinite else { return fixed(value, 0) }
  let text = printed("%.*g", digits, abs(value))
  return value < 0 ? "−" + text : text
}

/// A share in percent with at most one decimal: `60%`, `16.7%`.
///
/// Only nothing shows as `0%` and only everything as `100%`.
public func percent(_ part: Int, of whole: Int) -> String {
  guard whole > 0, part > 0 else { return "0%" }
  guard part < whole else { return "100%" }
  let share = 100 * Double(part) / Double(whole)
  if share < 0.05 { return "<0.1%" }
  if share >= 99.95 { return ">99.9%" }
  let text = fixed(share, 1)
  return (text.hasSuffix(".0") ? String(text.dropLast(2)) : text) + "%"
}

/// A length of bytes: `1,066,628 B`.
public func bytes(_ count: Int) -> String { grouped(count) + " B" }

/// Seconds as people say them: `0.4 s`, `2.1 s`, `3 min 05 s`, `1 h 02 min`.
public func duration(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds < 1e9 else { return "?" }
  if seconds < 59.95 { return fixed(max(seconds, 0), 1) + " s" }
  let whole = Int(seconds.rounded())
  if whole < 3600 { return "\(whole / 60) min \(twoDigits(whole % 60)) s" }
  return "\(whole / 3600) h \(twoDigits(whole % 3600 / 60)) min"
}

private func twoDigits(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
