import CKernels
import TestSupport
import Testing

@testable import Tensors

/// Some rows by weights that lie row by row: the sums that the header describes, to the bit.
@Suite(.serialized, .ownKernels) struct RowProductTests {
  /// One sum as `espalier_row_products` takes it.
  private func plain(_ x: ArraySlice<Float>, _ weights: ArraySlice<Float>, fused: Bool) -> Float {
    let (piece, count) = (1024, x.count)
    var result: Float = 0
    for start in stride(from: 0, to: count, by: piece) {
      var lanes = [Float](repeating: 0, count: 16)
      for k in start..<min(start + piece, count) {
        let (a, b) = (x[x.startIndex + k], weights[weights.startIndex + k])
        lanes[k % 16] = fused ? lanes[k % 16].addingProduct(a, b) : lanes[k % 16] + a * b
      }
      for half in [8, 4, 2, 1] {
        for lane in 0..<half { lanes[lane] += lanes[lane + half] }
      }
      result += lanes[0]
    }
    return result
  }

  /// Around the edges of tiles, of lanes, of pieces, and of the rows that are packed together.
  @Test(arguments: [
    (1, 1, 1), (2, 5, 15), (3, 7, 256), (4, 6, 16), (5, 13, 1030), (6, 300, 33), (130, 9, 1100),
    (9, 2, 2049),
  ])
  func sumsAreThoseOfThePlainLoop(_ rows: Int, _ outputs: Int, _ inputs: Int) throws {
    let x = try normalTensor([rows, inputs], seed: 31).scalars
    var weights = try normalTensor([outputs, inputs], seed: 32).scalars
    // What one output reads behind its end would make the others infinite.
    if outputs > 1 { weights[inputs] = .infinity }
    defer {
      espalier_kernels_cap(3)
      espalier_kernels_set_threads(0)
    }
    for isa: Int32 in [0, 1, 3] {
      espalier_kernels_cap(isa)
      #if arch(arm64)
        let fused = true
      #else
        let fused = espalier_kernels_isa() > 0
      #endif
      let expected = (0..<rows * outputs).map { place in
        let (row, output) = place.quotientAndRemainder(dividingBy: outputs)
        return plain(
          x[row * inputs..<(row + 1) * inputs], weights[output * inputs..<(output + 1) * inputs],
          fused: fused)
      }
      for threads: Int32 in [1, 2, 3] {
        espalier_kernels_set_threads(threads)
        var out = [Float](repeating: .nan, count: rows * outputs)
        let status = espalier_row_products(x, rows, weights, outputs, inputs, &out)
        #expect(status == 0)
        #expect(out == expected, "instructions \(isa), \(threads) threads")
      }
    }
  }

  /// Rows around those for which the kernel is chosen.
  @Test(arguments: [2, 3, 5, 17, 40, 300]) func productsAgreeWithDoubles(_ rows: Int) throws {
    let (inputs, outputs) = (300, 70)
    let a = try normalTensor([rows, inputs], seed: 33)
    let b = try normalTensor([outputs, inputs], seed: 34)
    let (x, weights) = (a.scalars, b.scalars)
    let product = try a.matrixProduct(b, transposingRight: true)
    #expect(product.shape == [rows, outputs])
    for place in stride(from: 0, to: rows * outputs, by: 7) {
      let (row, output) = place.quotientAndRemainder(dividingBy: outputs)
      let sum = (0..<inputs).reduce(0.0) {
        $0 + Double(x[row * inputs + $1]) * Double(weights[output * inputs + $1])
      }
      #expect(abs(Double(product[place]) - sum) < 1e-4)
    }
  }
}
