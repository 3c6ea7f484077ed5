import TestSupport
import Testing

@testable import Tensors

@Suite struct ReductionTests {
  private let x: [Float] = [1, 2, 3, 4, 5, 12]

  @Test(arguments: [
    (Reduction.sum, 0, [5, 7, 15] as [Float]), (.sum, 1, [6, 21]), (.mean, 1, [2, 7]),
    (.minimum, 0, [1, 2, 3]), (.maximum, 1, [3, 12]), (.product, 1, [6, 240]),
    (.any, 0, [1, 1, 1]), (.all, 1, [1, 1]),
  ])
  func axesFoldToHandWorkedNumbers(_ reduction: Reduction, _ axis: Int, _ expected: [Float]) throws
  {
    let tensor = try Tensor([2, 3], x)
    #expect(try tensor.reduced(reduction, axis: axis).scalars == expected)
    let kept = try tensor.reduced(reduction, axis: axis, keepingAxis: true)
    #expect(kept.shape == (axis == 0 ? [1, 3] : [2, 1]))
  }

  @Test func varianceIsThePopulations() throws {
    let tensor = try Tensor([2, 4, 4, 4, 5, 5, 7, 9])
    #expect(try tensor.folded(.variance) == 4)
    #expect(try tensor.folded(.standardDeviation) == 2)
    #expect(try Tensor([3, 4]).folded(.norm) == 5)
  }

  @Test func varianceOfLargeNumbersKeepsItsDigits() throws {
    #expect(try Tensor([1e7, 1e7 + 1, 1e7 + 2]).folded(.variance) == 2.0 / 3)
  }

  @Test func aMillionTenthsAddUpInDouble() throws {
    let sum = try Tensor.full([1_000_000], 0.1).folded(.sum)
    #expect(abs(sum - 1_000_000 * Double(Float(0.1))) < 1e-6)
  }

  @Test func sumsDoNotDependOnTheNumberOfThreads() throws {
    let tensor = try normalTensor([1_000_003])
    let two = try tensor.folded(.sum)
    // The same blocks, added by hand in the stated order.
    var total = 0.0
    tensor.withScalars { values in
      for start in stride(from: 0, to: values.count, by: 32_768) {
        var lanes = [Double](repeating: 0, count: 16)
        for index in start..<min(start + 32_768, values.count) {
          lanes[(index - start) % 16] += Double(values[index])
        }
        for half in [8, 4, 2, 1] {
          for lane in 0..<half { lanes[lane] += lanes[lane + half] }
        }
        total += lanes[0]
      }
    }
    #expect(two == total)
  }

  @Test func nothingHasASumButNoMean() throws {
    let empty = try Tensor.zeros([0])
    #expect(try empty.folded(.sum) == 0)
    #expect(try empty.folded(.product) == 1)
    #expect(throws: TensorError.emptyReduction("mean", [0])) { try empty.folded(.mean) }
    #expect(throws: TensorError.emptyReduction("min", [2, 0])) {
      try Tensor.zeros([2, 0]).reduced(.minimum, axis: 1)
    }
    #expect(try Tensor.zeros([2, 0]).reduced(.sum, axis: 1).scalars == [0, 0])
  }

  @Test func aNaNIsTheMinimumAndTheMaximum() throws {
    var numbers = [Float](repeating: 1, count: 40)
    numbers[33] = .nan
    let tensor = try Tensor(numbers)
    #expect(try tensor.folded(.minimum).isNaN)
    #expect(try tensor.folded(.maximum).isNaN)
    #expect(try tensor.folded(.sum).isNaN)
  }

  @Test func anAxisThatIsNotThereIsNamed() throws {
    let tensor = try Tensor([2, 3], x)
    let error = #expect(throws: TensorError.self) { try tensor.reduced(.sum, axis: 2) }
    #expect(error?.headline == "there is no axis 2 in 2×3")
    #expect(error?.notes == ["axes go from 0 to 1"])
  }

  @Test func theFirstOfEqualNumbersIsTheArgmax() throws {
    let tensor = try Tensor([2, 3], [1, 3, 3, 5, 2, 5])
    #expect(try tensor.argmax(axis: 1).scalars == [1, 0])
    #expect(try tensor.argmin(axis: 0).scalars == [0, 1, 0])
    #expect(try tensor.argmax().scalars == [3])
    #expect(try Tensor([1, .nan, 7]).argmax().scalars == [1])
  }
}
