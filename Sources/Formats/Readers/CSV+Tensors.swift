import Networks
import Tensors

/// A column of a table, by its name in the header or its number from 0.
public enum ColumnReference: Sendable, Equatable {
  case named(String)
  case at(Int)
}

extension CSV {
  /// All fields as numbers, [rows, columns].
  func tensor() throws -> Tensor { try numbers(inColumns: Array(0..<columnCount)) }

  /// One column as labels and the others as features.
  ///
  /// Whole numbers from 0 are class numbers; other labels are taken as names, and the classes
  /// numbered in the order of the sorted names.
  func labeled(by reference: ColumnReference, path: String) throws -> LabeledData {
    let column = try column(reference, path)
    let others = (0..<columnCount).filter { $0 != column }
    guard !others.isEmpty else {
      throw FileError.badColumn(path: path, problem: "there is no column beside the labels")
    }
    let images = try numbers(inColumns: others)
    let name = lastPart(of: path)
    let texts = (0..<rowCount).map { text(row: $0, column: column) }
    let numbers = texts.map { Int($0).flatMap { (0..<100_000).contains($0) ? $0 : nil } }
    if numbers.allSatisfy({ $0 != nil }) {
      let labels = try Tensor([rowCount], numbers.map { Float($0 ?? 0) })
      return try LabeledData(name: name, images: images, labels: labels)
    }
    let names = Set(texts).sorted()
    let order = Dictionary(uniqueKeysWithValues: zip(names, 0...))
    let labels = try Tensor([rowCount], texts.map { Float(order[$0] ?? 0) })
    return try LabeledData(name: name, images: images, labels: labels, classNames: names)
  }

  private func column(_ reference: ColumnReference, _ path: String) throws -> Int {
    switch reference {
    case .at(let index):
      guard (0..<columnCount).contains(index) else {
        throw FileError.badColumn(
          path: path,
          problem: "there is no column \(index); the \(columnCount) columns count from 0")
      }
      return index
    case .named(let name):
      guard let index = header.firstIndex(of: name) else {
        throw FileError.badColumn(
          path: path,
          problem: header.isEmpty
            ? "there is no column \"\(name)\": the file has no header"
            : "there is no column \"\(name)\"; there are \(header.joined(separator: ", "))")
      }
      return index
    }
  }

  private func numbers(inColumns columns: [Int]) throws -> Tensor {
    try Tensor(unsafeUninitialized: [rowCount, columns.count]) { target in
      for row in 0..<rowCount {
        if row % 1024 == 0 { try Work.current.checkpoint() }
        for (index, column) in columns.enumerated() {
          target[row * columns.count + index] = try number(row: row, column: column)
        }
      }
    }
  }
}
