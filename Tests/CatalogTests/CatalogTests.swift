import Catalog
import Testing

/// What every floor builds on: names, numbers as text, and the reading of arguments.
@Suite struct CatalogTests {
  // MARK: Spelling

  @Test func theNearestNameComesFirst() {
    #expect(nearestNames(to: "prun", among: ["print", "prune", "relu"]) == ["prune"])
    #expect(nearestNames(to: "seprate", among: ["separate", "desperate"]).first == "separate")
  }

  @Test func swappedNeighboursCountOnce() {
    #expect(nearestNames(to: "lienar", among: ["linear"]) == ["linear"])
  }

  @Test func equallyNearNamesKeepTheirOrderAndAreFourAtMost() {
    let names = ["int2", "int3", "int4", "int5", "int6"]
    #expect(nearestNames(to: "int9", among: names) == ["int2", "int3", "int4", "int5"])
  }

  @Test func shortNamesAreNearOnlyInOtherCase() {
    #expect(nearestNames(to: "X", among: ["x", "y", "xs"]) == ["x"])
    #expect(nearestNames(to: "wholly", among: ["different"]) == [])
  }

  @Test func trimmingTakesBothEndsOnly() {
    #expect(" \t a b \n".trimmed == "a b")
    #expect("".trimmed == "")
    #expect(" \n ".trimmed == "")
    #expect("ab"[...].trimmed == "ab")
  }

  // MARK: Numerals

  @Test func wholeNumbersAreGroupedFromTheRight() {
    #expect(grouped(0) == "0")
    #expect(grouped(999) == "999")
    #expect(grouped(1000) == "1,000")
    #expect(grouped(-1_066_628) == "−1,066,628")
    #expect(grouped(.min) == "−9,223,372,036,854,775,808")
  }

  @Test func messagesShowWholeNumbersInFull() {
    #expect(plain(40) == "40")
    #expect(plain(-0.5) == "-0.5")
    #expect(plain(.nan) == "nan")
  }

  @Test func printedRoundsTheExactValue() {
    // 0.125 is a tie, to even; 2.675 is stored below the tie.
    #expect(printed("%.*f", 2, 0.125) == "0.12")
    #expect(printed("%.*f", 2, 2.675) == "2.67")
    #expect(printed("%.*f", 0, .greatestFiniteMagnitude).count == 309)
  }

  // MARK: Cards and settings

  private let card = Card(
    "fit", .verb, summary: "A card of these tests.",
    parameters: [
      Parameter("x", accepts: "a tensor"),
      Parameter("share", or: "0.5", accepts: "a share"),
      Parameter("scope", .label, or: "layer", accepts: "`layer` or `global`"),
      Parameter("exact", .label, or: "false", accepts: "true or false"),
      Parameter("seed", .label, or: "", accepts: "a whole number"),
    ], examples: [])

  private enum Scope: String, CaseIterable { case layer, global }

  private func reader(_ given: [String: Setting] = [:]) -> SettingsReader {
    SettingsReader(card, Settings(given))
  }

  @Test func aSignatureShowsWhatStandsIn() {
    #expect(card.signature == "fit(x, share = 0.5, scope: layer, exact: false, seed:)")
  }

  @Test func whatIsNotGivenIsReadFromTheCard() throws {
    #expect(try reader().number("share", in: 0...1) == 0.5)
    #expect(try reader().boolean("exact") == false)
    let scope: Scope = try reader().choice("scope", kind: "scope")
    #expect(scope == .layer)
    #expect(!reader().has("seed"))
    #expect(reader(["seed": .number(3)]).has("seed"))
  }

  @Test func aValueOutsideItsDomainNamesBoth() {
    let error = #expect(throws: SettingError.self) {
      try reader(["share": .number(2)]).number("share", in: 0...1)
    }
    #expect(error?.code == "E0310")
    #expect(error?.headline == "`share` of `fit` goes from 0 to 1; it was 2")
  }

  @Test func numbersAreConvertedExactlyOrRefused() throws {
    #expect(try reader(["seed": .number(7)]).whole("seed", in: 0...9) == 7)
    for number in [1.5, .nan, .infinity, 1e300] {
      #expect(throws: SettingError.self) {
        try reader(["seed": .number(number)]).whole("seed", in: 0...9)
      }
    }
  }

  @Test func anOptionOfAnotherKindIsAnsweredWithTheChoices() {
    let error = #expect(throws: SettingError.self) {
      let _: Scope = try reader(["scope": .option("int8", Settings())]).choice(
        "scope", kind: "scope")
    }
    #expect(error?.headline == "`int8` is no scope")
    #expect(error?.notes == ["it can be layer, global"])
  }

  @Test func anErrorKnowsItsArgumentInItsOwnCallOnly() {
    let own = SettingError.notWhole("fit", "seed", 0.5)
    let other = SettingError.notWhole("int", "bits", 0.5)
    #expect(own.argument(of: card) == "seed")
    #expect(other.argument(of: card) == nil)
  }

  @Test func aMissingArgumentSaysWhatItAccepts() {
    let error = #expect(throws: SettingError.self) { try reader().option("x") }
    #expect(error?.code == "E0102")
    #expect(error?.headline == "`fit` needs `x`: a tensor")
  }
}
