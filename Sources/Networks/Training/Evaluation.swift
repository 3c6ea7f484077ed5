import Autograd
import Tensors

/// How a model does on data.
public struct Evaluation: Sendable, Equatable {
  /// The mean over the examples.
  public let loss: Double
  /// The share of examples whose largest output is that of their class.
  public let accuracy: Double

  public init(loss: Double, accuracy: Double) {
    self.loss = loss
    self.accuracy = accuracy
  }
}

extension Model {
  /// Loss and accuracy over all examples, as inference computes them.
  ///
  /// Of equal largest outputs the first counts as the answer. No examples give 0 and 0.
  ///
  /// - Parameters:
  ///   - data: images `[n, …inputShape]` with their class numbers.
  ///   - loss: cross-entropy takes logits, so a final softmax layer is left out for it.
  /// - Throws: `LayerError.wrongData`, `TrainingError` when output and data do not fit.
  public func evaluate(on data: LabeledData, loss: any Loss) throws -> Evaluation {
    try expect(data.images)
    let count = data.count
    var total = 0.0
    var right = 0
    for start in stride(from: 0, to: count, by: inferenceBatch) {
      try Work.current.checkpoint()
      let range = start..<min(start + inferenceBatch, count)
      let labels = try data.labels.rows(range)
      let output = Variable(
        try infer(data.images.rows(range), last: lastNode(before: loss)))
      total += Double(try loss.value(output, labels).value[0]) * Double(range.count)
      right += try output.value.rightCount(labels)
    }
    return Evaluation(
      loss: total / Double(max(1, count)), accuracy: Double(right) / Double(max(1, count)))
  }

  /// Where a forward run ends: before a final softmax when the loss includes it.
  public func lastNode(before loss: any Loss) -> Int {
    let last = nodes.count - 1
    return type(of: loss).fusesSoftmax && nodes[last].layer is Softmax ? last - 1 : last
  }
}

extension Tensor {
  /// How many rows `[n, classes]` have their first largest number at their label.
  func rightCount(_ labels: Tensor) throws -> Int {
    guard shape.rank == 2, shape[0] == labels.count, shape[1] > 0 else { return 0 }
    let width = shape[1]
    return withScalars { scores in
      labels.withScalars { labels in
        var right = 0
        for row in labels.indices {
          var best = row * width
          for index in row * width..<(row + 1) * width where scores[index] > scores[best] {
            best = index
          }
          if Float(best - row * width) == labels[row] { right += 1 }
        }
        return right
      }
    }
  }
}
