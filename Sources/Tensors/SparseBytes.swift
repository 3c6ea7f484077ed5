import CKernels

/// Signed bytes of which only the groups of four neighbouring inputs that are not all 0 are kept.
///
/// Four, because that is what one instruction adds up. Of weights that are kept at random with the
/// share d, 1 − (1 − d)⁴ of the groups remain: 28 % for d = 8 %.
struct SparseBytes: Sendable {
  private let starts: [Int32]
  private let steps: [Int32]
  private let fours: [Int8]

  /// The share of the groups that are not all 0.
  static func share(of codes: [Int8], outputs: Int, inputs: Int) -> Double {
    let groups = outputs * ((inputs + 3) / 4)
    guard groups > 0 else { return 1 }
    var kept = 0
    for output in 0..<outputs {
      for input in stride(from: output * inputs, to: (output + 1) * inputs, by: 4) {
        let end = min(input + 4, (output + 1) * inputs)
        if codes[input..<end].contains(where: { $0 != 0 }) { kept += 1 }
      }
    }
    return Double(kept) / Double(groups)
  }

  /// The bytes that a product reads of the weights.
  var bytes: Int { 4 * (starts.count + steps.count) + fours.count }

  /// How many groups are kept.
  var count: Int { steps.count }

  /// - Parameter codes: `[outputs × inputs]`, row-major.
  init(_ codes: [Int8], outputs: Int, inputs: Int) {
    var starts: [Int32] = [0]
    var steps: [Int32] = []
    var fours: [Int8] = []
    starts.reserveCapacity(outputs + 1)
    for output in 0..<outputs {
      let row = output * inputs
      for input in stride(from: 0, to: inputs, by: 4) {
        let group = codes[row + input..<row + min(input + 4, inputs)]
        guard group.contains(where: { $0 != 0 }) else { continue }
        steps.append(Int32(truncatingIfNeeded: input / 4))
        fours += group
        fours += repeatElement(0, count: 4 - group.count)
      }
      starts.append(Int32(truncatingIfNeeded: steps.count))
    }
    self.starts = starts
    self.steps = steps
    self.fours = fours
  }

  func withKernel<Result>(_ body: (UnsafePointer<EspalierSparseBytes>) -> Result) -> Result {
    starts.withUnsafeBufferPointer { starts in
      steps.withUnsafeBufferPointer { steps in
        fours.withUnsafeBufferPointer { fours in
          var weights = EspalierSparseBytes(
            starts: starts.baseAddress, steps: steps.baseAddress, fours: fours.baseAddress)
          return withUnsafePointer(to: &weights, body)
        }
      }
    }
  }
}
