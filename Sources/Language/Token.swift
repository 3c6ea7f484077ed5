/// What a token is; operators are named after what they mean, not how they look.
enum TokenKind: UInt8, Sendable {
  case name, number, blank
  /// `"`, a stretch of text, `\(`, `)` and `"` of a string are tokens of their own.
  case stringStart, stringText, interpolationStart, interpolationEnd, stringEnd
  case letWord, funcWord, ifWord, elseWord, forWord, inWord, whileWord, returnWord, breakWord
  case continueWord, trueWord, falseWord, andWord, orWord, notWord, checkWord, claimWord
  case explainWord, whyWord, sweepWord
  case leftParen, rightParen, leftBracket, rightBracket, leftBrace, rightBrace
  case comma, colon, semicolon, dot, newline
  case assign, closureArrow, pipe
  case plus, minus, star, slash, at, caret
  case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual
  case closedRange, halfOpenRange
  /// Wrong habits that the parser understands well enough to correct.
  case percent, question, compoundAssign, increment, decrement, thinArrow
  /// Text the lexer refused; the parser gives the statement up without a word.
  case broken
  case endOfText
}

/// A piece of the source; 32 bytes, because a line may hold a million of them.
struct Token: Sendable {
  var kind: TokenKind
  /// The first token behind a line end, wherever that is.
  var startsLine: Bool
  /// The lexer has reported it and put a better one in its place.
  var isRepaired: Bool
  /// A bracket's partner, or the place of a literal's value; -1 for none.
  var link: Int
  var start: Int
  var end: Int

  var span: Span { Span(start, end) }
}

/// The words that can never be names, labels or card names.
public let reservedWords: [String] = reserved.map(\.word)

let reserved: [(word: String, kind: TokenKind)] = [
  ("let", .letWord), ("func", .funcWord), ("if", .ifWord), ("else", .elseWord),
  ("for", .forWord), ("in", .inWord), ("while", .whileWord), ("return", .returnWord),
  ("break", .breakWord), ("continue", .continueWord), ("true", .trueWord),
  ("false", .falseWord), ("and", .andWord), ("or", .orWord), ("not", .notWord),
  ("check", .checkWord), ("claim", .claimWord), ("explain", .explainWord),
  ("why", .whyWord), ("sweep", .sweepWord),
]

let reservedKinds = Dictionary(uniqueKeysWithValues: reserved.map { ($0.word, $0.kind) })

extension TokenKind {
  var isReservedWord: Bool {
    rawValue >= TokenKind.letWord.rawValue && rawValue <= TokenKind.sweepWord.rawValue
  }

  /// A line that ends in such a token goes on in the next.
  var continuesLine: Bool {
    switch self {
    case .comma, .colon, .assign, .closureArrow, .dot, .pipe, .plus, .minus, .star, .slash, .at,
      .caret, .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual, .closedRange,
      .halfOpenRange, .percent, .question, .compoundAssign, .andWord, .orWord, .notWord,
      .leftParen, .leftBracket, .leftBrace:
      true
    default: false
    }
  }

  /// At the start of a line these close every `(` and `[` left open.
  var startsStatement: Bool {
    switch self {
    case .letWord, .funcWord, .forWord, .whileWord, .returnWord, .checkWord, .claimWord: true
    default: false
    }
  }

  /// Stands between two operands.
  var isInfix: Bool {
    switch self {
    case .plus, .minus, .star, .slash, .at, .caret, .equal, .notEqual, .less, .lessOrEqual,
      .greater, .greaterOrEqual, .closedRange, .halfOpenRange, .percent, .andWord, .orWord:
      true
    default: false
    }
  }

  /// Can begin an operand.
  var startsOperand: Bool {
    switch self {
    case .name, .number, .blank, .stringStart, .trueWord, .falseWord, .leftParen, .leftBracket:
      true
    default: false
    }
  }
}
