/// What a code stands for: the entry that `?E0006` shows.
public struct DiagnosticCode: Sendable, Equatable {
  public var code: String
  /// One sentence.
  public var meaning: String
  /// A text that comes out with this code; empty where that would fill the screen.
  public var example: String

  init(_ code: String, _ meaning: String, _ example: String) {
    self.code = code
    self.meaning = meaning
    self.example = example
  }

  /// Errors, then what was stopped, then warnings, each by number.
  fileprivate var order: (Int, String) {
    (["E", "L", "W"].firstIndex(of: String(code.prefix(1))) ?? 3, code)
  }
}

/// Every code with its meaning, in their order.
///
/// A new code gets its row here.
public let diagnosticCodes: [DiagnosticCode] =
  (textCodes + callCodes + runningCodes + valueCodes + compressionCodes + nameCodes + fileCodes
  + otherCodes
  + remainingCodes).sorted { $0.order < $1.order }

/// E00: the text cannot be read.
private let textCodes: [DiagnosticCode] = [
  .init(
    "E0001", "The text is not valid UTF-8.",
    ""),
  .init(
    "E0002", "The text holds a NUL byte, as binary files do.",
    ""),
  .init(
    "E0003", "A sign that the language does not have: a curly quote, `×`, `$`.",
    "let a = 3 × 2"),
  .init(
    "E0004", "A number that cannot be read: two points, a point without a digit, too large.",
    "let a = 1.5.2"),
  .init(
    "E0005", "A number begins with 0, as a pasted `1,066` does behind its comma.",
    "let total = 1,066"),
  .init(
    "E0006", "`%` belongs to a number, as in 80%; the remainder of a division is `mod`.",
    "let half = 7 % 2"),
  .init(
    "E0007", "Letters touch a number and are no unit; units are KB MB GB KiB MiB GiB.",
    "let size = 64kb"),
  .init(
    "E0008", "A statement begins with an operator that belongs to the line above.",
    "let a = 3\n  - 2"),
  .init(
    "E0009", "A blank `____` of an exercise is still to be filled in.",
    "let a = ____"),
  .init(
    "E0010", "A string is not closed on its line.",
    "print(\"abc)"),
  .init(
    "E0011", "A string holds a backslash before something that is no escape.",
    "print(\"C:\\data\")"),
  .init(
    "E0012", "Only another `|>` may follow a pipe step.",
    "let r = w |> round + 1"),
  .init(
    "E0013", "Comments begin with `//`, and none stands inside `\\( )`.",
    "let a = 3 # three"),
  .init(
    "E0014", "An operator of another language: `&&`, `+=`, `**`, `?:`.",
    "let a = w ** 2"),
  .init(
    "E0015", "`=` and `=>` do not compare, and a label is followed by `:`.",
    "if w = 3 { print(1) }"),
  .init(
    "E0016", "Comparisons and ranges do not chain.",
    "print(0 < w < 5)"),
  .init(
    "E0017", "A bracket is never closed.",
    "let a = (3 + 2\nlet b = 4"),
  .init(
    "E0018", "A closing bracket has no opening one.",
    "let a = 3)"),
  .init(
    "E0019", "Something else is needed at this place.",
    "let = 3"),
  .init(
    "E0020", "A statement goes on where it should end.",
    "let a = 3 let b = 4"),
  .init(
    "E0021", "The arguments of a call stand in parentheses.",
    "print \"x\""),
  .init(
    "E0022", "A word of another language: `def`, `var`, `import`, `elif`.",
    "def double(x) { 2 * x }"),
  .init(
    "E0023", "A reserved word cannot be a name or a label.",
    "let for = 3"),
  .init(
    "E0024", "A closure is written in a place or a form it cannot have.",
    "w |> x => x + 1"),
  .init(
    "E0025", "`else` and `{` stand on the line of what they belong to.",
    "if true { print(1) }\nelse { print(2) }"),
  .init(
    "E0026", "Only a name can be assigned; parts are changed by making a copy.",
    "w[0] = 3"),
  .init(
    "E0027", "`if`, `explain`, `why` and `sweep` inside an operator stand in parentheses.",
    "let a = 1 + if true { 2 } else { 3 }"),
  .init(
    "E0028", "There are no type annotations.",
    "let a: Float = 3"),
  .init(
    "E0030", "There are no tuples, comprehensions and bindings of several names.",
    "let a, b = w"),
  .init(
    "E0031", "A part is taken with a range; one without an end stands only inside `[ ]`.",
    "print(w[1:3])"),
  .init(
    "E0032", "`{` opens a block and nothing else.",
    "let d = {a: 3}"),
  .init(
    "E0033", "`break` and `continue` stand in a loop, and leave no sweep.",
    "break"),
  .init(
    "E0034", "`return` stands in a function, and leaves no sweep.",
    "return 3"),
  .init(
    "E0035", "A line that begins with `|>` has nothing to continue.",
    "let a = w;\n|> abs"),
  .init(
    "E0036", "A lesson's page does not have the form of one: a fence, a heading, a solution.",
    ""),
]

/// E01: calls.
private let callCodes: [DiagnosticCode] = [
  .init(
    "E0101", "Values without a label come before those with one.",
    "near(1, within: 2, 3)"),
  .init(
    "E0102",
    "The arguments do not fit what is called, or each other: one is unknown, doubled or missing.",
    "near(1, 2, withn: 3)"),
  .init(
    "E0104", "An option or data is called like a function.",
    "prune(w, channel(3))"),
]

/// E04: names.
private let nameCodes: [DiagnosticCode] = [
  .init(
    "E0401", "There is no such name here.",
    "prnt(3)"),
  .init(
    "E0403", "A function cannot change a name outside of it.",
    "let t = 0\nfunc add(x) { t = t + x }"),
  .init(
    "E0404", "A `let` in a block hides an outer name and is never read.",
    "let best = 0; for b in 2...8 { let best = b }"),
  .init(
    "E0405", "A name that was copied into a function cannot change.",
    "func f(k) { let t = 0; t = k; x => x + t }"),
  .init(
    "E0406", "`ans` is the last value and cannot be bound.",
    "let ans = 3"),
  .init(
    "E0407", "Two parameters have the same name.",
    "func f(x, x) { x }"),
  .init(
    "E0408", "Parameters, loop values, functions and built-ins cannot be assigned.",
    "func f(x) { x = 3 }"),
]

/// E06: limits; W: warnings.
private let otherCodes: [DiagnosticCode] = [
  .init(
    "E0607", "Brackets, blocks or closures are nested deeper than 256 levels.",
    ""),
  .init(
    "E0608", "The input is longer than 16 MiB.",
    ""),
  .init(
    "W0001", "`//` begins a comment; a division rounded down is `floor(a / b)`.",
    "let half = w // 2"),
  .init(
    "W0002", "Nothing uses this value.",
    "func f(x) { x + 1; x }"),
]
