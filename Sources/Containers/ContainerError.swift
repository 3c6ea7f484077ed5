import Catalog

/// Bytes that are no container, or no longer the one that was written.
public enum ContainerError: DescribedError, Equatable {
  case notAContainer
  case newerVersion(Int)
  case truncated(promised: Int, found: Int)
  case trailing(promised: Int, found: Int)
  case checksum
  case damaged(String)
  case unknownLayer(String)

  public var code: String {
    switch self {
    case .notAContainer: "E0514"
    case .truncated: "E0511"
    case .trailing, .checksum, .damaged: "E0512"
    case .newerVersion, .unknownLayer: "E0513"
    }
  }

  public var headline: String {
    switch self {
    case .notAContainer: "this is no saved model: it does not begin with `ESPM`"
    case .newerVersion(let version):
      "the model was saved in version \(version) of the format; this program reads version 1"
    case .truncated(let promised, let found):
      // The length stands in the header; without that nobody knows how many bytes there were.
      found < promised
        ? "the saved bytes end early: \(promised) bytes were saved, \(found) are here"
        : "the saved bytes end in their header, after \(found) bytes"
    case .trailing(let promised, let found):
      "\(found - promised) bytes follow the \(promised) of the saved model"
    case .checksum: "the saved model is damaged: its checksum does not match its bytes"
    case .damaged(let what): "the saved model is damaged: \(what)"
    case .unknownLayer(let name): "the saved model has a layer `\(name)`, which is not known here"
    }
  }

  public var help: [String] {
    switch self {
    case .truncated, .trailing, .checksum, .damaged: ["save it again, or copy the file again"]
    case .newerVersion, .unknownLayer: ["a newer program reads it"]
    case .notAContainer: []
    }
  }
}
