import Catalog
import Encodings
import Networks
import Tensors
import Testing

@testable import Compression

/// `encode`: the layout asked for, the smallest where that is left open.
@Suite struct EncodeTests {
  private func sparse() throws -> EncodedTensor {
    var random = Random(seed: 7)
    let pruned = try Prune(0.9)(EncodedTensor(Tensor.normal([40, 50], &random)), random: &random)
    return try Share(clusters: 16)(pruned, random: &random)
  }

  private func encode(_ form: String, _ coding: String? = nil) throws -> Encode {
    var settings = Settings(["form": .option(form, Settings())])
    if let coding { settings["coding"] = .option(coding, Settings()) }
    return try Encode(settings)
  }

  @Test func layoutsAsAsked() throws {
    let x = try sparse()
    let expected: [(String, String?, Layout)] = [
      ("bitmask", nil, Layout(.bitmask, .packed)),
      ("csr", nil, Layout(.rows, .packed)), ("relative", nil, Layout(.relative(bits: 5), .packed)),
      ("relative", "huffman", Layout(.relative(bits: 5), .huffman, indices: .huffman)),
      ("huffman", "relative", Layout(.relative(bits: 5), .huffman, indices: .huffman)),
      ("bitmask", "rangecoder", Layout(.bitmask, .range, indices: .range)),
      ("csr", "huffman", Layout(.rows, .huffman)),
    ]
    for (form, coding, layout) in expected {
      let stored = try encode(form, coding)(x)
      #expect(stored.layout == layout, "\(form)")
      #expect(try stored.values == x.values)
      #expect(try EncodedTensor(decoding: stored.encodedBytes()) == stored)
    }
  }

  @Test func smallestIsTheSmallestOfAll() throws {
    let x = try sparse()
    let smallest = try encode("smallest")(x)
    for form in ["bitmask", "csr", "relative", "huffman", "rangecoder"] {
      #expect(try smallest.footprint.bytes <= encode(form)(x).footprint.bytes, "\(form)")
    }
    // Nothing is saved by coding these, so the plainest wins.
    let plain = try EncodedTensor(Tensor([3], [1, 2, 3]))
    #expect(try encode("smallest")(plain).layout == .dense)
  }

  @Test func coderWithoutAnythingToCode() throws {
    let floats = try EncodedTensor(Tensor([3], [1, 2, 3]))
    #expect(throws: EncodingError.self) { try encode("packed")(floats) }
    // Pruned weights stand outside of a codebook, which has no code for them.
    #expect(throws: EncodingError.self) { try encode("dense")(sparse()) }
    #expect(throws: EncodeError.nothingToCode) { try encode("huffman")(floats) }
    #expect(throws: EncodeError.sameThing) { try encode("dense", "csr") }
    #expect(throws: EncodeError.sameThing) { try encode("huffman", "rangecoder") }
    #expect(throws: EncodeError.sameThing) { try encode("smallest", "huffman") }
    // Pruned floats have places to code.
    let pruned = try EncodedTensor(Tensor([3], [1, 0, 3]), kept: Bitmap(count: 3) { $0 != 1 })
    #expect(try encode("huffman")(pruned).layout.indices == .huffman)
  }

  @Test func aLaterVerbKeepsTheLayout() throws {
    var random = Random(seed: 1)
    let net = try Model.input([30])
      .appending(Linear(Settings(["outputs": .number(20)])), random: &random)
    let coded = try encode("relative", "huffman")(
      Prune(0.8)(net, random: &random), Resources(), random: &random)
    let shared = try Share(clusters: 8)(coded, Resources(), random: &random)
    let layout = try shared.weights.first?.parameter.value.encoded.layout
    #expect(layout == Layout(.relative(bits: 5), .huffman, indices: .huffman))
  }
}
