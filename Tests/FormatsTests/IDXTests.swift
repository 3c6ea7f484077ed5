import Formats
import Tensors
import Testing

struct IDXTests {
  /// Bytes 1…6 of shape 2×3.
  private let small: [UInt8] = [0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6]

  @Test func bytesAreReadInTheirShape() throws {
    let folder = try TemporaryFolder()
    try folder.write(small, "t-idx2-ubyte")
    let tensor = try folder.tensor("t-idx2-ubyte")
    #expect(tensor.shape == [2, 3])
    #expect(tensor.scalars == [1, 2, 3, 4, 5, 6])
  }

  @Test func gzippedFilesAreUnpacked() throws {
    let folder = try TemporaryFolder()
    try folder.write(try fixture("bytes-idx2-ubyte.gz"), "t.gz")
    #expect(try folder.tensor("t.gz").scalars == [1, 2, 3, 4, 5, 255])
  }

  @Test func widerElementsAreBigEndian() throws {
    let folder = try TemporaryFolder()
    try folder.write([0, 0, 0x0B, 1, 0, 0, 0, 2, 0x01, 0x02, 0xFF, 0xFE], "i16")
    #expect(try folder.tensor("i16").scalars == [258, -2])
    try folder.write([0, 0, 0x0D, 1, 0, 0, 0, 1, 0x3F, 0xC0, 0, 0], "f32")
    #expect(try folder.tensor("f32").scalars == [1.5])
    try folder.write([0, 0, 0x0E, 1, 0, 0, 0, 1, 0xBF, 0xF8, 0, 0, 0, 0, 0, 0], "f64")
    #expect(try folder.tensor("f64").scalars == [-1.5])
  }

  @Test func aFileCutShortNamesWhatIsMissingAndWhere() throws {
    let folder = try TemporaryFolder()
    try folder.write(Array(small.dropLast(2)), "t")
    let error = folder.failure("t")
    #expect(
      error?.headline == "\(folder.path)/t is cut short: 2×3 elements should take 6 bytes "
        + "from byte 12, and 4 are there")
    #expect(error?.code == "E0504")
  }

  @Test func aClaimOfAThousandBillionElementsTakesNoMemory() throws {
    let folder = try TemporaryFolder()
    // 10⁶ × 10⁶ bytes in a file of 16.
    try folder.write([0, 0, 8, 2, 0, 0x0F, 0x42, 0x40, 0, 0x0F, 0x42, 0x40, 1, 2, 3, 4], "t")
    guard case .truncated(_, _, let needs, let has, let offset)? = folder.failure("t") else {
      Issue.record("not cut short")
      return
    }
    #expect((needs, has, offset) == (1_000_000_000_000, 4, 12))
  }

  @Test func lengthsWhoseProductOverflowsAreDamage() throws {
    let folder = try TemporaryFolder()
    try folder.write([0, 0, 0x0E, 3] + [UInt8](repeating: 0xFF, count: 12), "t")
    #expect(folder.failure("t")?.code == "E0505")
  }

  @Test func bytesBehindTheElementsAreDamage() throws {
    let folder = try TemporaryFolder()
    try folder.write(small + [7, 8], "t")
    #expect(
      folder.failure("t")?.headline
        == "\(folder.path)/t is damaged at byte 18: expected the end after 2×3 elements, "
        + "found 2 bytes more")
  }

  @Test func aDamagedGzipFileSaysWhereAndHow() throws {
    let folder = try TemporaryFolder()
    var packed = try fixture("bytes-idx2-ubyte.gz")
    try folder.write(Array(packed.dropLast(9)), "short.gz")
    #expect(folder.failure("short.gz")?.code == "E0504")
    packed[packed.count - 6] ^= 0xFF  // a byte of the checksum
    try folder.write(packed, "wrong.gz")
    #expect(folder.failure("wrong.gz")?.headline.contains("incorrect data check") == true)
  }
}
