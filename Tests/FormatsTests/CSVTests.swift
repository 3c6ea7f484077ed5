import Formats
import Tensors
import Testing

struct CSVTests {
  private func tensor(_ text: String, _ name: String = "t.csv") throws -> Tensor {
    let folder = try TemporaryFolder()
    try folder.write(text, name)
    return try folder.tensor(name)
  }

  private func problem(_ text: String, labels: ColumnReference? = nil) throws -> String? {
    let folder = try TemporaryFolder()
    try folder.write(text, "t.csv")
    return folder.failure("t.csv", LoadOptions(labels: labels))?.headline
      .replacing(folder.path + "/", with: "")
  }

  private func labeled(_ text: String, _ labels: ColumnReference) throws -> LabeledRows {
    let folder = try TemporaryFolder()
    try folder.write(text, "t.csv")
    guard case .labeled(let data) = try folder.access.load("t.csv", .init(labels: labels)).content
    else { throw WrongContent() }
    return LabeledRows(
      features: data.images.scalars, labels: data.labels.scalars, names: data.classNames)
  }

  private struct LabeledRows: Equatable {
    var features: [Float]
    var labels: [Float]
    var names: [String]
  }

  @Test func numbersBecomeRows() throws {
    let table = try tensor("1, 2.5,-3e2\n4,+5,.5\n")
    #expect(table.shape == [2, 3])
    #expect(table.scalars == [1, 2.5, -300, 4, 5, 0.5])
  }

  @Test(arguments: ["1,2\n3,4", "1,2\r\n3,4\r\n", "\u{FEFF}1,2\n3,4\n", "1,2\n\n3,4\n\n\n"])
  func lineEndsAndEmptyLinesDoNotMatter(text: String) throws {
    let table = try tensor(text)
    #expect(table.shape == [2, 2])
    #expect(table.scalars == [1, 2, 3, 4])
  }

  @Test func aHeaderIsPassedOver() throws {
    #expect(try tensor("height,width\n1,2\n").scalars == [1, 2])
  }

  @Test func tabsPartTheFieldsOfATSV() throws {
    #expect(try tensor("1\t2\n", "t.tsv").scalars == [1, 2])
  }

  @Test func quotedFieldsMayHoldAnything() throws {
    let rows = try labeled(
      "\"a\"\"b\",\"kind, of\nthing\"\n1,\"x,y\"\n\"2\",\"x \"\"y\"\"\"\n", .at(1))
    #expect(rows.features == [1, 2])
    #expect(rows.names == ["x \"y\"", "x,y"])
    #expect(rows.labels == [1, 0])
  }

  @Test func labelsAreFoundByNameOrNumber() throws {
    let text = "a,class,b\n1,2,3\n4,0,6\n"
    let rows = LabeledRows(features: [1, 3, 4, 6], labels: [2, 0], names: ["0", "1", "2"])
    #expect(try labeled(text, .named("class")) == rows)
    #expect(try labeled(text, .at(1)) == rows)
  }

  @Test func namedClassesAreNumberedInSortedOrder() throws {
    let rows = try labeled("1,virginica\n2,setosa\n3,virginica\n", .at(1))
    #expect(rows.names == ["setosa", "virginica"])
    #expect(rows.labels == [1, 0, 1])
  }

  @Test func aRaggedRowNamesItsLine() throws {
    #expect(
      try problem("a,b\n1,2\n\n3\n") == "t.csv, line 4: 1 field, where the first row has 2")
    #expect(try problem("1,2\n3,4,5\n") == "t.csv, line 2: 3 fields, where the first row has 2")
  }

  @Test func whatIsNoNumberNamesLineAndColumn() throws {
    #expect(
      try problem("a,b\n1,2\n3,four\n")
        == "t.csv, line 3: column 2 \"b\" holds \"four\"; a number was expected")
    #expect(
      try problem("1,2\n3,\n") == "t.csv, line 2: column 2 holds nothing; a number was expected")
  }

  @Test func quotesThatDoNotFitNameTheirLine() throws {
    #expect(try problem("1,2\n\"3,4\n") == "t.csv, line 2: a quote is opened and never closed")
    #expect(try problem("1,2\n\"3\"x,4\n") == "t.csv, line 2: something follows a closing quote")
  }

  @Test func aTableWithoutRowsIsNone() throws {
    #expect(try problem("\n\n") == "t.csv, line 1: there is no row")
    #expect(try problem("a,b\n")?.contains("no row below the header") == true)
  }

  @Test func aColumnThatIsNotThereListsThoseThatAre() throws {
    #expect(
      try problem("a,b\n1,2\n", labels: .named("c"))
        == "t.csv: there is no column \"c\"; there are a, b")
    #expect(
      try problem("1,2\n", labels: .at(2))
        == "t.csv: there is no column 2; the 2 columns count from 0")
    #expect(try problem("1\n2\n", labels: .at(0)) == "t.csv: there is no column beside the labels")
  }
}
