import CKernels

/// Kept weights in groups of 16 outputs, as the product with rows reads them.
struct SparseGroups: Sendable {
  private let outputs: Int
  private let inputs: Int
  private let stepCount: Int
  private let steps: [Int64]
  private let order: [UInt16]
  private let counts: [UInt16]
  private let columns: ByteStore
  private let values: ByteStore

  /// - Parameters:
  ///   - starts: where the weights of each output begin, and behind them where they end.
  ///   - columns: the input of each weight, ascending within an output.
  init(outputs: Int, inputs: Int, starts: [Int32], columns: [Int32], values: [Float]) {
    let block = Int(ESPALIER_SPARSE_BLOCK)
    let strip = espalier_sparse_strip(outputs)
    let parts = (outputs + strip - 1) / strip * ((inputs + block - 1) / block)
    var steps = [Int64](repeating: 0, count: parts)
    var order = [UInt16](repeating: 0, count: parts * strip)
    var counts = [UInt16](repeating: 0, count: parts * strip / 16)
    let stepCount = Int(
      espalier_sparse_sort(starts, columns, outputs, inputs, &order, &counts, &steps))
    let groupColumns = ByteStore(unbooked: stepCount * 16 * MemoryLayout<UInt16>.stride)
    let groupValues = ByteStore(unbooked: stepCount * 16 * MemoryLayout<Float>.stride)
    groupColumns.withMutableBytes { to in
      groupValues.withMutableBytes {
        espalier_sparse_fill(
          starts, columns, values, outputs, inputs, order, counts,
          to.assumingMemoryBound(to: UInt16.self).baseAddress,
          $0.assumingMemoryBound(to: Float.self).baseAddress)
      }
    }
    self.outputs = outputs
    self.inputs = inputs
    self.stepCount = stepCount
    self.steps = steps
    self.order = order
    self.counts = counts
    self.columns = groupColumns
    self.values = groupValues
  }

  /// The bytes that a product reads of the weights.
  var bytes: Int {
    8 * steps.count + 2 * (order.count + counts.count) + columns.count + values.count
  }

  /// x Wᵀ + b for x `[rows, inputs]`.
  func linear(_ x: Tensor, bias: Tensor) throws -> Tensor {
    let rows = x.shape[0]
    let strip = espalier_sparse_strip(outputs)
    let sums = try Storage(
      [(outputs + strip - 1) / strip * strip, espalier_sparse_width(rows)])
    return try Tensor(unsafeUninitialized: [rows, outputs]) { out in
      withKernel {
        espalier_sparse_linear($0, bias.pointer, x.pointer, rows, sums.base, out.baseAddress)
      }
    }
  }

  private func withKernel(_ body: (UnsafePointer<EspalierSparseGroups>) -> Void) {
    steps.withUnsafeBufferPointer { steps in
      order.withUnsafeBufferPointer { order in
        counts.withUnsafeBufferPointer { counts in
          columns.withBytes { columns in
            values.withBytes { values in
              var weights = EspalierSparseGroups(
                outputs: outputs, inputs: inputs, stepCount: Int64(stepCount),
                steps: steps.baseAddress, order: order.baseAddress, counts: counts.baseAddress,
                columns: columns.assumingMemoryBound(to: UInt16.self).baseAddress,
                values: values.assumingMemoryBound(to: Float.self).baseAddress)
              withUnsafePointer(to: &weights, body)
            }
          }
        }
      }
    }
  }
}
