import Catalog
import Compression
import Encodings
import Foundation
import Networks
import Tensors
import TestSupport
import Testing

/// Rows, kernels, blocks and N of M: exact counts, ties, edges, and what other programs keep.
@Suite struct StructureTests {
  private func kept(
    _ shape: Shape, _ scalars: [Float], _ structure: any Structure, _ share: Double? = 0.5,
    by criterion: any Criterion = MagnitudeCriterion()
  ) throws -> [Int] {
    var random = Random(seed: 0)
    let x = try EncodedTensor(Tensor(shape, scalars))
    let pruned = try Prune(share, by: criterion, structure: structure)(x, random: &random)
    return (0..<x.count).map { pruned.kept?[$0] == false ? 0 : 1 }
  }

  @Test func rowsAreRankedByTheirSumsAndTiesFallToTheFirst() throws {
    #expect(try kept([2, 2], [1, 9, 5, 4], Rows()) == [1, 1, 0, 0])
    #expect(try kept([4, 1], [1, -1, 1, 1], Rows()) == [0, 0, 1, 1])
    #expect(try kept([2, 3], [1, 5, 2, 1, 5, 1], Rows(axis: 1), 1 / 3) == [0, 1, 1, 0, 1, 1])
    // 2.5 rows of five go half to even: two.
    #expect(try kept([5, 1], [5, 4, 3, 2, 1], Rows()) == [1, 1, 1, 0, 0])
  }

  @Test func sumsDoNotLoseWhatAFloatWould() throws {
    // 2^24 + 1 is no float32, so a float sum would call both rows equal and take the first.
    #expect(try kept([2, 2], [16_777_216, 1, 16_777_216, 0], Rows()) == [1, 1, 0, 0])
  }

  @Test func blocksAtTheEdgesAreSmaller() throws {
    let ones = [Float](repeating: 1, count: 15)
    // 3×5 in blocks of 2×2: six blocks of 4 4 2 / 2 2 1 weights; three of them go.
    #expect(
      try kept([3, 5], ones, Blocks(2, 2)) == [1, 1, 1, 1, 0, 1, 1, 1, 1, 0, 0, 0, 1, 1, 0])
    #expect(try kept([3], [3, 1, 2], Blocks(1, 2)) == [1, 1, 0])
    #expect(try kept([2, 2], [1, 2, 3, 4], Blocks(9, 9), 1) == [0, 0, 0, 0])
  }

  @Test func kernelsAreThoseOfConvolutions() throws {
    #expect(
      try kept([2, 2, 1, 2], [9, 9, 1, 1, 2, 2, 7, 7], Kernels()) == [1, 1, 0, 0, 0, 0, 1, 1])
    #expect(throws: StructureError.noUnits("kernels", [4])) {
      try kept([4], [1, 2, 3, 4], Kernels())
    }
  }

  @Test func someOfEachGroupStay() throws {
    let two = try NOfM(2, of: 4)
    #expect(try kept([6], [1, 1, 1, 1, 5, 6], two, nil) == [0, 0, 1, 1, 1, 1])
    #expect(try kept([7], [4, 3, 2, 1, 1, 3, 2], two, nil) == [1, 1, 0, 0, 0, 1, 1])
    #expect(try kept([2, 2], [1, 2, 3, 4], NOfM(0, of: 1), nil) == [0, 0, 0, 0])
    #expect(throws: StructureError.amountNotTaken("nm(2, 4)")) { try kept([4], [1, 2, 3, 4], two) }
    #expect(throws: StructureError.keepsMore(4, of: 4)) { try NOfM(4, of: 4) }
  }

  @Test func whatIsPrunedAlreadyGoesFirst() throws {
    var random = Random(seed: 0)
    let negative = UserCriterion(needs: [.weight], text: "-|w|") {
      .scores(try $0.weight.mapped(.absolute).mapped(.negate))
    }
    let x = try EncodedTensor(Tensor([4, 1], [4, 3, 2, 1]))
    let half = try Prune(0.25)(x, random: &random)
    let more = try Prune(0.5, by: negative, structure: Rows())(half, random: &random)
    #expect(try more.values.scalars == [0, 3, 2, 0])
    #expect(try Prune(0.5, structure: Rows())(more, random: &random) == more)
    let groups = try Prune(nil, by: negative, structure: NOfM(2, of: 4))(half, random: &random)
    // Rows of one weight are groups of one, which keep what they have.
    #expect(try groups.values.scalars == [4, 3, 2, 0])
  }

  @Test func nothingOneAndAwkwardNumbersArePruned() throws {
    for structure in [Rows(), Blocks(2, 3), try NOfM(2, of: 4)] as [any Structure] {
      let share = structure.takesAmount ? 0.5 : nil
      #expect(try kept([0], [], structure, share).isEmpty)
      #expect(try kept([0, 3], [], structure, share).isEmpty)
      #expect(try kept([1], [7], structure, share) == [1])
      #expect(try kept([2, 1], [.infinity, 1], structure, share).first == 1)
      let tiny: [Float] = [.leastNonzeroMagnitude, 0, 0, 0]
      #expect(try kept([4, 1], tiny, structure, share).first == 1)
    }
    let opposed = UserCriterion(needs: [.weight], text: "w") { .scores($0.weight) }
    #expect(throws: StructureError.scoreNotANumber(unit: 1, structure: "rows")) {
      try kept([2, 2], [1, 2, .infinity, -.infinity], Rows(), by: opposed)
    }
  }

  @Test func oneRankingOfAllComparesMeans() throws {
    var random = Random(seed: 1)
    let model = try Model.input([2])
      .appending(Linear(Settings(["outputs": .number(2)])), random: &random)
      .appending(Linear(Settings(["outputs": .number(2)])), random: &random)
      .replacing("linear1.weight", with: Tensor([2, 2], [3, 3, 1, 1]))
      .replacing("linear2.weight", with: Tensor([2, 2], [2, 2, 4, 4]))
    let pruned = try Prune(0.5, scope: .global, structure: Rows())(model, random: &random)
    #expect(try pruned.parameter(named: "linear1.weight")?.tensor.scalars == [3, 3, 0, 0])
    #expect(try pruned.parameter(named: "linear2.weight")?.tensor.scalars == [0, 0, 4, 4])
  }

  /// `Fixtures/structures.txt`, made by structures.py with PyTorch 1.13.
  @Test func theSameElementsStayAsInPyTorchAndTFMOT() throws {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/structures.txt")
    let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    #expect(lines.count > 50)
    for line in lines {
      let words = line.split(separator: " ").map(String.init)
      let shape = Shape(words[1].split(separator: "x").compactMap { Int($0) })
      let weights = (0..<shape.count).map { index -> Float in
        let residue = (index * 7919 + 13) % 1009
        return Float(residue - 504) / 64
      }
      let wanted = words[words.count - 1].compactMap(\.wholeNumberValue)
      let numbers = words[2..<words.count - 1].compactMap(Double.init)
      if words[0] == "nm" {
        let structure = try NOfM(Int(numbers[0]), of: Int(numbers[1]))
        #expect(try kept(shape, weights, structure, nil) == wanted, "\(line)")
      } else {
        let squares = UserCriterion(needs: [.weight], text: "w^2") {
          .scores(try Tensor.apply(.multiply, $0.weight, $0.weight))
        }
        #expect(
          try kept(
            shape, weights, Rows(axis: Int(numbers[0])), numbers[2],
            by: numbers[1] == 1 ? MagnitudeCriterion() : squares) == wanted, "\(line)")
      }
    }
  }
}
