import Testing

@testable import Lessons

struct OutputMatchTests {
  @Test func threeDotsStandForAnyLines() {
    #expect(matches(["a", "b", "c", "d"], ["a", "...", "d"], tolerance: nil))
    #expect(matches(["a", "d"], ["a", "...", "d"], tolerance: nil))
    #expect(!matches(["a", "b"], ["a", "...", "d"], tolerance: nil))
    #expect(matches([], ["..."], tolerance: nil))
  }

  @Test func withoutToleranceEveryDigitCounts() {
    #expect(!matches(["94.6%"], ["94.5%"], tolerance: nil))
    #expect(matches(["94.6%   "], ["94.6%"], tolerance: nil))
  }

  @Test func toleranceIsForNumbersWithAPoint() {
    #expect(matches(["accuracy   94.6%"], ["accuracy 94.1%"], tolerance: 0.02))
    #expect(!matches(["accuracy 94.6%"], ["accuracy 90.0%"], tolerance: 0.02))
    #expect(!matches(["1,066,628 B"], ["1,066,629 B"], tolerance: 0.02))
    #expect(!matches(["loss 0.5"], ["cost 0.5"], tolerance: 0.02))
  }

  @Test func missingAndSurplusLinesAreSeen() {
    #expect(!matches(["a"], ["a", "b"], tolerance: 0.1))
    #expect(!matches(["a", "b"], ["a"], tolerance: 0.1))
  }
}
