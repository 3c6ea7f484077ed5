import Testing

@testable import Interpreter

@Suite struct TextFormTests {
  @Test(arguments: [
    (1.0 / 3, "0.3333333"), (-2.2, "-2.2"), (-0.0, "0"), (65536, "65536"),
    (1e15, "1000000000000000"),
    (0.1 + 0.2, "0.3"), (1e-7, "1e-7"), (1.5e-10, "1.5e-10"), (123456.789, "123456.8"),
    (1e20, "100000000000000000000"), (1e21, "1e21"), (1.5e300, "1.5e300"), (-1e-5, "-1e-5"),
    (Double.nan, "NaN"), (.infinity, "∞"), (-.infinity, "-∞"), (99999999.5, "1e8"),
  ])
  func aNumberIsWholeInFullOrSevenDigits(number: Double, text: String) {
    #expect(textForm(number) == text)
  }

  @Test func aHundredItemsAreShownThenDots() throws {
    let short = try Value.list((0..<100).map { .number(Double($0)) })
    #expect(!short.text.contains("…"))
    let long = try Value.list((0..<101).map { .number(Double($0)) })
    #expect(long.text.hasSuffix("98, 99, …]"))
  }

  @Test func nestedListsStopAfterAHundredItemsInAll() throws {
    let row = try Value.list((0..<60).map { .number(Double($0)) })
    #expect(try Value.list([row, row, row]).text.hasSuffix("38, 39, …], …]"))
  }

  @Test func stringsAreQuotedInsideLists() throws {
    #expect(Value.string("a").text == "a")
    #expect(try Value.list([.string("a\n\"b\"")]).text == #"["a\n\"b\""]"#)
  }
}
