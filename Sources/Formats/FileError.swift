import Catalog

/// A file that cannot be reached, or whose bytes are not what its format promises.
public enum FileError: DescribedError, Equatable {
  /// The run may touch no files at all.
  case notGranted(path: String)
  case outsideFolder(path: String, folder: String)
  case unusablePath(String)
  /// The system's own reason.
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  case notAFile(path: String, what: String)
  case tooLarge(path: String, bytes: Int, limit: Int)
  /// Fewer bytes than the format, or the file's own header, promises.
  case truncated(path: String, expected: String, needs: Int, has: Int, offset: Int)
  case damaged(path: String, expected: String, found: String, offset: Int)
  case unknownFormat(path: String, found: String)
  case incompleteFolder(path: String, missing: String)
  /// A line of a table, counted from 1.
  case badRow(path: String, line: Int, problem: String)
  case badColumn(path: String, problem: String)
  case severalArrays(path: String, names: [String])
  case noSuchArray(path: String, name: String, names: [String])

  public var code: String {
    switch self {
    case .unreadable, .unusablePath: "E0501"
    case .outsideFolder: "E0502"
    case .notGranted: "E0503"
    case .truncated: "E0504"
    case .damaged: "E0505"
    case .tooLarge: "E0506"
    case .unknownFormat, .notAFile: "E0507"
    case .unwritable: "E0508"
    case .badRow, .badColumn: "E0509"
    case .incompleteFolder: "E0510"
    case .severalArrays, .noSuchArray: "E0520"
    }
  }

  public var headline: String {
    switch self {
    case .notGranted(let path): "no file may be used here: \(path)"
    case .outsideFolder(let path, let folder): "\(path) is outside the folder \(folder)"
    case .unusablePath(let path): "\"\(path)\" cannot be the name of a file"
    case .unreadable(let path, let reason): "\(path) cannot be read: \(reason)"
    case .unwritable(let path, let reason): "\(path) cannot be written: \(reason)"
    case .notAFile(let path, let what): "\(path) is \(what), not a file"
    case .tooLarge(let path, let bytes, let limit):
      "\(path) would take \(grouped(bytes)) bytes; at most \(grouped(limit)) are read"
    case .truncated(let path, let expected, let needs, let has, let offset):
      "\(path) is cut short: \(expected) should take \(grouped(needs)) bytes from byte "
        + "\(grouped(offset)), and \(grouped(has)) are there"
    case .damaged(let path, let expected, let found, let offset):
      "\(path) is damaged at byte \(grouped(offset)): expected \(expected), found \(found)"
    case .unknownFormat(let path, let found):
      "\(path) has a form that `load` does not know: it begins with \(found)"
    case .incompleteFolder(let path, let missing):
      "\(path) is not a folder with a data set: \(missing)"
    case .badRow(let path, let line, let problem): "\(path), line \(line): \(problem)"
    case .badColumn(let path, let problem): "\(path): \(problem)"
    case .severalArrays(let path, let names):
      "\(path) holds \(names.count) arrays: \(names.joined(separator: ", "))"
    case .noSuchArray(let path, let name, let names):
      "\(path) holds no array \"\(name)\"; it holds \(names.joined(separator: ", "))"
    }
  }

  public var notes: [String] {
    switch self {
    case .outsideFolder:
      ["`load` and `save` stay inside one folder, also through links"]
    case .notGranted: ["grading runs without files"]
    case .unknownFormat:
      ["it knows IDX, CIFAR-10 binary, CSV, NPY, NPZ (also gzip), and its own .espm"]
    case .incompleteFolder:
      [
        "MNIST and Fashion-MNIST are four files: train-images-idx3-ubyte, "
          + "train-labels-idx1-ubyte, t10k-images-idx3-ubyte, t10k-labels-idx1-ubyte",
        "CIFAR-10 is data_batch_1.bin … data_batch_5.bin and test_batch.bin",
      ]
    default: []
    }
  }

  public var help: [String] {
    switch self {
    case .severalArrays(_, let names): ["name one: `array: \"\(names.first ?? "")\"`"]
    case .truncated: ["fetch or copy the file again"]
    default: []
    }
  }
}
