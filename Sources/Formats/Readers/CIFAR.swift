import Networks
import Tensors

/// CIFAR-10 in its binary version: records of one label and 3×32×32 bytes, red plane first.
///
/// - Source: Krizhevsky, "The CIFAR-10 dataset", <https://www.cs.toronto.edu/~kriz/cifar.html>.
enum CIFAR {
  static let recordLength = 1 + 3 * 32 * 32

  /// The ten classes in the order of their numbers (batches.meta.txt of the original).
  static let classNames = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]

  /// One batch, or several one after the other; pixels become 0…1.
  ///
  /// - Throws: `FileError` when a file is no whole number of records, or a label is above 9.
  static func labeled(_ batches: [FileContents], named name: String) throws -> LabeledData {
    for batch in batches {
      let rest = batch.bytes.count % recordLength
      guard rest == 0, !batch.bytes.isEmpty else {
        throw FileError.truncated(
          path: batch.path, expected: "a record of CIFAR-10", needs: recordLength, has: rest,
          offset: batch.bytes.count - rest)
      }
      for start in stride(from: 0, to: batch.bytes.count, by: recordLength)
      where batch.bytes[start] >= classNames.count {
        throw FileError.damaged(
          path: batch.path, expected: "a label 0…9 at the start of a record",
          found: "\(batch.bytes[start])", offset: start)
      }
    }
    let count = batches.reduce(0) { $0 + $1.bytes.count / recordLength }
    let scaled = (0...255).map { Float($0) / 255 }
    var labels: [Float] = []
    labels.reserveCapacity(count)
    let images = try Tensor(unsafeUninitialized: [count, 3, 32, 32]) { target in
      var at = 0
      for batch in batches {
        try Work.current.checkpoint()
        for start in stride(from: 0, to: batch.bytes.count, by: recordLength) {
          labels.append(Float(batch.bytes[start]))
          for k in 1..<recordLength {
            target[at] = scaled[Int(batch.bytes[start + k])]
            at += 1
          }
        }
      }
    }
    return try LabeledData(
      name: name, images: images, labels: try Tensor([count], labels), classNames: classNames)
  }
}
