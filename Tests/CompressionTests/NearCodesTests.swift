import CKernels
import Encodings
import Tensors
import TestSupport
import Testing

@testable import Compression

/// Codes found part by part are those that are found tensor by tensor, to the bit.
@Suite(.serialized, .ownKernels) struct NearCodesTests {
  private func tensors(_ shapes: [Shape]) throws -> [Tensor] {
    var random = Random(seed: 12)
    var tensors: [Tensor] = []
    for shape in shapes {
      tensors.append(try Tensor.normal(shape, mean: 0.1, deviation: 1, &random))
      tensors.append(try .full(shape, -2.5))
      // Halves between codes, zeros with a sign, the smallest and the largest numbers.
      let awkward: [Float] = [
        0.5, -0.5, 1.5, -0.0, 0, Float.leastNonzeroMagnitude, -Float.leastNonzeroMagnitude, 127,
        -127, 2.5, 1e38,
      ]
      tensors.append(try Tensor(shape, (0..<shape.count).map { awkward[$0 % awkward.count] }))
      tensors.append(
        try Tensor(shape, (0..<shape.count).map { Float($0 % 3) * Float.leastNonzeroMagnitude }))
    }
    return tensors
  }

  /// How often codes were found part by part.
  private func compare(
    _ values: Tensor, bits: [Int], _ partitions: [Partition?], symmetric: [Bool?]
  ) throws -> Int {
    defer {
      espalier_kernels_cap(3)
      espalier_kernels_set_threads(0)
    }
    var found = 0
    for bits in bits {
      for isSigned in [true, false] {
        let integers = try IntegerFormat(bits: bits, isSigned: isSigned)
        let format: any IntegerFamily =
          isSigned ? SignedIntegers(integers) : UnsignedIntegers(integers)
        for per in partitions {
          for isSymmetric in symmetric {
            let quantize = Quantize(format, per: per, isSymmetric: isSymmetric)
            guard var plain = try? PlacedGrid(values, kept: nil, format, with: quantize) else {
              continue
            }
            try plain.takeCodes(of: values)
            for (threads, cap) in [(1, 0), (2, 1), (3, 3)] as [(Int32, Int32)] {
              espalier_kernels_set_threads(threads)
              espalier_kernels_cap(cap)
              guard let near = try NearCodes(values, format, with: quantize) else { continue }
              #expect(try near.grid(of: format) == plain.grid, "\(values.shape) \(format.name)")
              found += 1
            }
          }
        }
      }
    }
    return found
  }

  @Test func codesAreThoseOfThePlainWay() throws {
    var found = 0
    for values in try tensors([[1], [7], [3, 5], [21, 7], [4, 3, 3, 3]]) {
      found += try compare(
        values, bits: [2, 3, 4, 5, 8], [nil, .axis(0), .groups(of: 1), .groups(of: 7)],
        symmetric: [nil, true, false])
    }
    #expect(found > 1000)
  }

  /// Parts in several pieces, rows of odd lengths over the edges of half bytes, and one long row.
  @Test func largeTensorsHaveTheSameCodes() throws {
    var random = Random(seed: 13)
    for shape in [[3, 70_001], [701, 101]] as [Shape] {
      let values = try Tensor.normal(shape, mean: 0, deviation: 1, &random)
      #expect(try compare(values, bits: [4, 8], [nil, .axis(0)], symmetric: [nil]) == 24)
    }
  }

  @Test func refusalsAreThoseOfThePlainWay() throws {
    for bad in [Float.nan, .infinity, -.infinity] {
      let x = try EncodedTensor(Tensor([2, 2], [1, 2, bad, 4]))
      #expect(throws: QuantizeError.self) { try Quantize(.int8, per: .axis(0))(x) }
    }
    let huge = try EncodedTensor(Tensor([2], [1e38, -1]))
    #expect(throws: QuantizeError.self) {
      var quantize = Quantize(.uint8)
      quantize.isSymmetric = false
      _ = try quantize(
        EncodedTensor(Tensor([2], [.greatestFiniteMagnitude, -.greatestFiniteMagnitude])))
    }
    #expect(try Quantize(.int8)(huge).grid?.codes.numbers == [127, 0])
  }
}
