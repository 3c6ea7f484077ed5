import Tensors
import TestSupport
import Testing

/// Singular values against numpy.linalg.svd, and by what defines them.
@Suite struct SingularValueTests {
  @Test func aMatrixByHand() throws {
    // WᵀW = [[25, 20], [20, 25]] has the eigenvalues 45 and 5.
    let svd = try SingularValues(Tensor([2, 2], [3, 0, 4, 5]))
    #expect(abs(svd.values[0] - 45.0.squareRoot()) < 1e-14)
    #expect(abs(svd.values[1] - 5.0.squareRoot()) < 1e-14)
    #expect(abs(svd.energy(rank: 1) - 0.9) < 1e-15)
    #expect(svd.rank(energy: 0.9 - 1e-12) == 1)
    #expect(svd.rank(energy: 0.91) == 2)
    let (left, right) = try svd.factors(rank: 1)
    // u = (1, 3)/√10, v = (1, 1)/√2, σ u = (√4.5, 3√4.5)
    #expect(isClose(left, try Tensor([2, 1], [2.1213203, 6.363961])))
    #expect(isClose(right, try Tensor([1, 2], [0.70710678, 0.70710678])))
  }

  @Test func fullRankGivesTheMatrixBack() throws {
    for shape in [[1, 1], [5, 3], [3, 5], [40, 40], [1, 7], [60, 9]] as [Shape] {
      let matrix = try normalTensor(shape, seed: 3)
      let svd = try SingularValues(matrix)
      #expect(svd.values == svd.values.sorted(by: >))
      let (left, right) = try svd.factors(rank: min(shape[0], shape[1]))
      #expect(isClose(try left.matrixProduct(right), matrix, absolute: 1e-5), "\(shape)")
      let squares = matrix.scalars.reduce(0) { $0 + Double($1) * Double($1) }
      #expect(abs(svd.values.reduce(0) { $0 + $1 * $1 } / squares - 1) < 1e-12)
    }
  }

  @Test func awkwardMatrices() throws {
    let zero = try SingularValues(Tensor.zeros([3, 4]))
    #expect(zero.values == [0, 0, 0])
    #expect(zero.energy(rank: 1) == 1)
    #expect(zero.rank(energy: 1) == 1)
    #expect(try zero.factors(rank: 2).left == Tensor.zeros([3, 2]))
    let ones = try SingularValues(Tensor.full([4, 9], 2))
    #expect(abs(ones.values[0] - 12) < 1e-13)
    #expect(ones.values.dropFirst().allSatisfy { $0 < 1e-13 })
    let empty = try SingularValues(Tensor.zeros([0, 3]))
    #expect(empty.values.isEmpty)
    let huge = try SingularValues(Tensor([2, 1], [3e38, -3e38]))
    #expect(abs(huge.values[0] / (2.0.squareRoot() * Double(Float(3e38))) - 1) < 1e-14)
    let tiny = Float.leastNonzeroMagnitude
    #expect(try SingularValues(Tensor([1, 2], [tiny, 0])).values == [Double(tiny)])
    // Equal values keep the order of the columns, signs are fixed.
    let (left, right) = try SingularValues(Tensor([2, 2], [0, -1, -1, 0])).factors(rank: 2)
    #expect(left.scalars == [0, 1, 1, 0])
    #expect(right.scalars == [-1, 0, 0, -1])
  }

  @Test func theSameAsNumPy() throws {
    // numpy.linalg.svd(((i * 37 + 11) % 101 - 50) / 16, i = 0…34, as 7×5)[1]
    let numbers = (0..<35).map { Float(($0 * 37 + 11) % 101 - 50) / 16 }
    let svd = try SingularValues(Tensor([7, 5], numbers))
    let expected = [
      6.504071634736557, 6.345600307727024, 3.9947706540683336, 3.5497654703484813,
      1.7139975734247939,
    ]
    #expect(zip(svd.values, expected).allSatisfy { abs($0 - $1) < 1e-13 })
  }
}
