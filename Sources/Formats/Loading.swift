import Networks
import Tensors

/// What was found in a file or folder.
public enum Loaded {
  case tensor(Tensor)
  case labeled(LabeledData)
  case dataSet(DataSet)
  /// A container of Espalier; `Containers` reads it.
  case container(any ByteSource)
}

/// What `load` may be told beside the path.
public struct LoadOptions: Sendable {
  /// The column of a table that holds the labels; the table is a plain tensor without.
  public var labels: ColumnReference?
  /// Which array of an NPZ archive.
  public var array: String?

  public init(labels: ColumnReference? = nil, array: String? = nil) {
    self.labels = labels
    self.array = array
  }
}

extension FileAccess {
  /// Reads a file of any known format, or a folder with a data set.
  ///
  /// The format is recognized by the first bytes; CSV, CIFAR-10 and containers by the name's end
  /// too. Every format may be gzipped.
  ///
  /// - Returns: the full path, and what was there.
  /// - Throws: `FileError` for files that cannot be reached, are damaged or are of no known format.
  public func load(
    _ path: String, _ options: LoadOptions = LoadOptions()
  ) throws -> (path: String, content: Loaded) {
    let full = try pathForReading(path)
    if kind(of: full, followingLinks: true) == .folder {
      return (full, .dataSet(try dataSet(inFolder: full)))
    }
    let source = try open(full)
    // A model goes from the file to its tensors, without all its bytes in between.
    if isContainer(source.ahead(4), name: full) { return (full, .container(source)) }
    return (full, try decoded(try unpackedIfGzip(source.contents()), options))
  }

  private func isContainer(_ start: [UInt8], name: some StringProtocol) -> Bool {
    start == Array("ESPM".utf8)
      || name.hasSuffix(".espm") && !start.isEmpty && !isGzip(start)
  }

  private func decoded(_ contents: FileContents, _ options: LoadOptions) throws -> Loaded {
    let bytes = contents.bytes
    guard !bytes.isEmpty else {
      throw FileError.unreadable(path: contents.path, reason: "it is empty")
    }
    let name = contents.path.hasSuffix(".gz") ? contents.path.dropLast(3) : contents.path[...]
    if isContainer(Array(bytes.prefix(4)), name: name) { return .container(ByteList(bytes)) }
    if NPY.recognizes(bytes) { return .tensor(try NPY(contents).tensor) }
    if Zip.recognizes(bytes) { return try archive(contents, options) }
    // Before IDX: a first record "airplane" of two black pixels begins with two zeros as well.
    if name.hasSuffix(".bin"), bytes.count % CIFAR.recordLength == 0 || !IDX.recognizes(bytes) {
      return .labeled(try CIFAR.labeled([contents], named: lastPart(of: contents.path)))
    }
    if IDX.recognizes(bytes) { return .tensor(try IDX(contents).tensor) }
    let isTable = [".csv", ".tsv", ".txt"].contains { name.hasSuffix($0) }
    guard isTable || looksLikeText(bytes) else {
      throw FileError.unknownFormat(path: contents.path, found: hexadecimal(bytes.prefix(8)))
    }
    let table = try CSV(contents)
    if let labels = options.labels {
      return .labeled(try table.labeled(by: labels, path: contents.path))
    }
    return .tensor(try table.tensor())
  }

  /// One array of an archive, or the four of a data set as Keras hands them out.
  private func archive(_ contents: FileContents, _ options: LoadOptions) throws -> Loaded {
    let zip = try Zip(contents)
    func array(_ entry: Zip.Entry) throws -> NPY {
      try NPY(
        FileContents(path: "\(contents.path):\(entry.name)", bytes: try zip.bytes(of: entry)))
    }
    let named = zip.entries.filter { $0.name.hasSuffix(".npy") }
      .map { (name: String($0.name.dropLast(4)), entry: $0) }
    let names = named.map(\.name)
    guard !names.isEmpty else {
      throw FileError.damaged(
        path: contents.path, expected: "arrays of NumPy in the archive",
        found: zip.entries.first.map { "\"\($0.name)\"" } ?? "nothing", offset: 0)
    }
    if let wanted = options.array {
      guard let found = named.first(where: { $0.name == wanted }) else {
        throw FileError.noSuchArray(path: contents.path, name: wanted, names: names)
      }
      return .tensor(try array(found.entry).tensor)
    }
    if Set(names) == ["x_train", "y_train", "x_test", "y_test"] {
      let arrays = Dictionary(
        try named.map { ($0.name, try array($0.entry)) }, uniquingKeysWith: { first, _ in first })
      return .dataSet(try kerasSet(arrays, contents.path))
    }
    guard named.count == 1 else {
      throw FileError.severalArrays(path: contents.path, names: names)
    }
    return .tensor(try array(named[0].entry).tensor)
  }

  private func looksLikeText(_ bytes: [UInt8]) -> Bool {
    bytes.prefix(4096).allSatisfy { $0 >= 0x20 || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }
  }
}
