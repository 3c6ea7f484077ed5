import Glibc

/// A number as messages show it: whole numbers in full, others as Swift writes them.
public func plain(_ value: Double) -> String {
  Int(exactly: value).map(String.init) ?? "\(value)"
}

/// A whole number in groups of three, with the true minus sign: `1,066,628`.
public func grouped(_ value: Int) -> String {
  let digits = String(value.magnitude)
  var text = value < 0 ? "−" : ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
    text.append(digit)
  }
  return text
}

/// C's `printf` of one number: exact, so that ties and carries are right.
///
/// - Parameters:
///   - format: one conversion with a given precision: `%.*f`, `%.*e` or `%.*g`.
///   - precision: digits behind the point, for `%.*g` significant ones; below 150.
public func printed(_ format: String, _ precision: Int, _ value: Double) -> String {
  // The longest double in %f has 309 digits before the point.
  withUnsafeTemporaryAllocation(of: CChar.self, capacity: 512) { buffer in
    let length = withVaList([Int32(clamping: precision), value]) {
      vsnprintf(buffer.baseAddress, buffer.count, format, $0)
    }
    let written = min(max(Int(length), 0), buffer.count - 1)
    return String(decoding: buffer[..<written].map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
