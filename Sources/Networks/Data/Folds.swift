import Tensors

extension LabeledData {
  /// The examples in `count` parts of nearly equal size, each once the part to test on.
  ///
  /// Examples are dealt in random order; the first parts have one more where it does not come out
  /// even. Both parts of a fold keep that order.
  ///
  /// - Parameters:
  ///   - count: 2 to as many as there are examples.
  ///   - random: the order is drawn from it.
  /// - Returns: what to learn from and what to test on, by fold.
  /// - Throws: `DataError.subsetOutside` for another count.
  public func folds(_ count: Int, _ random: inout Random) throws -> [(
    train: LabeledData, test: LabeledData
  )] {
    guard count >= 2, count <= self.count else {
      throw DataError.subsetOutside(count, of: self.count, name: name)
    }
    let order = random.shuffledIndices(self.count)
    let (size, larger) = self.count.quotientAndRemainder(dividingBy: count)
    var start = 0
    return try (0..<count).map { fold in
      let end = start + size + (fold < larger ? 1 : 0)
      defer { start = end }
      var train = try examples(at: Array(order[..<start] + order[end...]))
      var test = try examples(at: Array(order[start..<end]))
      train.name = "\(name) without fold \(fold + 1)"
      test.name = "fold \(fold + 1) of \(name)"
      return (train, test)
    }
  }
}
