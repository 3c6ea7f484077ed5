import Catalog

/// Whether printed lines are what a page promised.
///
/// A promised line of `...` stands for any lines. Trailing blanks do not count. With a tolerance,
/// numbers that have a decimal point may differ by that share of the larger one, and runs of
/// blanks count as one; whole numbers and words must always agree.
public func matches(_ printed: [String], _ promised: [String], tolerance: Double?) -> Bool {
  let promised = promised.map(withoutTrailingBlanks)
  let printed = printed.map(withoutTrailingBlanks)
  // reachable[j]: the first i promised lines can stand for the first j printed ones.
  var reachable = [true] + [Bool](repeating: false, count: printed.count)
  for line in promised {
    var next = [Bool](repeating: false, count: printed.count + 1)
    if line.trimmed == "..." {
      var seen = false
      for j in 0...printed.count {
        seen = seen || reachable[j]
        next[j] = seen
      }
    } else {
      for j in printed.indices where reachable[j] {
        next[j + 1] = matches(printed[j], line, tolerance: tolerance)
      }
    }
    reachable = next
  }
  return reachable[printed.count]
}

private func matches(_ printed: String, _ promised: String, tolerance: Double?) -> Bool {
  if printed == promised { return true }
  guard let tolerance else { return false }
  let left = pieces(of: printed)
  let right = pieces(of: promised)
  guard left.count == right.count else { return false }
  return zip(left, right).allSatisfy { agree($0, $1, tolerance) }
}

private func agree(_ a: Substring, _ b: Substring, _ tolerance: Double) -> Bool {
  if a == b { return true }
  guard a.contains("."), b.contains("."), let x = number(a), let y = number(b) else { return false }
  return abs(x - y) <= tolerance * max(abs(x), abs(y))
}

private func number(_ text: Substring) -> Double? {
  Double(text.filter { $0 != "," })
}

/// Cuts a line into numbers (digits with a point, thousands separators or an exponent) and words.
private func pieces(of line: String) -> [Substring] {
  var result: [Substring] = []
  var rest = Substring(line)
  while let first = rest.first {
    if first.isWhitespace {
      rest = rest.drop { $0.isWhitespace }
      continue
    }
    let isDigit = first.isASCII && first.isNumber
    let end =
      rest.firstIndex { character in
        let digit = character.isASCII && character.isNumber
        return isDigit
          ? !(digit || character == "." || character == ",") : digit || character.isWhitespace
      } ?? rest.endIndex
    result.append(rest[..<end])
    rest = rest[end...]
  }
  return result
}

private func withoutTrailingBlanks(_ line: String) -> String {
  guard let last = line.lastIndex(where: { !$0.isWhitespace }) else { return "" }
  return String(line[...last])
}
