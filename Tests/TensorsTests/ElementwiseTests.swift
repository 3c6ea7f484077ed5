import TestSupport
import Testing

@testable import Tensors

@Suite struct ElementwiseTests {
  @Test(arguments: [
    (BinaryOperation.add, [3, -2, 5] as [Float]), (.subtract, [-1, -2, 1]), (.multiply, [2, 0, 6]),
    (.divide, [0.5, -.infinity, 1.5]), (.power, [1, 1, 9]), (.minimum, [1, -2, 2]),
    (.maximum, [2, 0, 3]), (.equal, [0, 0, 0]), (.less, [1, 1, 0]), (.greaterOrEqual, [0, 0, 1]),
    (.and, [1, 0, 1]), (.or, [1, 1, 1]),
  ])
  func operationsMatchHandWorkedNumbers(_ operation: BinaryOperation, _ expected: [Float]) throws {
    let a = try Tensor([1, -2, 3])
    let b = try Tensor(operation == .divide ? [2, 0, 2] : [2, 0, 2])
    #expect(try Tensor.apply(operation, a, b).scalars == expected)
  }

  @Test func moduloTakesTheDivisorsSign() throws {
    let a = try Tensor([7, -7, 7, -7, 6])
    let b = try Tensor([3, 3, -3, -3, 3])
    #expect(try Tensor.apply(.modulo, a, b).scalars == [1, 2, -2, -1, 0])
  }

  @Test func aNaNWinsMinimumAndMaximumFromEitherSide() throws {
    let a = try Tensor([.nan, 1, 2])
    let b = try Tensor([1, .nan, 3])
    for operation in [BinaryOperation.minimum, .maximum] {
      let result = try Tensor.apply(operation, a, b)
      #expect(result[0].isNaN && result[1].isNaN && !result[2].isNaN)
    }
  }

  @Test func shapesMatchFromTheLastAxis() throws {
    let a = try Tensor([2, 1, 3], [1, 2, 3, 4, 5, 6])
    let b = try Tensor([2, 1], [10, 20])
    let sum = try Tensor.apply(.add, a, b)
    #expect(sum.shape == [2, 2, 3])
    #expect(sum.scalars == [11, 12, 13, 21, 22, 23, 14, 15, 16, 24, 25, 26])
  }

  @Test func mismatchedShapesNameBothAndTheFix() throws {
    let a = try Tensor.zeros([4, 3])
    let b = try Tensor.zeros([4])
    let error = #expect(throws: TensorError.self) { try Tensor.apply(.add, a, b) }
    #expect(error == .cannotBroadcast("+", [4, 3], [4]))
    #expect(error?.headline == "the shapes 4×3 and 4 do not match in `+`")
    #expect(error?.help == ["give the right one an axis of length 1: `reshape(…, 4, 1)`"])
  }

  @Test func aNumberMeetsEveryElementFromEitherSide() throws {
    let x = try Tensor([1, 2, 4])
    #expect(try Tensor.apply(.divide, 8, x).scalars == [8, 4, 2])
    #expect(try Tensor.apply(.divide, x, 8).scalars == [0.125, 0.25, 0.5])
  }

  @Test func emptyTensorsStayEmpty() throws {
    let empty = try Tensor.zeros([0, 3])
    #expect(try Tensor.apply(.add, empty, Tensor.zeros([3])).shape == [0, 3])
    #expect(try empty.mapped(.exponential).count == 0)
  }

  @Test func aHalfRoundsToTheEvenNumber() throws {
    let x = try Tensor([0.5, 1.5, 2.5, -0.5, -1.5, 2.500001, .infinity])
    #expect(try x.mapped(.roundHalfToEven).scalars == [0, 2, 2, -0.0, -2, 3, .infinity])
  }

  @Test func signOfNaNIsNaNAndOfZeroIsZero() throws {
    let x = try Tensor([-3, 0, 5, .nan]).mapped(.sign)
    #expect(Array(x.scalars[..<3]) == [-1, 0, 1])
    #expect(x[3].isNaN)
  }

  @Test func manyElementsOnSeveralThreadsAreAllWritten() throws {
    let count = 300_001
    let x = try Tensor([count], (0..<count).map { Float($0) })
    let doubled = try Tensor.apply(.add, x, x)
    #expect(doubled.scalars.enumerated().allSatisfy { $1 == Float(2 * $0) })
  }
}
