import Catalog
import Tensors

/// A number as text: whole numbers in full, others to 7 significant digits, −0 as 0.
///
/// What is too long either way is written with an exponent: `1e21`, `1.5e-7`.
public func textForm(_ number: Double) -> String {
  significant(number, digits: 7)
}

/// The same with another count of digits, for the sides of a check that 7 digits cannot tell apart.
func significant(_ number: Double, digits: Int) -> String {
  if number.isNaN { return "NaN" }
  if number.isInfinite { return number < 0 ? "-∞" : "∞" }
  if number == 0 { return "0" }
  if abs(number) < 1e18, let whole = Int(exactly: number) { return String(whole) }
  if abs(number) < 1e21, number.rounded() == number { return printed("%.*f", 0, number) }
  return withoutPadding(printed("%.*g", digits, number))
}

/// `1.5e-07` as `1.5e-7`, `1e+21` as `1e21`.
private func withoutPadding(_ text: String) -> String {
  guard let mark = text.firstIndex(of: "e") else { return text }
  var exponent = text[text.index(after: mark)...]
  let isNegative = exponent.hasPrefix("-")
  exponent = exponent.drop { $0 == "-" || $0 == "+" || $0 == "0" }
  return text[..<mark] + "e" + (isNegative ? "-" : "") + exponent
}

extension Value {
  /// The value as `print`, `\( )` and messages show it.
  public var text: String {
    if case .text(let text) = self { return text.string }
    var form = TextForm()
    form.add(self)
    return form.text
  }

  /// The values of one `print`, separated by spaces.
  public static func line(_ values: [Value]) -> String {
    values.map(\.text).joined(separator: " ")
  }
}

/// Builds one value's text; stops with `…` after a hundred items.
struct TextForm {
  private(set) var text = ""
  private var itemsLeft = 100

  mutating func add(_ value: Value) {
    switch value {
    case .nothing: text += "nothing"
    case .number(let number): text += textForm(number)
    case .boolean(let boolean): text += boolean ? "true" : "false"
    case .text(let string): text += quoted(string.string)
    case .range(let range): add(range)
    case .list(let list): addItems(list.items.count) { $0.add(list.items[$1]) }
    case .tensor(let tensor): add(tensor) { textForm(Double($0)) }
    case .mask(let mask): add(mask) { $0 != 0 ? "true" : "false" }
    case .function(let function): text += function.text
    case .builtin(let builtin): text += builtin.card.name
    case .option(let option): add(option)
    case .report(let report): text += report.title
    case .object(let object):
      if let values = try? object.values {
        add(values) { textForm(Double($0)) }
      } else {
        text += object.text
      }
    }
  }

  private mutating func add(_ range: WholeRange) {
    text += "\(range.lower)"
    text += range.isClosed && range.count > 0 ? "...\(range.upper - 1)" : "..<\(range.upper)"
  }

  private mutating func add(_ option: Option) {
    text += option.name
    guard let parameters = option.builtin.card.parameters else { return }
    let given = parameters.filter { option.arguments[$0.name] != nil }
    text += "("
    for (index, parameter) in given.enumerated() {
      if index > 0 { text += ", " }
      if parameter.passing == .label { text += parameter.name + ": " }
      if let value = option.arguments[parameter.name] { add(value) }
    }
    text += ")"
  }

  private mutating func add(_ tensor: Tensor, element: (Float) -> String) {
    tensor.withScalars { scalars in
      add(tensor.shape.dimensions[...], scalars[...], element)
    }
  }

  private mutating func add(
    _ lengths: ArraySlice<Int>, _ scalars: Slice<UnsafeBufferPointer<Float>>,
    _ element: (Float) -> String
  ) {
    guard let length = lengths.first else {
      text += scalars.first.map(element) ?? ""
      return
    }
    let stride = length == 0 ? 0 : scalars.count / length
    addItems(length) { form, index in
      let start = scalars.startIndex + index * stride
      form.add(lengths.dropFirst(), scalars[start..<start + stride], element)
    }
  }

  private mutating func addItems(_ count: Int, _ item: (inout TextForm, Int) -> Void) {
    text += "["
    for index in 0..<count {
      if index > 0 { text += ", " }
      if itemsLeft == 0 {
        text += "…"
        break
      }
      let before = itemsLeft
      item(&self, index)
      if itemsLeft == before { itemsLeft -= 1 }
    }
    text += "]"
  }

  private func quoted(_ string: String) -> String {
    var result = "\""
    for character in string {
      switch character {
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\"", "\\": result += "\\" + String(character)
      default: result.append(character)
      }
    }
    return result + "\""
  }
}
