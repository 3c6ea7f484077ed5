import Catalog
import Language
import Tensors

/// An argument that is calculated with: one number, or a tensor and what stands for one.
enum Operand {
  case number(Double)
  case tensor(Tensor)
}

extension Call {
  /// A number, a tensor, or what stands for a tensor (a list of numbers, a mask, quantized values).
  func operand(_ name: String) throws -> Operand {
    if case .number(let number) = try value(name) { return .number(number) }
    return .tensor(try tensor(name))
  }

  /// A scalar result; an error when it is not finite.
  func finite(_ number: Double) throws -> Value {
    guard number.isFinite else {
      throw site.place.notFinite(card.name, arguments.compactMap(\.self) + rest)
    }
    return .number(number)
  }

  /// The same for a result that is a number only when everything was reduced.
  func finite(_ value: Value) throws -> Value {
    if case .number(let number) = value { return try finite(number) }
    return value
  }

  /// Runs numerics and puts their errors under an argument, or under the whole call.
  ///
  /// An error that names one of the call's own arguments stands under that one.
  func placed<Result>(at name: String? = nil, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let described as any DescribedError {
      throw error(described, at: described.argument(of: card) ?? name)
    }
  }

  /// The lengths of a shape, given one by one or as one list: `zeros(2, 3)`, `zeros(x.shape)`.
  ///
  /// - Parameter name: of the variadic parameter, for messages.
  func shape(_ name: String) throws -> Shape {
    var values = rest
    if values.count == 1, case .list(let list) = values[0] { values = Array(list.items) }
    guard !values.isEmpty else {
      throw error(
        "E0102", "`\(card.name)` needs the length of at least one axis",
        help: ["`\(card.name)(3)` has one axis of length 3"])
    }
    let lengths = try values.enumerated().map { index, value in
      guard case .number(let number) = value else {
        throw error(
          "E0202", "the lengths of `\(card.name)` are whole numbers; this is \(value.kind)",
          atRest: index)
      }
      guard let length = Int(exactly: number), length >= 0 else {
        throw error(
          "E0306", "the length of an axis is a whole number from 0; it was \(textForm(number))",
          atRest: index, help: lengthHelp(values, index))
      }
      return length
    }
    return Shape(lengths)
  }

  /// What a length of −1 stands for elsewhere: as much as there is left.
  private func lengthHelp(_ values: [Value], _ index: Int) -> [String] {
    guard card.name == "reshape", case .number(-1) = values[index], let x = try? tensor("x")
    else { return [] }
    if values.count == 1 { return ["`flatten(x)` has one axis of all \(x.count)"] }
    var others = 1
    for (other, value) in values.enumerated() where other != index {
      guard case .number(let number) = value, let length = Int(exactly: number), length > 0
      else { return [] }
      let (product, overflows) = others.multipliedReportingOverflow(by: length)
      guard !overflows else { return [] }
      others = product
    }
    return x.count.isMultiple(of: others) ? ["here it is \(x.count / others)"] : []
  }

  /// The numbers of a list or range as doubles, or `nil` for every other kind.
  func listedNumbers(_ name: String) throws -> [Double]? {
    switch try value(name) {
    case .list(let list): return list.numbers
    case .range(let range) where range.count <= List.longest:
      return (range.lower..<range.upper).map(Double.init)
    default: return nil
    }
  }

  /// The text an argument was written as: the head of its column in a table.
  func sourceText(of name: String) -> String? {
    guard let index = card.parameters?.firstIndex(where: { $0.name == name }),
      index < site.arguments.count, let span = site.arguments[index]
    else { return nil }
    return site.place.source[span]
  }

  /// The text that the value at `index` of the variadic parameter was written as.
  func sourceText(ofRest index: Int) -> String? {
    index < site.rest.count ? site.place.source[site.rest[index]] : nil
  }
}

extension Parameter {
  /// What most functions calculate with.
  static let x = Parameter("x", accepts: "a number, a tensor or a list of numbers")
  static let tensor = Parameter("x", accepts: "a tensor or a list of numbers")
  static let axis = Parameter(
    "axis", .label, or: "", accepts: "a whole number from 0", "the axis that is gone through")
  static let seed = Parameter(
    "seed", .label, or: "", accepts: "a whole number", "draws of its own, repeatable")
}
