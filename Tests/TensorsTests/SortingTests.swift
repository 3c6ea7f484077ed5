import TestSupport
import Testing

@testable import Tensors

@Suite struct SortingTests {
  @Test func sortsAlongEitherAxis() throws {
    let x = try Tensor([2, 3], [3, 1, 2, 0, 5, 4])
    #expect(try x.sorted(axis: 1).scalars == [1, 2, 3, 0, 4, 5])
    #expect(try x.sorted(axis: 1, descending: true).scalars == [3, 2, 1, 5, 4, 0])
    #expect(try x.sorted(axis: 0).scalars == [0, 1, 2, 3, 5, 4])
  }

  @Test func equalNumbersKeepTheirOrderBothWays() throws {
    let x = try Tensor([2, 1, 2, 1, 0, -0.0])
    #expect(try x.sortedPositions(axis: 0).scalars == [4, 5, 1, 3, 0, 2])
    #expect(try x.sortedPositions(axis: 0, descending: true).scalars == [0, 2, 1, 3, 4, 5])
  }

  @Test func NaNsComeLastBothWays() throws {
    let x = try Tensor([.nan, 1, -.infinity, .nan, .infinity])
    #expect(try x.sortedPositions(axis: 0).scalars == [2, 1, 4, 0, 3])
    #expect(try x.sortedPositions(axis: 0, descending: true).scalars == [4, 1, 2, 0, 3])
  }

  @Test func manyNumbersSortLikeTheStandardLibrary() throws {
    let x = try normalTensor([20_000])
    #expect(try x.sorted(axis: 0).scalars == x.scalars.sorted())
    let order = try x.sortedPositions(axis: 0).scalars
    #expect(order.map { x[Int($0)] } == x.scalars.sorted())
  }

  @Test func topkIsInOrderAndFirstOfEqualComesFirst() throws {
    let x = try Tensor([1, 5, 5, 2])
    let top = try x.topk(3, axis: 0)
    #expect(top.values.scalars == [5, 5, 2] && top.positions.scalars == [1, 2, 3])
    #expect(try x.topk(2, axis: 0, .smallest).values.scalars == [1, 2])
    #expect(throws: TensorError.outsideDomain("k", 5, allowed: "0 to 4")) {
      try x.topk(5, axis: 0)
    }
  }

  @Test(
    arguments: [
      [0.0, 1.0], [1, 4], [0.5, 2.5], [0.25, 1.75], [0.1, 1.3], [1.0 / 3, 2],
    ] as [[Double]])
  func quantilesLieOnTheLineBetweenNeighbours(_ pair: [Double]) throws {
    // numpy.quantile([3, 1, 4, 2], share), float64, rounded.
    let quantile = try Tensor([3, 1, 4, 2]).quantile(pair[0])
    #expect(floatsBetween(quantile[0], Float(pair[1])) <= 1)
  }

  @Test func quantilesOfOneNumberAreItAndOfNaNsNaN() throws {
    #expect(try Tensor([7]).quantile(0.3).scalars == [7])
    #expect(try Tensor([7, .nan]).quantile(0.3)[0].isNaN)
    #expect(try Tensor([.infinity, .infinity]).quantile(0.5).scalars == [.infinity])
    #expect(throws: TensorError.self) { try Tensor([1]).quantile(1.5) }
    #expect(throws: TensorError.self) { try Tensor([0], []).quantile(0.5) }
  }

  @Test func quantilesAlongAnAxisMatchTheirRows() throws {
    let x = try Tensor([2, 3], [1, 2, 9, 6, 5, 4])
    #expect(try x.quantile(0.5, axis: 1).scalars == [2, 5])
    #expect(try x.quantile(0.5, axis: 0, keepingAxis: true) == Tensor([1, 3], [3.5, 3.5, 6.5]))
  }

  @Test func theLastBinHoldsItsEnd() throws {
    let (counts, edges) = try Tensor([0, 1, 2, 3, 4, .nan]).histogram(bins: 2)
    #expect(counts == [2, 3] && edges == [0, 2, 4])
    #expect(try Tensor([5, 5]).histogram(bins: 1).edges == [4.5, 5.5])
    #expect(try Tensor([-1, 0.5, 9]).histogram(bins: 1, range: 0...1).counts == [1])
    #expect(try Tensor([0], []).histogram(bins: 3).counts == [0, 0, 0])
  }
}
