import Formats
import Networks
import TestSupport
import Tensors
import Testing

struct NumPyTests {
  /// What make_fixtures.py saved, as NumPy rounds it to float32.
  private static let grid: [Float] = [1.5, -2.25, 3, 0, 1e-3, 6.5e4]

  private func load(_ name: String, _ options: LoadOptions = LoadOptions()) throws -> Tensor {
    let folder = try TemporaryFolder()
    try folder.write(try fixture(name), name)
    return try folder.tensor(name, options)
  }

  @Test func floatsOfEitherWidthAndOrderAreRead() throws {
    #expect(try load("float32.npy") == Tensor([2, 3], Self.grid))
    #expect(try load("float64-big.npy") == Tensor([2, 3], Self.grid))
    // float16 holds 1e-3 as 1049·2⁻²⁰ and 65000 as 64992.
    let half = try load("float16.npy")
    #expect(half.scalars == [1.5, -2.25, 3, 0, 1049 * 0x1p-20, 64992])
  }

  @Test func theFirstAxisMayVaryFastestInTheFile() throws {
    let tensor = try load("fortran.npy")
    #expect(tensor.shape == [2, 3, 4])
    #expect(tensor.scalars == (0..<24).map(Float.init))
  }

  @Test func integersAndBooleansAreRead() throws {
    // 2²⁴ + 1 lies between two floats and goes to the even one.
    #expect(try load("int64.npy").scalars == [-3, 0x1p40, 7, 16_777_216])
    #expect(try load("int16-big.npy").scalars == [-32768, 258, 7])
    #expect(try load("uint8.npy").scalars == [250, 251, 252, 253, 254, 255])
    #expect(try load("bool.npy").scalars == [1, 0, 1])
  }

  @Test func anArrayWithoutAxesGetsOne() throws {
    #expect(try load("scalar.npy") == Tensor([1], [42]))
  }

  @Test func anArrayMayBeEmpty() throws {
    #expect(try load("empty.npy").shape == [0, 3])
  }

  @Test func complexNumbersAreRefusedByName() throws {
    let folder = try TemporaryFolder()
    try folder.write(try fixture("complex.npy"), "c.npy")
    #expect(folder.failure("c.npy")?.headline.contains("element type '<c16'") == true)
  }

  @Test func anArchiveGivesTheArrayAskedFor() throws {
    #expect(try load("stored.npz", .init(array: "weight")).scalars == Self.grid)
    #expect(try load("stored.npz", .init(array: "bias")).scalars == [1, 2])
    #expect(try load("deflated.npz") == Tensor.zeros([40, 50]))
  }

  @Test func anArchiveOfSeveralArraysAsksForOne() throws {
    let folder = try TemporaryFolder()
    try folder.write(try fixture("stored.npz"), "w.npz")
    let error = folder.failure("w.npz")
    #expect(error?.headline == "\(folder.path)/w.npz holds 2 arrays: weight, bias")
    #expect(error?.help == ["name one: `array: \"weight\"`"])
    #expect(
      folder.failure("w.npz", .init(array: "v"))?.headline.hasSuffix(
        "holds no array \"v\"; it holds weight, bias") == true)
  }

  @Test func theFourArraysOfKerasAreADataSet() throws {
    let folder = try TemporaryFolder()
    try folder.write(try fixture("keras.npz"), "tiny.npz")
    guard case .dataSet(let set) = try folder.access.load("tiny.npz").content else {
      throw WrongContent()
    }
    #expect(set.train.images.shape == [6, 1, 3, 4])
    #expect(try set.test.images == Tensor.ones([3, 1, 3, 4]))
    #expect(set.test.labels.scalars == [2, 1, 0])
  }

  @Test func aClaimOfAThousandBillionElementsTakesNoMemory() throws {
    let folder = try TemporaryFolder()
    var bytes = try fixture("float32.npy")
    let shape = Array("(2, 3), }".utf8)
    let wide = Array("(1000000000000,), }".utf8)
    let at = try #require(bytes.indices.first { bytes[$0...].starts(with: shape) })
    bytes.replaceSubrange(at..<at + wide.count, with: wide)  // over the header's padding
    try folder.write(bytes, "t.npy")
    guard case .truncated(_, _, let needs, let has, _)? = folder.failure("t.npy") else {
      Issue.record("not cut short")
      return
    }
    #expect((needs, has) == (4_000_000_000_000, 24))
  }

  @Test func aChecksumThatDoesNotFitIsDamage() throws {
    let folder = try TemporaryFolder()
    var bytes = try fixture("stored.npz")
    let element = Array("NUMPY".utf8)
    let at = try #require(bytes.indices.first { bytes[$0...].starts(with: element) })
    bytes[at + 125] ^= 1  // within the elements of the first array, behind 128 − 1 bytes of header
    try folder.write(bytes, "w.npz")
    #expect(
      folder.failure("w.npz", .init(array: "weight"))?.headline.contains("expected checksum")
        == true)
  }

  @Test(arguments: [
    "float32.npy", "fortran.npy", "stored.npz", "deflated.npz", "keras.npz", "bytes-idx2-ubyte.gz",
  ])
  func noDamageGetsFurtherThanAnError(name: String) throws {
    // Every shorter file, and every byte turned: read, or refused with a described error.
    let folder = try TemporaryFolder()
    let whole = try fixture(name)
    let options = LoadOptions(array: name == "stored.npz" ? "weight" : nil)
    for length in 0..<whole.count {
      try folder.write(Array(whole[..<length]), name)
      #expect(throws: FileError.self) { try folder.access.load(name, options) }
    }
    for at in whole.indices {
      var bytes = whole
      bytes[at] ^= 0xFF
      try folder.write(bytes, name)
      do {
        _ = try folder.access.load(name, options)
      } catch {
        #expect(error is FileError || error is DataError || error is LimitError)
      }
    }
  }
}
