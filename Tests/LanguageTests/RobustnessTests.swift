import Foundation
import Testing

@testable import Language

/// Whatever the bytes are, an answer comes, with every span inside the text.
@Suite struct RobustnessTests {
  static let million = 1 << 20

  private func codes(_ text: String) -> [String] {
    codes(Array(text.utf8))
  }

  private func codes(_ bytes: [UInt8]) -> [String] {
    let source = Source(name: "test", text: bytes)
    let parsed = parse(source)
    let found =
      switch check(parsed, in: TestCards.scope("w", "n")) {
      case .success(let resolution): resolution.warnings
      case .failure(let refusal): refusal.diagnostics
      }
    #expect(found.count <= 10)
    for diagnostic in found + parsed.diagnostics {
      #expect(diagnostic.span.start >= 0 && diagnostic.span.start <= diagnostic.span.end)
      #expect(diagnostic.span.end <= bytes.count || diagnostic.code == "E0035")
      #expect(!renderNothing(diagnostic))
    }
    return found.map(\.code)
  }

  /// Positions must be countable, too.
  private func renderNothing(_ diagnostic: Diagnostic) -> Bool {
    diagnostic.source.position(of: diagnostic.span.start).line < 1
  }

  @Test func nestingOf256IsReadAnd257IsRefused() {
    func nested(_ count: Int) -> String {
      String(repeating: "(", count: count) + "1" + String(repeating: ")", count: count)
    }
    #expect(codes(nested(256)) == [])
    #expect(codes(nested(257)) == ["E0607"])
    #expect(codes(nested(100_000)) == ["E0607"])
  }

  @Test(arguments: [
    "(", "[", "{", "f(", "-", "not ", "x => ", "2^", "if n { ", "\"\\(", "w[", "w |> (",
  ])
  func aMillionOfOneThingIsAnswered(piece: String) {
    let text = String(repeating: piece, count: Self.million / piece.utf8.count)
    #expect(!codes(text).isEmpty)
  }

  @Test(arguments: ["1+", "w.T.", "n and ", "n * ", "w |> abs |> ", "n, "])
  func longChainsNeedNoDepth(piece: String) {
    let count = 200_000 / piece.utf8.count
    let end = piece.hasSuffix("|> ") ? "abs" : piece.hasSuffix(".") ? "T" : "n"
    let text = String(repeating: piece, count: count) + end
    #expect(codes(piece == "n, " ? "[\(text)]" : text) == [])
  }

  @Test func elseIfIsALoop() {
    let text =
      "if n > 1 { 1 }" + String(repeating: " else if n > 2 { 2 }", count: 5_000) + " else { 3 }"
    #expect(codes(text) == [])
  }

  @Test func aLineOfAMillionBytesIsRead() {
    #expect(codes(String(repeating: "1+", count: Self.million / 2) + "1") == [])
    #expect(codes("print(\"" + String(repeating: "é", count: Self.million / 2) + "\")") == [])
    #expect(codes("let a = " + String(repeating: "9", count: 200_000)) == ["E0004"])
    #expect(codes(String(repeating: "# ", count: Self.million / 2)) == ["E0013"])
    #expect(codes(String(repeating: "$ ", count: Self.million / 2)).count == 10)
  }

  @Test func bytesThatAreNoTextAreNamed() {
    #expect(codes([0x6C, 0xFF, 0xFE, 0x0A, 0xC3]) == ["E0001", "E0001"])
    #expect(codes([0x31, 0x00, 0x00, 0x32]) == ["E0002"])
    #expect(codes([0xED, 0xA0, 0x80]) == ["E0001"])
    #expect(codes([0xC0, 0x80]) == ["E0001"])
    #expect(codes([0xF4, 0x90, 0x80, 0x80]) == ["E0001"])
    #expect(codes([0xEF, 0xBB, 0xBF, 0x31]) == [])
  }

  /// A deterministic generator, so that a failure can be repeated.
  struct Steps: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return (state >> 32) | (state << 32)
    }
  }

  static let seeds: [String] = ProgramTests.files.compactMap {
    try? String(contentsOf: ProgramTests.folder.appending(path: $0), encoding: .utf8)
  }

  @Test func mutatedProgramsNeverCrashTheReader() {
    var random = Steps(state: 7)
    let pieces = [
      "(", ")", "[", "]", "{", "}", "\"", "\\(", "\n", ";", "|>", "=>", "let ", "func ", "for ",
      "in ", "if ", "else ", "%", "//", "/*", "...", "..<", ",", ":", "=", ".", "-", "____", "why ",
      "sweep ", "claim ", "check ", "explain ", "1.5e", "é", "“", "#", "?", "0", "KB", "ans",
    ].map { Array($0.utf8) }
    for round in 0..<3_000 {
      var bytes = Array((Self.seeds.randomElement(using: &random) ?? "").utf8)
      for _ in 0...(round % 6) {
        let place = Int.random(in: 0...bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0 where place < bytes.count: bytes.remove(at: place)
        case 1: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 2: bytes.removeSubrange(place...)
        case 3 where place < bytes.count:
          let end = min(bytes.count, place + 12)
          bytes.insert(contentsOf: bytes[place..<end], at: 0)
        default:
          bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: place)
        }
      }
      _ = codes(bytes)
    }
  }

  @Test func everyPrefixOfAProgramIsAnswered() {
    for seed in Self.seeds {
      let bytes = Array(seed.utf8)
      for end in stride(from: 0, to: bytes.count, by: 7) { _ = codes(Array(bytes[..<end])) }
    }
  }
}
