import Tensors
import Testing

@testable import Encodings

/// Codes come back as they were put in, in fields as narrow as they can be.
@Suite struct CodeArrayTests {
  /// Ranges at the edges of every width, and the bytes that ten thousand and one codes take.
  private static let widths: [(range: ClosedRange<Int32>, bytes: Int)] = [
    (-8...7, 5001), (0...15, 5001), (-9...7, 10001), (-1...15, 10001), (-128...127, 10001),
    (0...255, 10001), (-129...0, 20002), (-1...255, 20002), (-32768...32767, 20002),
    (0...65535, 20002), (-1...32768, 40004), (Int32.min...Int32.max, 40004),
  ]

  private func numbers(_ range: ClosedRange<Int32>, count: Int) -> [Int32] {
    var random = Random(seed: 3)
    let span = UInt64(Int(range.upperBound) - Int(range.lowerBound) + 1)
    // Both ends first, so that the range is what it is said to be.
    return (0..<count).map { index in
      let step = index == 0 ? 0 : index == 1 ? span - 1 : random.next() % span
      return Int32(Int(range.lowerBound) + Int(step))
    }
  }

  @Test func everyWidthKeepsItsCodes() {
    for (range, bytes) in Self.widths {
      let numbers = numbers(range, count: 10_001)
      let codes = CodeArray(numbers)
      #expect(codes.bytes == bytes, "\(range)")
      #expect(codes.numbers == numbers, "\(range)")
      #expect(numbers.indices.allSatisfy { codes[$0] == numbers[$0] }, "\(range)")
      var part = [Int32](repeating: 0, count: 5001)
      part.withUnsafeMutableBufferPointer { part in
        if let base = part.baseAddress { codes.copy(3..<5004, to: base) }
      }
      #expect(part == Array(numbers[3..<5004]), "\(range)")
      #expect(codes.lie(in: range))
      #expect(!codes.lie(in: range.lowerBound...range.upperBound - 1), "\(range)")
      let places = [7, 3, 3, 9000]
      #expect(codes.selecting(places).numbers == places.map { numbers[$0] }, "\(range)")
    }
  }

  @Test func nothingAndOneCode() {
    #expect(CodeArray([]).numbers == [])
    #expect(CodeArray([]).lie(in: 3...3))
    #expect(CodeArray([-8]).numbers == [-8])
    #expect(([5] as CodeArray)[0] == 5)
  }

  /// A code outside of the range that was expected, behind others that are in their fields already.
  @Test func aCodeOutsideWidensAll() {
    var numbers = (0..<9000).map { Int32($0 % 16) }
    numbers[8999] = -70_000
    let codes = CodeArray(count: 9000, range: 0...15) { start, piece in
      for place in piece.indices { piece[place] = numbers[start + place] }
    }
    #expect(codes.numbers == numbers)
    #expect(codes.bytes == 36_000)
  }

  @Test func equalityIsThatOfTheCodes() {
    let numbers = numbers(0...7, count: 5000)
    let narrow = CodeArray(numbers)
    let wide = CodeArray(count: 5000, range: 0...255) { start, piece in
      for place in piece.indices { piece[place] = numbers[start + place] }
    }
    #expect(narrow.bytes == 2500 && wide.bytes == 5000)
    #expect(narrow == wide)
    #expect(narrow.hashValue == wide.hashValue)
    var other = numbers
    other[4999] ^= 1
    #expect(CodeArray(other) != wide && CodeArray(other) != narrow)
    #expect(CodeArray(Array(numbers.dropLast())) != narrow)
  }
}
