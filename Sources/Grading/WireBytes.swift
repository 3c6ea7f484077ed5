/// Numbers, texts and lists as bytes, for the pipe between the grader and the process that runs a
/// submission.
struct WireWriter {
  private(set) var bytes: [UInt8] = []

  mutating func put(_ number: Int) {
    let bits = UInt64(bitPattern: Int64(number))
    for shift in stride(from: 0, to: 64, by: 8) {
      bytes.append(UInt8(truncatingIfNeeded: bits >> shift))
    }
  }

  mutating func put(_ number: Double) { put(Int(truncatingIfNeeded: number.bitPattern)) }

  mutating func put(_ flag: Bool) { put(flag ? 1 : 0) }

  mutating func put(_ text: String) {
    put(text.utf8.count)
    bytes += text.utf8
  }

  mutating func put(_ texts: [String]) {
    put(texts.count)
    for text in texts { put(text) }
  }
}

/// Reads what `WireWriter` wrote, and trusts none of it: the process may have been taken over.
struct WireReader {
  struct Damaged: Error {}
  private var rest: ArraySlice<UInt8>

  init(_ bytes: [UInt8]) { rest = bytes[...] }

  mutating func number() throws(Damaged) -> Int {
    guard rest.count >= 8 else { throw Damaged() }
    var bits: UInt64 = 0
    for (index, byte) in rest.prefix(8).enumerated() { bits |= UInt64(byte) << UInt64(8 * index) }
    rest = rest.dropFirst(8)
    return Int(truncatingIfNeeded: bits)
  }

  mutating func double() throws(Damaged) -> Double {
    Double(bitPattern: UInt64(bitPattern: Int64(try number())))
  }

  mutating func flag() throws(Damaged) -> Bool { try number() != 0 }

  mutating func text() throws(Damaged) -> String {
    let count = try number()
    guard count >= 0, count <= rest.count else { throw Damaged() }
    let text = String(decoding: rest.prefix(count), as: UTF8.self)
    rest = rest.dropFirst(count)
    return text
  }

  /// A count of things that take at least eight bytes each.
  mutating func count() throws(Damaged) -> Int {
    let count = try number()
    guard count >= 0, count <= rest.count / 8 else { throw Damaged() }
    return count
  }

  mutating func texts() throws(Damaged) -> [String] {
    var texts: [String] = []
    for _ in 0..<(try count()) { texts.append(try text()) }
    return texts
  }
}
