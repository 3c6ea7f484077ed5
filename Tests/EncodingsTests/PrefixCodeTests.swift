import CKernels
import Tensors
import TestSupport
import Testing

@testable import Encodings

/// Many Huffman codes at a time: the bits that writing one after the other gives, and back.
@Suite(.serialized, .ownKernels) struct PrefixCodeTests {
  /// Symbols of a bell, of few, of one in ten, of two only, and of one.
  private func symbols(_ kind: Int, count: Int) -> [Int32] {
    var random = Random(seed: UInt64(kind) + 1)
    return (0..<count).map { index in
      switch kind {
      case 0: Int32(random.below(86) + random.below(86) + random.below(84)) - 126
      case 1: Int32(random.below(256)) - 128
      case 2: random.below(10) == 0 ? Int32(random.below(256)) - 128 : 3
      case 3: Int32(index % 2)
      // Codes of one to twenty bits, which no table holds.
      case 4: Int32((0..<20).first { _ in random.below(2) == 0 } ?? 20)
      default: -7
      }
    }
  }

  private func tensor(_ codes: [Int32]) throws -> EncodedTensor {
    let grid = Grid(
      format: .integer(try IntegerFormat(bits: 8, isSigned: true)), rule: .symmetric, scales: [0.5],
      zeroPoints: [0], codes: codes)
    return try EncodedTensor([codes.count], grid: grid)
  }

  /// The codes as one `BitWriter` writes them symbol by symbol.
  private func plain(_ codes: [Int32], _ writer: inout BitWriter) {
    var counts = [Int](repeating: 0, count: 256)
    for code in codes { counts[Int(code) + 128] += 1 }
    let code = HuffmanCode(counts: counts)
    code.writeTable(to: &writer, symbolBits: 8)
    for symbol in codes { code.write(Int(symbol) + 128, to: &writer) }
  }

  @Test(arguments: 0..<6) func bitsAreThoseOfPlainWriting(_ kind: Int) throws {
    defer {
      espalier_kernels_cap(3)
      espalier_kernels_set_threads(0)
    }
    for count in [0, 1, 2, 15, 16, 17, 1000, 40_001] {
      let codes = symbols(kind, count: count)
      let tensor = try tensor(codes)
      var writer = BitWriter()
      tensor.grid?.writeWords(to: &writer)
      plain(codes, &writer)
      let expected = writer.finish()
      for (threads, cap) in [(1, 0), (2, 3), (3, 3)] as [(Int32, Int32)] {
        espalier_kernels_set_threads(threads)
        espalier_kernels_cap(cap)
        let coded = try tensor.stored(as: Layout(.all, .huffman))
        #expect(Array(coded.payload().prefix(expected.count)) == expected, "\(count)")
        let back = try EncodedTensor(decoding: coded.encodedBytes())
        #expect(back == coded, "\(count) \(threads)")
        #expect(back.payload() == coded.payload())
      }
    }
  }

  /// Enough bits for stretches that are read side by side, on one thread and on several.
  @Test func longSequencesComeBack() throws {
    defer {
      espalier_kernels_cap(3)
      espalier_kernels_set_threads(0)
    }
    for kind in 0...4 {
      // Stretches as long as they may be, and as short.
      for count in [500_001, 70_001, 20_000] {
        let coded = try tensor(symbols(kind, count: count)).stored(as: Layout(.all, .huffman))
        let bytes = coded.encodedBytes()
        for (threads, cap) in [(1, 0), (1, 3), (2, 3), (3, 3)] as [(Int32, Int32)] {
          espalier_kernels_set_threads(threads)
          espalier_kernels_cap(cap)
          #expect(try EncodedTensor(decoding: bytes) == coded, "\(kind) \(count) \(threads)")
        }
      }
    }
  }

  /// Damaged bits are other codes or none, the same ones on any number of threads.
  @Test(arguments: [0, 2, 4]) func damagedSequencesEnd(_ kind: Int) throws {
    defer { espalier_kernels_set_threads(0) }
    let whole = try tensor(symbols(kind, count: 200_001)).stored(as: Layout(.all, .huffman))
    let bytes = whole.encodedBytes()
    var random = Random(seed: 9)
    for _ in 0..<8 {
      var damaged = bytes
      for _ in 0...random.below(20) {
        damaged[bytes.count / 2 + random.below(bytes.count / 2)] = UInt8(random.below(256))
      }
      var first: EncodedTensor??
      for threads in 1...3 as ClosedRange<Int32> {
        espalier_kernels_set_threads(threads)
        var read: EncodedTensor?
        do { read = try EncodedTensor(decoding: damaged) } catch is EncodingError {}
        #expect(read?.shape ?? whole.shape == whole.shape)
        if let first { #expect(read == first) } else { first = .some(read) }
      }
    }
  }

  /// A reader that begins in the middle of codes of one length never falls into step by itself.
  @Test func codesOfOneLengthNeedWholeSteps() throws {
    let codes = (0..<500_000).map { Int32($0 % 256) - 128 }
    let coded = try tensor(codes).stored(as: Layout(.all, .huffman))
    #expect(try EncodedTensor(decoding: coded.encodedBytes()) == coded)
  }

  @Test func cutBytesAreRefused() throws {
    let coded = try tensor(symbols(0, count: 50_000)).stored(as: Layout(.all, .huffman))
    let bytes = coded.encodedBytes()
    for cut in [1, 2, 9, 1000] {
      #expect(throws: EncodingError.self) {
        try EncodedTensor(decoding: Array(bytes.dropLast(cut)))
      }
    }
  }

  /// A table that is another than the best one is read, and written again as the best one.
  @Test func anotherTableIsNotTakenOver() throws {
    let codes = symbols(2, count: 5000)
    let coded = try tensor(codes).stored(as: Layout(.all, .huffman))
    var writer = BitWriter()
    coded.grid?.writeWords(to: &writer)
    // All symbols alike: eight bits each.
    let flat = HuffmanCode(counts: [Int](repeating: 1, count: 256))
    flat.writeTable(to: &writer, symbolBits: 8)
    for symbol in codes { flat.write(Int(symbol) + 128, to: &writer) }
    let payload = writer.finish()
    var header = coded.header()
    let length = coded.payload().count
    var own: [UInt8] = []
    own.appendVarint(length)
    #expect(header.suffix(own.count) == own[...])
    header.removeLast(own.count)
    header.appendVarint(payload.count)
    let back = try EncodedTensor(decoding: header + payload)
    #expect(back == coded)
    #expect(back.payload() == coded.payload())
  }

  @Test func packedCodesAreWholeBytes() throws {
    for (bits, isSigned) in [(8, true), (8, false), (4, true), (4, false), (3, true)] {
      let format = try IntegerFormat(bits: bits, isSigned: isSigned)
      for count in [0, 1, 2, 7, 4096, 4097] {
        let span = Int(format.highest - format.lowest) + 1
        let codes = (0..<count).map { format.lowest + Int32($0 * 7 % span) }
        let grid = Grid(
          format: .integer(format), rule: .symmetric, scales: [1],
          zeroPoints: [format.symmetricZeroPoint], codes: codes)
        let tensor = try EncodedTensor([count], grid: grid, layout: Layout(.all, .packed))
        var writer = BitWriter()
        grid.writeWords(to: &writer)
        for code in codes { writer.write(UInt32(bitPattern: code), width: bits) }
        #expect(tensor.payload() == writer.finish(), "\(bits) \(count)")
        #expect(try EncodedTensor(decoding: tensor.encodedBytes()) == tensor, "\(bits) \(count)")
      }
    }
  }

  /// What a layout is chosen by is counted; it must be what listing the places gives.
  @Test func nonZerosAreCountedAsTheyAreListed() throws {
    var random = Random(seed: 8)
    let format = try IntegerFormat(bits: 8, isSigned: false)
    for shape in [[0], [1], [6, 11], [3, 5000]] as [Shape] {
      for partition in [Partition.tensor, .axis(0), .groups(of: 4)] {
        let parts = try Parts(partition, of: shape)
        let zeros = (0..<parts.count).map { _ in Int32(random.below(3)) }
        let grid = Grid(
          format: .integer(format), rule: .affine, scales: zeros.map { _ in 1 },
          zeroPoints: zeros, partition: partition,
          codes: (0..<shape.count).map { _ in Int32(random.below(4)) })
        #expect(grid.nonZeroCount(shape) == grid.nonZeros(shape)?.setCount, "\(shape)")
      }
    }
  }
}
