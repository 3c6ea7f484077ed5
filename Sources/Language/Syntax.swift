/// A half-open range of UTF-8 offsets in one source.
public struct Span: Hashable, Sendable {
  public var start: Int
  public var end: Int

  public init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }

  /// The smallest span that holds both.
  public func joined(_ other: Span) -> Span {
    Span(Swift.min(start, other.start), Swift.max(end, other.end))
  }
}

/// One prompt line, paste, cell, fence or script, parsed whole.
public struct Program: Sendable {
  public var source: Source
  public var statements: [Statement]
  /// How many `Name` and `Expression` ids the program uses: `0..<idCount`.
  public var idCount: Int
  /// How many functions and closures it makes: `functionID` is in `0..<functionCount`.
  public var functionCount: Int
}

/// A name where it is written; `id` finds its binding in the `Resolution`.
public struct Name: Sendable {
  public var text: String
  public var span: Span
  public var id: Int
}

public struct Statement: Sendable {
  public indirect enum Kind: Sendable {
    case bind(Name, Expression)
    case assign(Name, Expression)
    case function(Function)
    case loop(Name, over: Expression, Block)
    case whileLoop(Expression, Block)
    case giveBack(Expression?)
    case leaveLoop
    case nextPass
    case check(Expression, message: Expression?)
    case claim(Expression, [(name: Name, domain: Expression)])
    case expression(Expression)
    /// Could not be read; its names count as bound. A program that holds one never runs.
    case broken([Name])
  }
  public var kind: Kind
  public var span: Span
  /// Ended by a written `;`, which keeps the prompt from echoing it.
  public var isSilenced: Bool
}

public struct Block: Sendable {
  public var statements: [Statement]
  public var span: Span
}

/// A `func` or a closure; `functionID` finds its slots and captures in the `Resolution`.
public struct Function: Sendable {
  public struct Parameter: Sendable {
    public enum Passing: Sendable {
      case position
      /// `x:`, must be given.
      case label
      /// `x: value`, evaluated at each call; sees the parameters to its left.
      case labelOr(Expression)
    }
    public var name: Name
    public var passing: Passing
  }
  public enum Body: Sendable {
    case block(Block)
    case expression(Expression)
  }
  /// `nil` for a closure.
  public var name: Name?
  public var parameters: [Parameter]
  public var body: Body
  public var span: Span
  public var functionID: Int
}

/// An expression.
///
/// Chains (`a + b - c`, `f(x)[0].T`, `x |> f |> g`, `else if`) are flat lists, so
/// that the depth of the tree is the depth of the nesting a student wrote, at most 256.
public final class Expression: Sendable {
  public indirect enum Kind: Sendable {
    case number(Double)
    case string([StringPiece])
    case boolean(Bool)
    case name(Name)
    /// `____`; a program that holds one never runs.
    case blank
    case list([Expression])
    /// `( e )`; kept so that printing and `explain` show what was written.
    case parenthesized(Expression)
    case negate(Expression)
    case not(Expression)
    /// `base ^ exponent`
    case power(Expression, Expression)
    /// Left-associative operators of one level: `first op operand op operand …`.
    case chain(Expression, [Link])
    /// `and`, `or` of one level.
    case logical(LogicalOperator, [Expression])
    case compare(ComparisonOperator, Expression, Expression)
    /// Ends are optional only inside an index.
    case range(Expression?, Expression?, isClosed: Bool)
    case postfix(Expression, [Postfix])
    case pipe(Expression, [PipeStep])
    case closure(Function)
    case conditional([(condition: Expression, block: Block)], otherwise: Block?)
    case explain(Expression)
    case why([Name], indices: [Expression])
    case sweep(Name, over: Expression, Block)
  }

  public struct Link: Sendable {
    public var op: ArithmeticOperator
    public var opSpan: Span
    public var operand: Expression
  }

  public enum StringPiece: Sendable {
    case text(String)
    case interpolation(Expression)
  }

  public struct Postfix: Sendable {
    public enum Kind: Sendable {
      case member(Name)
      case call([Argument])
      /// An index is an expression or an open range.
      case index([Expression])
    }
    public var kind: Kind
    /// From the start of the whole postfix expression to the end of this link.
    public var span: Span
  }

  public struct Argument: Sendable {
    public var label: Name?
    public var value: Expression
  }

  /// `name.member(args)` receives the piped value as its first argument; `(e)` is called with it.
  public struct PipeStep: Sendable {
    public enum Kind: Sendable {
      case call(Name, members: [Name], arguments: [Argument])
      case apply(Expression)
    }
    public var kind: Kind
    public var span: Span
  }

  public let kind: Kind
  public let span: Span
  public let id: Int

  public init(_ kind: Kind, span: Span, id: Int) {
    self.kind = kind
    self.span = span
    self.id = id
  }
}

public enum ArithmeticOperator: String, Sendable {
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
  case matrixProduct = "@"
}

public enum LogicalOperator: String, Sendable { case and, or }

public enum ComparisonOperator: String, Sendable {
  case equal = "=="
  case notEqual = "!="
  case less = "<"
  case lessOrEqual = "<="
  case greater = ">"
  case greaterOrEqual = ">="
}
