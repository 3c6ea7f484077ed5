import Networks
import Tensors
import Testing

struct LabeledDataTests {
  private func data(_ labels: [Float], _ names: [String]? = nil) throws -> LabeledData {
    let count = labels.count
    return try LabeledData(
      name: "few", images: Tensor([count, 2], (0..<2 * count).map(Float.init)),
      labels: Tensor([count], labels), classNames: names)
  }

  @Test func classesAreCountedByTheLargestLabel() throws {
    let few = try data([0, 3, 1])
    #expect(few.classCount == 4)
    #expect(few.classNames == ["0", "1", "2", "3"])
    #expect(few.exampleShape == [2])
  }

  @Test(arguments: [0.5, -1, .nan, .infinity, 1e30] as [Float])
  func aLabelThatIsNoClassNumberIsRefused(label: Float) {
    let error = #expect(throws: DataError.self) { try data([0, label]) }
    #expect(error?.code == "E0307")
  }

  @Test func aLabelBeyondTheNamedClassesIsRefused() {
    #expect(throws: DataError.self) { try data([0, 2], ["no", "yes"]) }
  }

  @Test func imagesAndLabelsMustBeAsMany() {
    let error = #expect(throws: DataError.self) {
      try LabeledData(
        name: "odd", images: Tensor([2, 2], [1, 2, 3, 4]), labels: Tensor([3], [0, 1, 2]))
    }
    #expect(error?.headline == "images of shape 2×2 and labels of shape 3 do not belong together")
  }

  @Test func subsetsKeepTheOrder() throws {
    let few = try data([1, 0, 1, 1, 0])
    #expect(try few.subset(first: 2).labels.scalars == [1, 0])
    let two = try few.subset(perClass: 2)
    #expect(two.labels.scalars == [1, 0, 1, 0])
    #expect(two.images.scalars == [0, 1, 2, 3, 4, 5, 8, 9])
    #expect(try few.examples(at: [4, 0, 4]).images.scalars == [8, 9, 0, 1, 8, 9])
  }

  @Test func aSubsetKeepsItsClasses() throws {
    #expect(try data([0, 1, 2]).subset(first: 1).classCount == 3)
  }

  @Test func askingForMoreThanThereIsNamesBothCounts() throws {
    let few = try data([1, 0, 1])
    #expect(throws: DataError.self) { try few.subset(first: 4) }
    #expect(throws: DataError.self) { try few.subset(first: 0) }
    #expect(throws: DataError.self) { try few.examples(at: [0, 3]) }
    #expect(throws: DataError.self) { try few.examples(at: []) }
    let error = #expect(throws: DataError.self) { try few.subset(perClass: 2) }
    #expect(error?.headline == "`few` has 1 example of class 0; 2 were asked for")
  }
}
