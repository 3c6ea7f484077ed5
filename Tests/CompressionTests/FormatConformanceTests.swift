import Catalog
import Compression
import Encodings
import Foundation
import Tensors
import Testing

/// Codes and values against other programs, bit for bit: `Fixtures/make_formats.py` asked them.
@Suite struct FormatConformanceTests {
  private static func lines(_ name: String) throws -> [[String]] {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/\(name).txt")
    return try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: " ").map(String.init) }
  }

  private func floats(_ words: [String]) throws -> [Float] {
    try words.map { Float(bitPattern: try #require(UInt32($0, radix: 16))) }
  }

  private func codes(_ words: [String]) throws -> [Int32] {
    try words.map { try #require(Int32($0)) }
  }

  private func option(_ name: String) -> Setting { .option(name, Settings()) }

  /// ml_dtypes' and numpy's float16, bfloat16, e4m3, e5m2, e2m1: the number of every code (of the
  /// wide ones every 97th), and the code of random, tied, denormal and huge numbers.
  @Test func smallFloatsAreThoseOfMlDtypes() throws {
    let floatFormats: [String: Minifloat] = [
      "float16": .float16, "bfloat16": .bfloat16, "e4m3": .e4m3, "e5m2": .e5m2, "e2m1": .e2m1,
    ]
    let lines = try Self.lines("ml_dtypes")
    let input = try floats(lines[1])
    var seen = 0
    for (line, words) in lines.enumerated() where words[0] == "levels" || words[0] == "cast" {
      let format = try #require(floatFormats[words[1]])
      if words[0] == "levels" {
        let step = try #require(Int(lines[line + 1][1]))
        for (place, level) in try floats(lines[line + 2]).enumerated() {
          let own = format.level(of: Int32(place * step))
          #expect(own.bitPattern == level.bitPattern || own.isNaN && level.isNaN, "\(words)")
        }
      } else {
        let theirs = try codes(lines[line + 1])
        #expect(input.map(format.nearestCode) == theirs, "\(words)")
        #expect(theirs.count == input.count)
      }
      seen += 1
    }
    #expect(seen == 10)
  }

  /// onnxruntime's QuantizeLinear and DequantizeLinear, opset 21: whole, by row, in blocks of 8.
  @Test func integersAreThoseOfOnnxruntime() throws {
    let lines = try Self.lines("onnx")
    let x = try EncodedTensor(Tensor([6, 32], floats(lines[1])))
    let partitions: [String: Partition] = [
      "tensor": .tensor, "channel": .channel, "group": .groups(of: 8),
    ]
    var seen = 0
    for (line, words) in lines.enumerated() where words[0] == "onnx" {
      let zeros: [String: Double] = ["int8": 3, "uint8": 130, "int4": -1, "uint4": 9]
      let isSigned = words[1].hasPrefix("int")
      let format = try IntegerFormat(bits: words[1].hasSuffix("4") ? 4 : 8, isSigned: isSigned)
      let quantize = Quantize(
        format, per: partitions[words[2]], scales: try floats(lines[line + 1]).map(Double.init),
        zeroPoints: [try #require(zeros[words[1]])])
      let q = try quantize(x)
      #expect(q.grid?.codes == CodeArray(try codes(lines[line + 2])), "\(words)")
      #expect(
        try q.values.scalars.map(\.bitPattern) == (try floats(lines[line + 3]).map(\.bitPattern)))
      seen += 1
    }
    #expect(seen == 12)
  }

  /// PyTorch's `quantize_per_tensor` on the middles between codes, where 1/s makes the difference.
  @Test func tiesAreThoseOfTorch() throws {
    let lines = try Self.lines("torch")
    var seen = 0
    for (line, words) in lines.enumerated() where words[0] == "ties" {
      let scale = try floats([words[1]])[0]
      let x = try floats(lines[line + 1])
      for offset in [2, 4] {
        let kind = lines[line + offset]
        var quantize = Quantize(
          try IntegerFormat(bits: 8, isSigned: kind[1] == "int8"), scales: [Double(scale)],
          zeroPoints: [Double(kind[2]) ?? 0])
        quantize.convention = TorchConvention()
        let q = try quantize(EncodedTensor(Tensor([x.count], x)))
        #expect(q.grid?.codes == CodeArray(try codes(lines[line + offset + 1])), "\(scale) \(kind)")
        seen += 1
      }
    }
    #expect(seen == 10)
  }

  /// Scales and zero points of PyTorch's observers, and the codes with them, whole and by channel.
  @Test func observersAreThoseOfTorch() throws {
    let lines = try Self.lines("torch")
    var x = try EncodedTensor(Tensor([1], [0]))
    var seen = 0
    for (line, words) in lines.enumerated() {
      if words[0] == "input" { x = try EncodedTensor(Tensor([4, 9], floats(lines[line + 1]))) }
      guard words[0] == "tensor" || words[0] == "channel" else { continue }
      var quantize = Quantize(
        try IntegerFormat(bits: 8, isSigned: words[1] == "int8"),
        per: words[0] == "tensor" ? .tensor : .channel, isSymmetric: words[2] == "symmetric")
      quantize.convention = TorchConvention()
      let grid = try #require(try quantize(x).grid)
      let scales = try floats(lines[line + 1])
      #expect(grid.scales.map(\.bitPattern) == scales.map(\.bitPattern), "\(words)")
      #expect(grid.zeroPoints == (try codes(lines[line + 2])), "\(words)")
      #expect(grid.codes == CodeArray(try codes(lines[line + 3])), "\(words), line \(line)")
      seen += 1
    }
    #expect(seen == 56)
  }

  /// ggml's MXFP4 on numbers without ties, where its rule and OCP's agree.
  @Test func microscalingIsThatOfGguf() throws {
    let lines = try Self.lines("gguf")
    let x = try EncodedTensor(Tensor([8, 64], floats(lines[1])))
    let q = try Quantize(Settings(["format": option("mxfp4")]))(x)
    #expect(try q.values.scalars == (try floats(lines[3])))
  }

  /// Worked by hand from the Nudge of `fake_quant_ops_functor.h`.
  @Test func nudgedRangesAreThoseOfTensorFlow() throws {
    var quantize = Quantize(try IntegerFormat(bits: 8, isSigned: false))
    quantize.convention = TfliteConvention()
    let q = try quantize(EncodedTensor(Tensor([4], [-10.1, -9.9, 53.65, 0])))
    let grid = try #require(q.grid)
    // s = 63.75/255 = 0.25; lo/s = −40.4 → z = 40.
    #expect(grid.scales == [0.25])
    #expect(grid.zeroPoints == [40])
    #expect(grid.codes == [0, 0, 255, 40])
    #expect(try q.values.scalars == [-10, -10, 53.75, 0])
  }
}
