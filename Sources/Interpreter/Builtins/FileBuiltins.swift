import Catalog
import Compression
import Containers
import Encodings
import Formats
import Networks
import Tensors

/// `load` and `save`: the only way to files, inside the folder that the session was granted.
let fileBuiltins: [Builtin] = [
  Builtin(
    Card(
      "save", .verb,
      summary: "Writes a model or a tensor to a file; gives the number of bytes in it.",
      parameters: [
        Parameter("x", accepts: "a model or a tensor"),
        Parameter("path", accepts: "a string, such as `\"small.espm\"`", "a new or replaced file"),
      ],
      examples: [
        Example(
          "save(zeros(3), \"zeros.espm\")",
          fails: "E0503: no file may be used here: zeros.espm")
      ],
      related: ["load", "size"], givesValue: false)
  ) { call in
    let path = try call.text("path")
    try call.refuseOtherForms(of: path)
    let sealed: SealedContainer
    if let model = try call.value("x").model {
      sealed = try call.placed(at: "x") { try Container.sealed(model) }
    } else {
      sealed = Container.sealed(try call.encoded("x"))
    }
    let full = try call.placed(at: "path") {
      try call.files().writeAtomically(to: path) { try sealed.forEachPiece($0) }
    }
    call.context.note("wrote \(full), \(grouped(sealed.count)) bytes")
    return .number(Double(sealed.count))
  },
  Builtin(
    Card(
      "load", .verb,
      summary: "Reads a model, a tensor or a data set from a file or a folder.",
      parameters: [
        Parameter("path", accepts: "a string", "a file, or a folder with a data set in it"),
        Parameter(
          "labels", .label, or: "", accepts: "the name or number of a column",
          "the column of a table that holds the classes"),
        Parameter(
          "array", .label, or: "", accepts: "a string", "which array of an .npz archive"),
      ],
      examples: [
        Example(
          "load(\"small.espm\")", fails: "E0503: no file may be used here: small.espm"),
        Example(
          "load(\"flowers.csv\", labels: \"kind\")",
          fails: "E0503: no file may be used here: flowers.csv"),
        Example(
          "load(\"many.npz\", array: \"weights\")",
          fails: "E0503: no file may be used here: many.npz"),
      ],
      related: ["save", "mnist"])
  ) { try $0.loaded() },
]

extension Call {
  /// What the session may do with files.
  fileprivate func files() throws -> FileAccess {
    switch context.files {
    case .none: .none
    case .folder(let folder): try FileAccess(folder: folder)
    }
  }

  /// What reads a file goes by its ending, and would be misled.
  fileprivate func refuseOtherForms(of path: String) throws {
    let name = path.split(separator: "/").last ?? ""
    guard let dot = name.lastIndex(of: "."), dot > name.startIndex else { return }
    let ending = name[dot...].lowercased()
    let others = [
      ".npy", ".npz", ".csv", ".tsv", ".json", ".txt", ".gz", ".zip", ".onnx", ".pt", ".pth", ".h5",
      ".keras", ".tflite", ".safetensors", ".gguf", ".png", ".esp", ".md",
    ]
    guard others.contains(ending) else { return }
    throw error(
      "E0508", "`save` writes Espalier's own form, and `\(ending)` names another", at: "path",
      help: ["`\"\(name[..<dot]).espm\"`"])
  }

  fileprivate func loaded() throws -> Value {
    let path = try text("path")
    var options = LoadOptions()
    options.array = try optionalText("array")
    options.labels = try labelColumn()
    return try placed(at: "path") {
      let (full, content) = try files().load(path, options)
      context.note("read \(full)")
      switch content {
      case .tensor(let tensor): return .tensor(tensor)
      case .labeled(let data): return .object(LabeledDataObject(data))
      case .dataSet(let set): return .object(DataSetObject(set))
      case .container(let source):
        switch try Container.decode(source) {
        // What was pruned or quantized stays so when the loaded model trains on.
        case .model(let model): return .model(try model.withConstraints())
        case .tensor(let encoded):
          let isPlain = encoded.grid == nil && encoded.kept == nil
          return isPlain ? .tensor(try encoded.values) : .object(EncodedObject(encoded))
        }
      }
    }
  }

  private func labelColumn() throws -> ColumnReference? {
    switch try optional("labels") {
    case nil: return nil
    case .text(let name)?: return .named(name.string)
    case .number?: return .at(try whole("labels", in: 0...1_000_000))
    default: throw wrongKind("labels")
    }
  }
}
