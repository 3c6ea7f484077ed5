import TestSupport
import Testing

@testable import Tensors

@Suite struct IndexingTests {
  private func counting(_ shape: Shape) throws -> Tensor {
    try Tensor(shape, (0..<shape.count).map { Float($0) })
  }

  @Test func anIndexDropsItsAxisAndARangeKeepsIt() throws {
    let x = try counting([2, 3, 4])
    let row = try x.sliced([.index(1), .range(0..<2)])
    #expect(row.shape == [2, 4] && row.scalars == [12, 13, 14, 15, 16, 17, 18, 19])
    let last = try x.sliced([.all, .list([2, 0]), .index(3)])
    #expect(last.shape == [2, 2] && last.scalars == [11, 3, 23, 15])
  }

  @Test func anEmptyRangeGivesAnEmptyTensor() throws {
    #expect(try counting([3, 2]).sliced([.range(1..<1)]).shape == [0, 2])
    #expect(try counting([3, 2]).sliced([.all, .list([])]).shape == [3, 0])
  }

  @Test func nothingIsClamped() throws {
    let x = try counting([3])
    #expect(throws: TensorError.indexOutside(3, axis: 0, length: 3)) { try x.sliced([.index(3)]) }
    #expect(throws: TensorError.indexOutside(-1, axis: 0, length: 3)) {
      try x.sliced([.list([-1])])
    }
    #expect(throws: TensorError.rangeOutside(1..<4, axis: 0, length: 3)) {
      try x.sliced([.range(1..<4)])
    }
    #expect(throws: TensorError.tooManyIndices(2, [3])) { try x.sliced([.all, .all]) }
  }

  @Test func aMaskSelectsInRowMajorOrder() throws {
    let x = try counting([2, 2])
    let mask = try Tensor([2, 2], [0, 1, 1, 0])
    #expect(try x.selected(byMask: mask).scalars == [1, 2])
    #expect(try x.selected(byMask: Tensor.zeros([2, 2])).shape == [0])
    #expect(throws: TensorError.shapesDiffer("[mask]", [2, 2], [2])) {
      try x.selected(byMask: Tensor.zeros([2]))
    }
  }

  @Test func replacingLeavesTheRest() throws {
    let x = try counting([2, 3])
    let changed = try x.replacing([.all, .index(1)], with: Tensor([-1, -2]))
    #expect(changed.scalars == [0, -1, 2, 3, -2, 5])
    #expect(try x.replacing([.index(0)], with: Tensor([9])).scalars == [9, 9, 9, 3, 4, 5])
    #expect(x.scalars == [0, 1, 2, 3, 4, 5])
    let mask = try Tensor([2, 3], [1, 0, 0, 0, 0, 1])
    #expect(try x.replacing(byMask: mask, with: Tensor([7, 8])).scalars == [7, 1, 2, 3, 4, 8])
    #expect(throws: TensorError.self) { try x.replacing([.index(0)], with: Tensor([1, 2])) }
  }

  @Test func whereChoosesElementByElement() throws {
    let mask = try Tensor([2, 1], [1, 0])
    let chosen = try Tensor.whereSelected(mask, Tensor([1, 2]), Tensor.zeros([1]))
    #expect(chosen.shape == [2, 2] && chosen.scalars == [1, 2, 0, 0])
  }

  @Test func transposingMovesEveryElement() throws {
    let x = try counting([2, 3, 4])
    let moved = try x.transposed([2, 0, 1])
    #expect(moved.shape == [4, 2, 3])
    for i in 0..<2 {
      for j in 0..<3 {
        for k in 0..<4 { #expect(moved[(k * 2 + i) * 3 + j] == x[(i * 3 + j) * 4 + k]) }
      }
    }
    #expect(try counting([2, 3]).transposed().scalars == [0, 3, 1, 4, 2, 5])
    #expect(try counting([300, 200]).transposed().transposed() == counting([300, 200]))
    #expect(throws: TensorError.notAPermutation([0, 0], [2, 3])) {
      try counting([2, 3]).transposed([0, 0])
    }
  }

  @Test func joiningKeepsTheOrder() throws {
    let a = try counting([2, 2])
    let b = try Tensor([2, 1], [8, 9])
    #expect(try Tensor.concatenated([a, b], axis: 1).scalars == [0, 1, 8, 2, 3, 9])
    #expect(throws: TensorError.cannotJoin([2, 2], [2, 1], axis: 0)) {
      try Tensor.concatenated([a, b], axis: 0)
    }
    let pile = try Tensor.stacked([a, a], axis: 2)
    #expect(pile.shape == [2, 2, 2] && pile.scalars == [0, 0, 1, 1, 2, 2, 3, 3])
  }

  @Test func reversingPaddingAndRepeatingMatchHandWorkedNumbers() throws {
    let x = try counting([2, 2])
    #expect(try x.reversed(axis: 1).scalars == [1, 0, 3, 2])
    #expect(try x.padded([(1, 0), (0, 1)], with: 7).scalars == [7, 7, 7, 0, 1, 7, 2, 3, 7])
    #expect(try x.repeated(2, axis: 0).scalars == [0, 1, 2, 3, 0, 1, 2, 3])
    #expect(try x.repeated(2, axis: 1).scalars == [0, 1, 0, 1, 2, 3, 2, 3])
  }

  @Test func oneHotRefusesWhatIsNoClass() throws {
    #expect(try Tensor([2, 0]).oneHot(classes: 3).scalars == [0, 0, 1, 1, 0, 0])
    #expect(throws: TensorError.notAClass(1.5, index: 1, classes: 3)) {
      try Tensor([0, 1.5]).oneHot(classes: 3)
    }
  }
}
