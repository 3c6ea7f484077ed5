import Foundation
import Formats
import Networks
import Tensors
import Testing

struct DataSetFolderTests {
  /// An IDX file of bytes.
  private func idx(_ lengths: [UInt8], _ bytes: [UInt8]) -> [UInt8] {
    [0, 0, 8, UInt8(lengths.count)] + lengths.flatMap { [0, 0, 0, $0] } + bytes
  }

  private func set(in folder: TemporaryFolder, _ path: String = ".") throws -> DataSet {
    guard case .dataSet(let set) = try folder.access.load(path).content else {
      throw WrongContent()
    }
    return set
  }

  private func fill(_ folder: TemporaryFolder) throws {
    try folder.write(idx([2, 2, 2], [0, 51, 102, 255, 1, 2, 3, 4]), "train-images-idx3-ubyte")
    try folder.write(idx([2], [3, 7]), "train-labels-idx1-ubyte")
    try folder.write(idx([1, 2, 2], [255, 0, 0, 0]), "t10k-images.idx3-ubyte")
    try folder.write(idx([1], [1]), "t10k-labels.idx1-ubyte")
  }

  @Test func theFourFilesOfMNISTAreADataSet() throws {
    let folder = try TemporaryFolder()
    try fill(folder)
    let set = try set(in: folder)
    #expect(set.train.images.shape == [2, 1, 2, 2])
    #expect(set.train.images.scalars.prefix(4) == [0, 0.2, 0.4, 1])
    #expect(set.train.labels.scalars == [3, 7])
    #expect(set.test.count == 1)
  }

  @Test func aFolderWithoutOneOfThemNamesIt() throws {
    let folder = try TemporaryFolder()
    try fill(folder)
    try FileManager.default.removeItem(atPath: folder.path + "/train-labels-idx1-ubyte")
    let error = folder.failure(".")
    #expect(error?.code == "E0510")
    #expect(error?.headline.contains("there is no train-labels-idx1-ubyte") == true)
  }

  @Test func labelsThatAreNotAsManyAreDamage() throws {
    let folder = try TemporaryFolder()
    try fill(folder)
    try folder.write(idx([3], [1, 2, 3]), "train-labels-idx1-ubyte")
    #expect(folder.failure(".")?.headline.contains("expected 2 labels") == true)
  }

  /// A record of CIFAR-10 whose planes are filled with one byte each.
  private func record(_ label: UInt8, _ planes: [UInt8]) -> [UInt8] {
    [label] + planes.flatMap { [UInt8](repeating: $0, count: 1024) }
  }

  @Test func cifarBatchesAreReadInOrder() throws {
    let folder = try TemporaryFolder()
    try folder.write(record(6, [255, 51, 0]), "data_batch_1.bin")
    try folder.write(record(9, [0, 0, 255]) + record(0, [0, 0, 0]), "data_batch_2.bin")
    try folder.write(record(3, [1, 2, 3]), "test_batch.bin")
    let set = try set(in: folder)
    #expect(set.train.images.shape == [3, 3, 32, 32])
    #expect(set.train.labels.scalars == [6, 9, 0])
    #expect(set.train.classNames[6] == "frog")
    let pixels = set.train.images.scalars
    #expect([pixels[0], pixels[1024], pixels[2048], pixels[3072 + 2048]] == [1, 0.2, 0, 1])
  }

  @Test func oneBatchIsLabeledData() throws {
    let folder = try TemporaryFolder()
    // Label 0 and black pixels: the beginning that an IDX file has as well.
    try folder.write(record(0, [0, 0, 0]), "data_batch_1.bin")
    guard case .labeled(let data) = try folder.access.load("data_batch_1.bin").content else {
      throw WrongContent()
    }
    #expect(data.count == 1)
  }

  @Test func aCutRecordAndAWrongLabelNameTheirPlace() throws {
    let folder = try TemporaryFolder()
    try folder.write(Array((record(1, [0, 0, 0]) + record(2, [0, 0, 0])).dropLast()), "a.bin")
    #expect(
      folder.failure("a.bin")
        == .truncated(
          path: folder.path + "/a.bin", expected: "a record of CIFAR-10", needs: 3073, has: 3072,
          offset: 3073))
    try folder.write(record(1, [0, 0, 0]) + record(10, [0, 0, 0]), "b.bin")
    #expect(
      folder.failure("b.bin")
        == .damaged(
          path: folder.path + "/b.bin", expected: "a label 0…9 at the start of a record",
          found: "10", offset: 3073))
  }

  @Test func filesOfNoKnownFormatShowHowTheyBegin() throws {
    let folder = try TemporaryFolder()
    try folder.write([0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10, 0], "picture.png")
    #expect(folder.failure("picture.png")?.headline.hasSuffix("89 50 4e 47 0d 0a 1a 0a") == true)
    try folder.write([], "nothing.npy")
    #expect(folder.failure("nothing.npy")?.code == "E0501")
  }

  @Test func containersAreHandedOnUnread() throws {
    let folder = try TemporaryFolder()
    try folder.write([1, 2, 3], "net.espm")
    guard case .container(let source) = try folder.access.load("net.espm").content else {
      throw WrongContent()
    }
    #expect(source.left == 3)
    #expect(try source.next(10) == [1, 2, 3])
    #expect(source.left == 0)
    #expect(try source.next(10) == [])
  }
}
