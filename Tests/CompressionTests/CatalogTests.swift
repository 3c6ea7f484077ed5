import Catalog
import Compression
import Glibc
import Testing

/// What every operator's file owes its readers; the examples themselves run in InterpreterTests.
@Suite struct CompressionCatalogTests {
  @Test func everyFileHasItsLine() throws {
    let files = try Set(operatorFiles())
    let lines = Set(compressionCatalog.map { String(describing: $0) })
    #expect(!files.isEmpty)
    #expect(
      files.subtracting(lines) == [], "add their lines to CompressionCatalog.swift")
    #expect(lines.subtracting(files) == [], "each type's file is named after it")
    #expect(lines.count == compressionCatalog.count, "a line stands there twice")
  }

  @Test func everyLineStandsInItsFamily() {
    for line in compressionLines {
      let type = line.type
      let families: [(String, Bool)] = [
        ("verb", type is any WeightVerb.Type), ("criterion", type is any CatalogedCriterion.Type),
        ("structure", type is any Structure.Type), ("schedule", type is any PruningSchedule.Type),
        ("format", type is any FormatFamily.Type), ("range", type is any RangeRule.Type),
        ("convention", type is any GridConvention.Type),
        ("rounding", type is any RoundingMethod.Type),
        ("preparation", type is any Preparation.Type),
        ("activation", type is any ActivationRule.Type),
        ("storage", type is any StorageOption.Type), ("device", type is any DeviceFamily.Type),
      ]
      let own = families.filter(\.1).map(\.0)
      let written = String("\(line)".prefix { $0 != "(" })
      #expect((own.isEmpty ? ["single"] : own) == [written], "\(type)")
    }
  }

  @Test func namesAreUnique() {
    let names = compressionCards.map(\.name)
    #expect(names.count == Set(names).count)
  }

  @Test(arguments: compressionCards) func theSummaryIsOneSentence(card: Card) {
    #expect(card.summary.count <= 150, "\(card.name)")
    #expect(card.summary.hasSuffix("."), "\(card.name)")
    #expect(!card.summary.dropLast().contains(". "), "\(card.name)")
  }

  @Test(arguments: compressionCards) func formulaAndSourceAreGiven(card: Card) {
    #expect(!card.formula.isEmpty, "\(card.name)")
    #expect(!card.source.isEmpty, "\(card.name)")
    #expect(!card.examples.isEmpty, "\(card.name)")
    #expect(!card.related.isEmpty, "\(card.name)")
    #expect(!card.related.contains(card.name), "\(card.name)")
  }

  @Test(arguments: compressionCards.filter { $0.family == .verb })
  func verbsShowSuccessAndFailure(card: Card) {
    let failures = card.examples.count { if case .fails = $0.outcome { true } else { false } }
    #expect(failures >= 1, "\(card.name)")
    #expect(card.examples.count - failures >= 2, "\(card.name)")
    // `distill` is no function of one tensor, which is what laws are tried on.
    #expect(card.laws.contains(.deterministic) || card.name == "distill", "\(card.name)")
  }

  @Test(arguments: compressionCards) func everyLabelStandsInSomeExampleOrIsAStatistic(card: Card) {
    let shared = Set(Statistic.allCases.map(\.rawValue) + ["seed"])
    for parameter in card.parameters ?? [] where parameter.passing == .label {
      let isShown = compressionCards.contains { other in
        other.examples.contains { $0.line.contains(parameter.name + ":") }
      }
      #expect(isShown || shared.contains(parameter.name), "\(card.name) \(parameter.name)")
    }
  }

  @Test func defaultsLieInTheirDomains() throws {
    #expect(try Prune(Settings(["amount": .number(0.5)])).scope == .layer)
    #expect(try Prune(Settings(["amount": .number(0.5)])).criterion is MagnitudeCriterion)
    let quantize = try Quantize(Settings(["format": .option("int4", Settings())]))
    #expect(quantize.per == nil)
    #expect(quantize.isSymmetric == nil)
    #expect(!quantize.simulates)
    for card in compressionCards {
      for parameter in card.parameters ?? [] {
        guard let standIn = parameter.standIn, !standIn.isEmpty, !parameter.choices.isEmpty else {
          continue
        }
        #expect(parameter.choices.contains(standIn), "\(card.name) \(parameter.name)")
      }
    }
  }

  @Test func everyFormatCanBeNamed() throws {
    for family in formatCatalog {
      for member in family.named {
        let named = try Quantize(Settings(["format": .option(member.card.name, Settings())]))
        #expect(try named.format.name == family.init(member.settings).name, "\(member.card.name)")
      }
    }
    let int3 = try Quantize(Settings(["format": .option("int3", Settings())])).format
    #expect(int3.name == "int3")
  }

  @Test func unknownOptionsListTheKnownOnes() {
    #expect(
      throws: SettingError.unknown(
        "prune", "scope", "tensor", kind: "scope", choices: ["layer", "global"])
    ) {
      try Prune(Settings(["amount": .number(0.5), "scope": .option("tensor", Settings())]))
    }
    let noFormat = #expect(throws: SettingError.self) {
      try Quantize(Settings(["format": .option("int1", Settings())]))
    }
    #expect(noFormat?.headline == "`int1` is no number format")
    #expect(noFormat?.notes.first?.hasPrefix("it can be int2 … int16, uint2 … uint16") == true)
    #expect(throws: SettingError.self) {
      try Quantize(Settings(["format": .option("int", Settings(["bits": .number(17)]))]))
    }
  }

  /// The names of the files under `Sources/Compression/Operators`, without `.swift`.
  private func operatorFiles() throws -> [String] {
    let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    return names(in: "/\(root)/Sources/Compression/Operators")
  }

  private func names(in folder: String) -> [String] {
    guard let directory = opendir(folder) else { return [] }
    defer { closedir(directory) }
    var found: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
      }
      if name.hasSuffix(".swift") {
        found.append(String(name.dropLast(6)))
      } else if !name.hasPrefix(".") {
        found += names(in: "\(folder)/\(name)")
      }
    }
    return found
  }
}
