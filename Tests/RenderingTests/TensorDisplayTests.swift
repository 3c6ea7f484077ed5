import Encodings
import Interpreter
import Tensors
import Testing

@testable import Rendering

@Suite struct TensorDisplayTests {
  private func shown(
    _ shape: Shape, _ scalars: [Float], _ options: DisplayOptions = .plain
  ) throws -> String {
    display(.tensor(try Tensor(shape, scalars)), options)
  }

  @Test func aVectorShowsShapeBytesZerosAndExtremes() throws {
    #expect(
      try shown([6], [0.42, -1.30, 0.07, 0.91, -0.55, 0]) == """
        f32[6]   24 B   16.7% zero   min −1.30   max 0.91
          0.42  −1.30  0.07  0.91  −0.55  0.00
        """)
  }

  @Test func columnsOfAMatrixAreAligned() throws {
    #expect(
      try shown([2, 3], [1, -20, 3, 400, 5, 6]) == """
        f32[2×3]   24 B   0% zero   min −20   max 400
            1  −20    3
          400    5    6
        """)
  }

  @Test func infinitiesAndNaNsAreCounted() throws {
    #expect(
      try shown([3], [.infinity, .nan, 1]).hasPrefix(
        "f32[3]   12 B   0% zero   min 1   max 1   1 ∞   1 NaN\n"))
  }

  @Test func higherRanksAreLabelledSlices() throws {
    #expect(
      try shown([2, 1, 2], [1, 2, 3, 4]) == """
        f32[2×1×2]   16 B   0% zero   min 1   max 4
        [0]
          1  2
        [1]
          3  4
        """)
  }

  @Test func anEmptyTensorIsItsHeader() throws {
    #expect(try shown([0, 3], []) == "f32[0×3]   0 B   empty")
  }

  @Test(arguments: [
    [1000, 1000], [200], [7, 300], [300, 7], [20, 20, 20], [3, 4, 5, 6], [1, 1, 1],
    [100_000, 1, 1],
  ])
  func everythingFitsTheScreen(dimensions: [Int]) throws {
    let options = DisplayOptions(width: 60, height: 20)
    let count = dimensions.reduce(1, *)
    let scalars = (0..<count).map { Float($0 % 997) / 100 - 3 }
    let lines = try shown(Shape(dimensions), scalars, options).split(separator: "\n")
    #expect(lines.count <= 20)
    #expect(lines.allSatisfy { columns(of: $0) <= 60 })
    // Enough is shown that a reader can see what was cut.
    #expect(lines.count > 1)
  }

  @Test func whatDoesNotFitIsMarkedInBothDirections() throws {
    let scalars = (0..<10_000).map { Float($0) }
    let lines = try shown([100, 100], scalars, DisplayOptions(width: 40, height: 10))
      .split(separator: "\n").map(String.init)
    #expect(lines.count == 9)
    #expect(lines[1].contains("…"))
    #expect(lines.contains { $0.contains("⋮") && $0.contains("⋱") })
    #expect(lines.last?.hasSuffix("9999") == true)
  }

  @Test func onlyWhatIsSeenIsRead() {
    var reads = 0
    let grid = TensorGrid(
      .init(
        dimensions: [10_000, 10_000],
        value: {
          reads += 1
          return Float($0)
        }, isPruned: { _ in false }), .plain)
    #expect(grid.lines().lines.count == 22)
    #expect(reads < 20_000)
  }

  @Test func aMaskShowsWords() throws {
    #expect(
      display(.mask(try Tensor([3], [1, 0, 1]))) == """
        mask[3]   2 of 3 true
          true  false  true
        """)
  }

  @Test func prunedZerosAreDotsAndRealOnesZeros() throws {
    let grid = TensorGrid(
      .init(dimensions: [2, 2], value: { [-0.46, 0, 0, 0.48][$0] }, isPruned: { $0 == 1 }), .plain)
    #expect(grid.lines().lines == ["  −0.46    ·", "   0.00   0.48"])
  }
}
