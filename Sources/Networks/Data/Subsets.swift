import Tensors

extension LabeledData {
  /// The first examples, in order.
  public func subset(first count: Int) throws -> LabeledData {
    guard (1...self.count).contains(count) else {
      throw DataError.subsetOutside(count, of: self.count, name: name)
    }
    return try examples(at: Array(0..<count))
  }

  /// The first examples of every class, in the order they have here.
  public func subset(perClass count: Int) throws -> LabeledData {
    guard count >= 1 else { throw DataError.subsetOutside(count, of: self.count, name: name) }
    var taken = [Int](repeating: 0, count: classCount)
    var rows: [Int] = []
    for (row, label) in labels.scalars.enumerated() where taken[Int(label)] < count {
      taken[Int(label)] += 1
      rows.append(row)
    }
    for (number, found) in taken.enumerated() where found < count {
      throw DataError.classTooSmall(count, of: found, className: classNames[number], name: name)
    }
    return try examples(at: rows)
  }

  /// The examples of the rows given, in that order; a row may come twice.
  public func examples(at rows: [Int]) throws -> LabeledData {
    guard !rows.isEmpty, rows.allSatisfy((0..<count).contains) else {
      let outside = rows.first { !(0..<count).contains($0) }
      throw DataError.subsetOutside(outside ?? 0, of: count, name: name)
    }
    let size = exampleShape.count
    let chosen = try Tensor(
      unsafeUninitialized: Shape([rows.count] + exampleShape.dimensions)
    ) { target in
      images.withScalars { source in
        for (index, row) in rows.enumerated() {
          for k in 0..<size { target[index * size + k] = source[row * size + k] }
        }
      }
    }
    let all = labels.scalars
    return LabeledData(
      alreadyChecked: name, chosen, try Tensor([rows.count], rows.map { all[$0] }), classNames)
  }
}

extension DataSet {
  /// A smaller set: the first examples of every class in both parts.
  public func subset(perClass count: Int, testPerClass: Int? = nil) throws -> DataSet {
    DataSet(
      name: name, summary: summary, provenance: provenance,
      train: try train.subset(perClass: count),
      test: try test.subset(perClass: testPerClass ?? count))
  }
}
