import Foundation
import Testing

/// What the compiler does not check of the house: who may import, print, read files or the clock.
///
/// Reads the sources themselves. A match inside a comment or a text counts as none.
struct ArchitectureTests {
  @Test func sourcesAreFoundAtAll() throws {
    let targets = Set(try sources().map(\.target))
    #expect(targets.isSuperset(of: Self.floors.flatMap(\.self)))
  }

  @Test func everyTargetHasAFloor() throws {
    let known = Set(Self.floors.flatMap(\.self))
    #expect(try sources().map(\.target).filter { !known.contains($0) } == [])
  }

  @Test func targetsImportLowerFloorsOnly() throws {
    var broken: [String] = []
    for source in try sources() {
      let own = Self.floor(of: source.target) ?? 0
      for module in source.imports {
        if let other = Self.floor(of: module), other >= own, module != source.target {
          broken.append("\(source.path) imports \(module)")
        }
      }
    }
    #expect(broken == [])
  }

  @Test func languageKnowsNoNumbers() throws {
    let broken = try sources().filter { $0.target == "Language" }
      .filter { !$0.imports.isSubset(of: ["Catalog", "Glibc", "Synchronization"]) }
    #expect(broken.map(\.path) == [])
  }

  @Test func compressionDoesNotImportLanguage() throws {
    let broken = try sources().filter {
      $0.target == "Compression" && $0.imports.contains("Language")
    }
    #expect(broken.map(\.path) == [])
  }

  @Test func oneFileImportsReadline() throws {
    let importing = try sources().filter { $0.imports.contains("CReadline") }
    #expect(importing.count <= 1)
    #expect(importing.allSatisfy { $0.target == "Terminal" })
  }

  @Test func foundationStaysAboveFloorFive() throws {
    let broken = try sources().filter {
      (Self.floor(of: $0.target) ?? 0) < 6
        && $0.imports.contains { $0.hasPrefix("Foundation") }
    }
    #expect(broken.map(\.path) == [])
  }

  @Test func onlyTheTopFloorPrintsReadsArgumentsOrExits() throws {
    let words = [
      "print(", "debugPrint(", "dump(", "puts(", "fputs(", "printf(", "stdout", "stderr",
      "readLine(", "CommandLine", "ProcessInfo", "getenv(", "setenv(", "exit(", "abort(",
    ]
    let found = try mentions(of: words) { $0.floor < 10 }
    #expect(found == [])
  }

  @Test func onlyFormatsLessonsAndTheTopFloorTouchFiles() throws {
    let words = [
      "fopen(", "open(", "opendir(", "FileManager", "FileHandle", "unlink(", "rename(", "stat(",
      "realpath(", "mkdir(", "contentsOfFile",
    ]
    // Without one of these modules the words are functions of our own.
    let found = try mentions(of: words) {
      $0.floor < 10 && !["Formats", "Lessons", "Grading"].contains($0.target)
        && !$0.imports.isDisjoint(with: ["Glibc", "Foundation", "FoundationEssentials"])
    }
    #expect(found == [])
  }

  @Test func noClockRunsBelowTheInterpreter() throws {
    let words = [
      "ContinuousClock", "SuspendingClock", "DispatchTime", "clock_gettime(", "gettimeofday(",
      "time(nil", "Date(",
    ]
    let found = try mentions(of: words) { $0.floor < 7 }
    #expect(found == [])
  }

  @Test func noChanceWithoutASeed() throws {
    let words = [
      "SystemRandomNumberGenerator", ".random(in:", ".shuffled()", "arc4random", "rand()",
    ]
    let found = try mentions(of: words) { $0.floor < 10 }
    #expect(found == [])
  }

  @Test func noFileIsLongerThanSixHundredLines() throws {
    let long = try sources().filter { $0.lineCount > 600 }
    #expect(long.map { "\($0.path): \($0.lineCount)" } == [])
  }

  @Test func commentsAndTextsAreNoMentions() {
    let code = codeOnly("let a = \"print(\\\"x\\\")\" // print(\n/* exit( */ f(b) /// stdout\n")
    #expect(!code.contains("print(") && !code.contains("exit(") && !code.contains("stdout"))
    #expect(code.contains("f(b)"))
    #expect(codeOnly("\"\"\"\n exit( \"no\"\n\"\"\" + g(x)").contains("g(x)"))
  }

  @Test func aWordCountsOnlyWhereItBegins() {
    #expect(mention(of: "open(", in: "x = open(path)"))
    #expect(!mention(of: "open(", in: "x = reopen(path); y.open(path)"))
    #expect(mention(of: "open(", in: "x = Glibc.open(path)"))
    #expect(mention(of: ".shuffled()", in: "rows.shuffled()"))
    #expect(!mention(of: "print(", in: "case print(String)"))
  }

  // MARK: - The floors, from the ground up

  private static let floors: [[String]] = [
    ["Catalog", "CKernels", "COneDNN", "CConfine", "CData", "CReadline", "CCMark", "CZlib"],
    ["Tensors"], ["Autograd", "Encodings"], ["Networks"], ["Containers", "Language"],
    ["Compression"], ["Formats"], ["Interpreter"], ["Rendering"], ["Lessons"],
    ["Grading"], ["Terminal"], ["espalier", "Benchmarks"],
  ]

  private static func floor(of target: String) -> Int? {
    floors.firstIndex { $0.contains(target) }
  }

  // MARK: - Reading sources

  private struct SourceFile {
    var path: String
    var target: String
    var imports: Set<String>
    var code: String
    var lineCount: Int
    var floor: Int { ArchitectureTests.floor(of: target) ?? 0 }
  }

  private func sources() throws -> [SourceFile] { try Self.read.get() }

  private static let read = Result { try readSources() }

  private static func readSources() throws -> [SourceFile] {
    let root = URL(fileURLWithPath: #filePath)
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
      .appendingPathComponent("Sources").path
    let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    return try names.sorted().compactMap { name in
      let target = String(name.prefix { $0 != "/" })
      guard name.hasSuffix(".swift") else {
        // C targets count by their headers: who may import them is a matter of floors too.
        return name.hasSuffix(".h")
          ? SourceFile(path: name, target: target, imports: [], code: "", lineCount: 0) : nil
      }
      let text = try String(contentsOfFile: root + "/" + name, encoding: .utf8)
      let code = codeOnly(text)
      let modules = code.split(separator: "\n").compactMap { line -> String? in
        let words = line.split(whereSeparator: \.isWhitespace)
        guard let at = words.firstIndex(of: "import"), at + 1 < words.count,
          words[..<at].allSatisfy({ $0.hasPrefix("@") || access.contains(String($0)) })
        else { return nil }
        // `import struct Foundation.Date` names a kind first.
        let kinds: Set<Substring> = ["struct", "class", "enum", "func", "protocol", "var", "let"]
        let module = kinds.contains(words[at + 1]) ? words[words.count - 1] : words[at + 1]
        return String(module.prefix { $0 != "." })
      }
      return SourceFile(
        path: name, target: target, imports: Set(modules), code: code,
        lineCount: text.split(separator: "\n", omittingEmptySubsequences: false).count)
    }
  }

  private static let access: Set<String> = ["public", "package", "internal", "private"]

  private func mentions(
    of words: [String], where applies: (SourceFile) -> Bool
  ) throws -> [String] {
    try sources().filter(applies).flatMap { source in
      words.filter { mention(of: $0, in: source.code) }.map { "\(source.path): \($0)" }
    }
  }
}

/// Whether code uses a word: not inside a longer name, not as a member, not where it is declared.
private func mention(of word: String, in code: String) -> Bool {
  var rest = code[...]
  while let found = rest.range(of: word) {
    let before =
      found.lowerBound > code.startIndex ? code[code.index(before: found.lowerBound)] : " "
    let start = code[..<found.lowerBound]
    let isOwn =
      before == "." && !start.hasSuffix("Glibc.") || start.hasSuffix("func ")
      || start.hasSuffix("case ")
    if word.hasPrefix(".") || !(before.isLetter || before.isNumber || before == "_" || isOwn) {
      return true
    }
    rest = code[found.upperBound...]
  }
  return false
}

/// The text without comments and without what stands in quotes.
private func codeOnly(_ text: String) -> String {
  var code = ""
  var rest = text[...]
  func skip(past end: String) {
    rest = rest.range(of: end).map { rest[$0.upperBound...] } ?? ""
  }
  while let first = rest.first {
    if rest.hasPrefix("//") {
      rest = rest.drop { !$0.isNewline }
    } else if rest.hasPrefix("/*") {
      skip(past: "*/")
    } else if rest.hasPrefix("\"\"\"") {
      rest = rest.dropFirst(3)
      skip(past: "\"\"\"")
    } else if first == "\"" {
      rest = rest.dropFirst()
      while let next = rest.first, next != "\"", !next.isNewline {
        rest = rest.dropFirst(next == "\\" ? 2 : 1)
      }
      rest = rest.dropFirst()
      code += "\"\""
    } else {
      code.append(first)
      rest = rest.dropFirst()
    }
  }
  return code
}
