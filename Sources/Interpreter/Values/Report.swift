import Tensors

/// Something to look at: what `explain`, `compare`, `sweep` and their like give.
///
/// A report holds numbers and words, no looks; rendering lays it out.
public final class Report: Sendable {
  public enum Block: Sendable {
    case text(String)
    case table(Table)
    case derivation(Derived)
    case plot(Plot)
    /// A value shown as the prompt shows it, under a name.
    case value(String, Value)
  }

  public struct Table: Sendable {
    public enum Cell: Sendable {
      case empty
      case text(String)
      case number(Double)
      case share(Double)
      case bytes(Int)
      case value(Value)
    }
    /// Headers; the first column names the rows.
    public var columns: [String]
    public var rows: [[Cell]]

    public init(columns: [String], rows: [[Cell]]) {
      self.columns = columns
      self.rows = rows
    }
  }

  /// A derivation with every step's value recomputed.
  public struct Derived: Sendable {
    public struct Step: Sendable {
      public var symbol: String
      public var formula: String
      /// The step as an expression of the language.
      public var expression: String
      /// The expression with numbers in the place of its names; `nil` when it works on tensors.
      public var substitution: String?
      public var value: Value
      public var remark: String

      public init(
        symbol: String, formula: String, expression: String, substitution: String? = nil,
        value: Value, remark: String = ""
      ) {
        self.symbol = symbol
        self.formula = formula
        self.expression = expression
        self.substitution = substitution
        self.value = value
        self.remark = remark
      }
    }
    public var title: String
    /// What the steps start from, where it is more than a number.
    public var inputs: [(symbol: String, value: Value)]
    public var steps: [Step]

    public init(
      title: String, inputs: [(symbol: String, value: Value)] = [], steps: [Step]
    ) {
      self.title = title
      self.inputs = inputs
      self.steps = steps
    }
  }

  public struct Plot: Sendable {
    public enum Marks: Sendable {
      /// Lines over a shared horizontal axis.
      case lines
      case points
      case bars
      /// One value a pixel, row by row: `series[i]` is row `i`.
      case image
    }
    public struct Series: Sendable {
      public var name: String
      public var x: [Double]
      public var y: [Double]

      public init(_ name: String, x: [Double], y: [Double]) {
        self.name = name
        self.x = x
        self.y = y
      }
    }
    public var marks: Marks
    public var xLabel: String
    public var yLabel: String
    public var series: [Series]

    public init(_ marks: Marks, xLabel: String = "", yLabel: String = "", series: [Series]) {
      self.marks = marks
      self.xLabel = xLabel
      self.yLabel = yLabel
      self.series = series
    }
  }

  public let title: String
  public let blocks: [Block]
  /// What the reported expression is worth; `.value` in the language.
  public let value: Value
  /// Further members by name.
  public let members: [(name: String, value: Value)]

  public init(
    _ title: String, blocks: [Block], value: Value = .nothing,
    members: [(name: String, value: Value)] = []
  ) {
    self.title = title
    self.blocks = blocks
    self.value = value
    self.members = members
  }

  /// The same with a value, unless it has one.
  func worth(_ other: Value) -> Report {
    guard case .nothing = value else { return self }
    return Report(title, blocks: blocks, value: other, members: members)
  }
}
