import Catalog
import Language
import Tensors

extension Call {
  /// A number (or a boolean read as 0 or 1 is refused: arguments are not arithmetic).
  public func number(_ name: String) throws -> Double {
    guard case .number(let number) = try value(name) else { throw wrongKind(name) }
    return number
  }

  /// A whole number in a domain, converted exactly.
  public func whole(
    _ name: String, in domain: ClosedRange<Int> = Int.min...Int.max
  ) throws -> Int {
    try whole(number(name), name, domain)
  }

  public func optionalWhole(
    _ name: String, in domain: ClosedRange<Int> = Int.min...Int.max
  ) throws -> Int? {
    try optional(name) == nil ? nil : whole(name, in: domain)
  }

  /// A number in a domain, such as a share in `0...1`.
  public func number(_ name: String, in domain: ClosedRange<Double>) throws -> Double {
    let number = try number(name)
    guard domain.contains(number) else {
      throw error(
        "E0310",
        "`\(name)` of `\(card.name)` goes from \(textForm(domain.lowerBound)) to "
          + "\(textForm(domain.upperBound)); it was \(textForm(number))", at: name)
    }
    return number
  }

  public func boolean(_ name: String) throws -> Bool {
    guard case .boolean(let boolean) = try value(name) else { throw wrongKind(name) }
    return boolean
  }

  public func text(_ name: String) throws -> String {
    guard case .text(let text) = try value(name) else { throw wrongKind(name) }
    return text.string
  }

  public func optionalText(_ name: String) throws -> String? {
    guard let value = try optional(name) else { return nil }
    guard case .text(let text) = value else { throw wrongKind(name) }
    return text.string
  }

  /// A tensor, or what stands for one: a mask's ones and zeros, a quantized tensor's values, a
  /// list of numbers, a range.
  public func tensor(_ name: String) throws -> Tensor {
    let value = try value(name)
    do {
      guard let tensor = try value.tensorOrList() else { throw wrongKind(name) }
      return tensor
    } catch let described as any DescribedError {
      throw error(described, at: name)
    }
  }

  public func optionalTensor(_ name: String) throws -> Tensor? {
    try optional(name) == nil ? nil : tensor(name)
  }

  public func mask(_ name: String) throws -> Tensor {
    guard case .mask(let mask) = try value(name) else { throw wrongKind(name) }
    return mask
  }

  public func list(_ name: String) throws -> [Value] {
    switch try value(name) {
    case .list(let list): return Array(list.items)
    case .range(let range):
      guard range.count <= List.longest else {
        throw error(LanguageLimit.list(count: range.count), at: name)
      }
      return (range.lower..<range.upper).map { .number(Double($0)) }
    default: throw wrongKind(name)
    }
  }

  /// Whole numbers from a list or range of them, or one by itself: a shape, axes, block sizes.
  public func wholes(_ name: String) throws -> [Int] {
    if case .number(let number) = try value(name) {
      return [try whole(number, name, Int.min...Int.max)]
    }
    return try list(name).map {
      guard case .number(let number) = $0 else { throw wrongKind(name) }
      return try whole(number, name, Int.min...Int.max)
    }
  }

  /// An option by its card: its name, its own arguments as values, and the same as data.
  ///
  /// `adam` given plain means `adam()`.
  public func option(_ name: String) throws -> Option {
    guard let option = try optionalOption(name) else {
      throw error("E0102", "`\(card.name)` needs `\(name)`")
    }
    return option
  }

  public func optionalOption(_ name: String) throws -> Option? {
    switch try optional(name) {
    case nil: return nil
    case .option(let option)?: return option
    case .builtin(let builtin)?: return Option(builtin)
    default: throw wrongKind(name)
    }
  }

  /// The whole axis an `axis` argument names, or `nil` when it was not given.
  public func axis(of rank: Int, _ name: String = "axis") throws -> Int? {
    guard let axis = try optionalWhole(name) else { return nil }
    guard axis >= 0, axis < rank else {
      let legal = rank == 1 ? "its only axis is 0" : "its axes are 0 to \(rank - 1)"
      throw error("E0302", "there is no axis \(axis): \(legal)", at: name)
    }
    return axis
  }

  /// What was given, as data that recipes and files keep, for these parameters.
  ///
  /// A parameter that lists its choices takes options only.
  public func settings(for names: [String]) throws -> Settings {
    var settings = Settings()
    for name in names {
      guard let value = given(name) else { continue }
      guard let setting = value.setting, setting.isOption || choices(of: name).isEmpty else {
        throw wrongKind(name)
      }
      settings[name] = setting
    }
    return settings
  }

  private func choices(of name: String) -> [String] {
    card.parameters?.first { $0.name == name }?.choices ?? []
  }

  private func whole(_ number: Double, _ name: String, _ domain: ClosedRange<Int>) throws -> Int {
    guard let whole = Int(exactly: number) else {
      throw error(
        "E0310", "`\(name)` of `\(card.name)` is a whole number; it was \(textForm(number))",
        at: name)
    }
    guard domain.contains(whole) else {
      throw error(
        "E0310",
        "`\(name)` of `\(card.name)` goes from \(domain.lowerBound) to \(domain.upperBound); "
          + "it was \(whole)", at: name)
    }
    return whole
  }
}

extension Setting {
  fileprivate var isOption: Bool {
    switch self {
    case .option, .options: true
    case .number, .boolean, .text, .numbers: false
    }
  }
}

extension Value {
  /// The value as data for recipes, or `nil` when it has no such form.
  public var setting: Setting? {
    switch self {
    case .number(let number): .number(number)
    case .boolean(let boolean): .boolean(boolean)
    case .text(let text): .text(text.string)
    case .list(let list): list.numbers.map { .numbers($0) } ?? list.options
    case .tensor(let tensor): .numbers(tensor.scalars.map(Double.init))
    case .builtin(let builtin): .option(builtin.card.name, Settings())
    case .option(let option): .option(option.name, option.settings)
    default: nil
    }
  }
}

extension List {
  /// The list as options, when it is of nothing else and not empty.
  fileprivate var options: Setting? {
    var choices: [Setting.Choice] = []
    for item in items {
      guard case .option(let name, let settings)? = item.setting else { return nil }
      choices.append(Setting.Choice(name, settings))
    }
    return choices.isEmpty ? nil : .options(choices)
  }
}
