/// Labelled data in two parts that share no example: one to learn from, one to be measured on.
public struct DataSet: Sendable {
  /// The name in the language: `mnist`.
  public var name: String
  /// One line on what it is and how it was split.
  public var summary: String
  /// Where it comes from and under which licence it stands; empty for data read from a folder.
  public var provenance: String
  public let train: LabeledData
  public let test: LabeledData

  public init(
    name: String, summary: String = "", provenance: String = "", train: LabeledData,
    test: LabeledData
  ) {
    self.name = name
    self.summary = summary
    self.provenance = provenance
    self.train = train
    self.test = test
  }
}
