import Catalog
import Testing

@testable import Rendering

@Suite struct NumberTextTests {
  @Test(arguments: [
    (1.3, 2, "1.30"), (-0.464, 2, "−0.46"), (-0.001, 2, "0.00"), (2.5, 0, "2"), (3.5, 0, "4"),
    (.infinity, 2, "∞"), (-.infinity, 2, "−∞"), (.nan, 2, "NaN"), (-0.0, 1, "0.0"),
  ])
  func fixedDecimalsRoundTheExactValueAndZeroHasNoSign(value: Double, decimals: Int, text: String) {
    #expect(fixed(value, decimals) == text)
  }

  @Test(arguments: [
    (0, "0"), (999, "999"), (1000, "1,000"), (1_066_628, "1,066,628"), (-12_345, "−12,345"),
    (Int.min, "−9,223,372,036,854,775,808"),
  ])
  func wholeNumbersAreGroupedInThrees(value: Int, text: String) {
    #expect(grouped(value) == text)
  }

  @Test(arguments: [
    (0, 25, "0%"), (15, 25, "60%"), (1, 6, "16.7%"), (25, 25, "100%"), (1, 10_000, "<0.1%"),
    (9_999, 10_000, ">99.9%"), (0, 0, "0%"),
  ])
  func onlyNothingIsZeroPercentAndOnlyEverythingIsAHundred(part: Int, whole: Int, text: String) {
    #expect(percent(part, of: whole) == text)
  }

  @Test(arguments: [
    (2.14, "2.1 s"), (59.97, "1 min 00 s"), (185, "3 min 05 s"), (3720, "1 h 02 min"),
  ])
  func durationsAreSaidAsPeopleSayThem(seconds: Double, text: String) {
    #expect(duration(seconds) == text)
  }

  @Test func theLargestDoubleHasAllItsDigits() {
    #expect(fixed(.greatestFiniteMagnitude, 4).count == 309 + 5)
  }
}

@Suite struct NumberLayoutTests {
  private func texts(_ values: [Float]) -> [String] {
    let layout = NumberLayout(of: values)
    return values.map(layout.text)
  }

  @Test func everyNumberGetsTheDecimalsOfTheLongest() {
    #expect(texts([0.42, -1.3, 0]) == ["0.42", "−1.30", "0.00"])
  }

  @Test func decimalsStopAtFour() {
    #expect(texts([0.1857143, 1.5]) == ["0.1857", "1.5000"])
  }

  @Test func wholeNumbersNeverGetAnExponent() {
    #expect(texts([1, 1_000_000_000]) == ["1", "1000000000"])
  }

  @Test func oneExponentRuleHoldsForAll() {
    // 2 / 0.001 is more than 1000.
    #expect(texts([2, 0.001, 0]) == ["2e+00", "1e-03", "0"])
    #expect(texts([0.00001, 0.00002]) == ["1e-05", "2e-05"])
    #expect(texts([1.5, 0.0015]) == ["1.5000", "0.0015"])
  }

  @Test func infinityAndNaNChangeNothingForTheOthers() {
    #expect(texts([0.5, .infinity, .nan]) == ["0.5", "∞", "NaN"])
  }

  @Test func fullDigitsReadBack() {
    let values: [Float] = [0.1, 1 / 3, 0.7]
    let layout = NumberLayout(of: values, limit: 9)
    #expect(values.map { Float(layout.text($0)) } == values)
  }
}
