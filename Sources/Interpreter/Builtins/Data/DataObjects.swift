import Catalog
import Networks
import Tensors

/// A data set as a value: its two parts, and where it comes from.
public final class DataSetObject: Object, @unchecked Sendable {
  public let dataSet: DataSet
  /// For data that can be made anew with other arguments (`shapes(seed: 3)`).
  private let maker: Builtin?

  public init(_ dataSet: DataSet, maker: Builtin? = nil) {
    self.dataSet = dataSet
    self.maker = maker
  }

  public override var callCard: Card? { maker?.card }

  public override func call(_ call: Call) throws -> Value? { try maker?.run?(call) }

  public override var kind: String { "a data set" }

  public override var memberNames: [String] { ["train", "test", "name", "classes", "source"] }

  public override func member(_ name: String) throws -> Value? {
    switch name {
    case "train": return .object(LabeledDataObject(dataSet.train))
    case "test": return .object(LabeledDataObject(dataSet.test))
    case "name": return .string(dataSet.name)
    case "classes": return try .list(dataSet.train.classNames.map { .string($0) })
    case "source": return .string(dataSet.provenance)
    default: return nil
    }
  }

  public override var text: String {
    guard dataSet.summary.isEmpty else { return "\(dataSet.name): \(dataSet.summary)" }
    return "\(dataSet.name): \(dataSet.train.count) train, \(dataSet.test.count) test"
  }
}

/// Images (or rows of numbers) with a class number each.
public final class LabeledDataObject: Object, @unchecked Sendable {
  public let data: LabeledData

  public init(_ data: LabeledData) { self.data = data }

  public override var kind: String { "data of \(data.count) examples" }

  public override var memberNames: [String] {
    ["images", "labels", "count", "shape", "classes", "name"]
  }

  public override func member(_ name: String) throws -> Value? {
    switch name {
    case "images": return .tensor(data.images)
    case "labels": return .tensor(data.labels)
    case "count": return .number(Double(data.count))
    case "shape": return .shape(data.exampleShape)
    case "classes": return try .list(data.classNames.map { .string($0) })
    case "name": return .string(data.name)
    default: return nil
    }
  }

  public override var text: String {
    "\(data.name): \(data.count) examples of \(data.exampleShape), \(data.classCount) classes"
  }
}

extension Call {
  /// Images with labels, as training and measuring need them.
  func labeledData(_ name: String) throws -> LabeledData {
    switch try value(name) {
    case .object(let object as LabeledDataObject): return object.data
    case .object(let object as DataSetObject):
      let set = object.dataSet.name
      throw error(
        "E0202", "`\(card.name)` wants one part of the data; this is the whole set", at: name,
        help: ["`\(set).train` or `\(set).test`"])
    default: throw wrongKind(name)
    }
  }
}
