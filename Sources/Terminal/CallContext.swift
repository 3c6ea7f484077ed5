/// Where in a line the cursor stands, as far as completion needs to know.
///
/// A scan of the unfinished text, not a parse: it must make sense of what nobody has finished.
struct CallContext: Equatable {
  /// The word being typed, possibly empty.
  var word: String
  /// The names before the word when it is a member: `["net", "conv1"]` for `net.conv1.we`.
  var path: [String]
  /// The call that is open around the cursor, outside of strings.
  var callee: String?
  /// Labels that this call has already been given.
  var labels: Set<String>
  /// The label whose value is being typed: `by` in `prune(w, by: ma`.
  var label: String?
  /// Inside a string or a comment there is nothing to complete.
  var isText: Bool

  /// - Parameter text: everything from the start of the entry to the cursor.
  init(before text: String) {
    word = ""
    path = []
    labels = []
    isText = false
    var open: [(callee: String?, labels: Set<String>, label: String?)] = []
    var names: [String] = []
    var current = ""
    var isAfterDot = false

    func endName() {
      guard !current.isEmpty else { return }
      if isAfterDot { names.append(current) } else { names = [current] }
      current = ""
      isAfterDot = false
    }

    let scalars = Array(text.unicodeScalars)
    var at = 0
    while at < scalars.count {
      let scalar = scalars[at]
      at += 1
      if scalar == "_" || scalar.properties.isAlphabetic
        || (scalar.properties.numericType != nil && !(current.isEmpty && scalar.value < 0x80))
      {
        if current.isEmpty, !isAfterDot { names = [] }
        current.unicodeScalars.append(scalar)
        continue
      }
      let hadName = !current.isEmpty
      endName()
      switch scalar {
      case ".":
        isAfterDot = !names.isEmpty
        continue
      case "(": open.append((callee: names.last, labels: [], label: nil))
      case "[": open.append((callee: nil, labels: [], label: nil))
      case ")", "]": _ = open.popLast()
      case ",": if !open.isEmpty { open[open.count - 1].label = nil }
      case ":":
        if hadName, let label = names.last, !open.isEmpty {
          open[open.count - 1].labels.insert(label)
          open[open.count - 1].label = label
        }
      case "\"":
        guard let end = Self.endOfString(scalars, at) else {
          isText = true
          return
        }
        at = end
      case "/" where at < scalars.count && scalars[at] == "/":
        guard let end = scalars[at...].firstIndex(of: "\n") else {
          isText = true
          return
        }
        at = end
      case " " where isAfterDot: continue
      default: break
      }
      names = []
      isAfterDot = false
    }
    word = current
    path = isAfterDot ? names : []
    if let call = open.last {
      callee = call.callee
      labels = call.labels
      label = call.label
    }
  }

  private static func endOfString(_ scalars: [Unicode.Scalar], _ start: Int) -> Int? {
    var at = start
    while at < scalars.count, scalars[at] != "\n" {
      if scalars[at] == "\\" { at += 1 } else if scalars[at] == "\"" { return at + 1 }
      at += 1
    }
    return nil
  }
}
