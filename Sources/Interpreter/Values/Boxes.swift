import Catalog
import Tensors

/// Bytes booked in the run's memory for as long as this lives.
///
/// Tensors book their own; lists and strings do it through this, so that a program that piles them
/// up ends in an error too.
final class Booking: Sendable {
  private let bytes: Int
  private let memory: Memory

  init(_ bytes: Int) throws {
    let memory = Work.current.memory
    do {
      try memory.reserve(bytes)
    } catch {
      throw LanguageLimit.memory(bytes: bytes, live: memory.live, limit: memory.limit)
    }
    self.memory = memory
    self.bytes = bytes
  }

  deinit { memory.release(bytes) }
}

/// A string of the language.
public final class Text: Sendable {
  public let string: String
  private let booking: Booking?

  /// The longest string, in bytes: a doubled string ends in an error, not in a full machine.
  public static let longest = 16 << 20

  public init(_ string: String) throws {
    guard string.utf8.count <= Text.longest else {
      throw LanguageLimit.text(bytes: string.utf8.count)
    }
    self.string = string
    try Work.current.charge(string.utf8.count / 4)
    booking = string.utf8.count > 256 ? try Booking(string.utf8.count) : nil
  }

  /// For text known to be short: messages, names.
  public init(short string: String) {
    self.string = string
    booking = nil
  }
}

/// Whole numbers from `lower` up to, not including, `upper`; never stored one by one.
public final class WholeRange: Sendable {
  public let lower: Int
  public let upper: Int
  /// Written with `...`, for printing.
  public let isClosed: Bool

  public init(_ range: Range<Int>, isClosed: Bool = false) {
    lower = range.lowerBound
    upper = range.upperBound
    self.isClosed = isClosed
  }

  public var count: Int { upper - lower }
}

/// A built-in option with the arguments it was given: `int(4)`, `adam(0.001)`.
public final class Option: Sendable {
  public let builtin: Builtin
  /// By parameter name; only what was given.
  public let arguments: [String: Value]
  /// The same as data, for recipes and files.
  public let settings: Settings

  public init(_ builtin: Builtin, arguments: [String: Value] = [:], settings: Settings = Settings())
  {
    self.builtin = builtin
    self.arguments = arguments
    self.settings = settings
  }

  public var name: String { builtin.card.name }
}

extension Value {
  /// How many lists or closures lie inside each other here.
  var depth: Int {
    switch self {
    case .list(let list): list.depth
    case .function(let function): function.depth
    case .option(let option): option.arguments.values.reduce(0) { max($0, $1.depth) }
    default: 0
    }
  }

  /// A string that is known to be short.
  public static func string(_ text: String) -> Value { .text(Text(short: text)) }

  public static func range(_ range: Range<Int>) -> Value { .range(WholeRange(range)) }

  public static func list(_ items: [Value]) throws -> Value { .list(try List(items)) }
}
