/// What a verb does to a model, as tables that `explain` shows.
public struct ModelAccount: Sendable, Equatable {
  public enum Cell: Sendable, Equatable {
    case text(String)
    case number(Double)
  }

  public struct Table: Sendable, Equatable {
    /// Headings; the first column names the rows.
    public var columns: [String]
    public var rows: [[Cell]]

    public init(_ columns: [String], _ rows: [[Cell]]) {
      self.columns = columns
      self.rows = rows
    }
  }

  /// One line above the tables.
  public var title: String
  public var tables: [Table]

  public init(_ title: String, _ tables: [Table]) {
    self.title = title
    self.tables = tables
  }
}
