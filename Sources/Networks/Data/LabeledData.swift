import Catalog
import Tensors

/// Images, or rows of features, each with the number of the class it belongs to.
public struct LabeledData: Sendable {
  /// How messages and tables call it: `mnist.train`.
  public var name: String
  /// `[n, channels, height, width]` with values 0…1, or `[n, features]`.
  public let images: Tensor
  /// `[n]`, whole numbers in `0..<classCount`.
  public let labels: Tensor
  public let classCount: Int
  /// One name a class, in the order of the class numbers.
  public let classNames: [String]

  /// How many examples there are.
  public var count: Int { labels.count }

  /// The shape of one example, without the axis that counts them.
  public var exampleShape: Shape { Shape(Array(images.shape.dimensions.dropFirst())) }

  /// Puts images and labels together.
  ///
  /// - Parameters:
  ///   - images: `[n, …]`, `n` at least 1.
  ///   - labels: `[n]`, whole numbers from 0.
  ///   - classNames: one a class; the class numbers themselves when `nil`.
  /// - Throws: `DataError` when the counts differ or a label is no class number.
  public init(
    name: String, images: Tensor, labels: Tensor, classNames: [String]? = nil
  ) throws {
    guard images.shape.rank >= 2, labels.shape.rank == 1,
      images.shape.dimensions[0] == labels.count
    else { throw DataError.countsDiffer(images: images.shape, labels: labels.shape) }
    // 2²⁴ is the last whole number up to which every one is a Float.
    let legal = 0..<(classNames?.count ?? 1 << 24)
    var largest = 0
    for (row, label) in labels.scalars.enumerated() {
      guard let number = Int(exactly: label), legal.contains(number) else {
        throw DataError.labelOutside(label, row: row, classes: classNames?.count)
      }
      largest = max(largest, number)
    }
    guard classNames != nil || largest < LabeledData.mostClasses else {
      throw DataError.labelOutside(Float(largest), row: 0, classes: LabeledData.mostClasses)
    }
    self.name = name
    self.images = images
    self.labels = labels
    self.classNames = classNames ?? (0...largest).map(String.init)
    self.classCount = self.classNames.count
  }

  /// More classes than this are taken for a column that is no label.
  static let mostClasses = 100_000

  /// Takes parts of data that is already known to fit together.
  init(alreadyChecked name: String, _ images: Tensor, _ labels: Tensor, _ classNames: [String]) {
    self.name = name
    self.images = images
    self.labels = labels
    self.classNames = classNames
    self.classCount = classNames.count
  }

  /// The same examples with other images of the same count.
  func with(images: Tensor) -> LabeledData {
    LabeledData(alreadyChecked: name, images, labels, classNames)
  }
}
