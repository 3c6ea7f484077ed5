import Lessons

/// What a `check` fence says about its checks: `points=2 name="codes" needs="scale" …`.
struct FenceOptions {
  var name: String?
  /// Of the whole fence, shared evenly by its checks; one for each unless given.
  var points: Double?
  var visibility: CheckVisibility
  var needs: [String]
  var tags: [String]
  var isPartial: Bool
  var says: String

  init(_ fence: Lesson.Fence, of file: Lesson, isSecret: Bool) throws(GradingProblem) {
    func problem(_ message: String) -> GradingProblem {
      GradingProblem(path: file.path, line: fence.line - 1, message: message)
    }
    let given = fence.attributes
    name = given["name"]
    says = given["says"] ?? ""
    needs = Self.words(given["needs"])
    tags = Self.words(given["tags"])
    points = nil
    if let text = given["points"] {
      guard let value = Double(text), value.isFinite, value >= 0, value <= 1e6 else {
        throw problem("`points` is a number from 0")
      }
      points = value
    }
    switch given["each"] ?? "true" {
    case "true": isPartial = true
    case "false": isPartial = false
    default: throw problem("`each` is `true` or `false`")
    }
    visibility = isSecret ? .hidden : .visible
    if let text = given["visibility"] {
      guard let wanted = CheckVisibility(rawValue: text) else {
        let all = CheckVisibility.allCases.map(\.rawValue).joined(separator: ", ")
        throw problem("`visibility` is one of \(all)")
      }
      visibility = wanted
    }
  }

  /// Words between commas.
  private static func words(_ text: String?) -> [String] {
    (text ?? "").split(separator: ",").map { word in
      String(word.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }.filter { !$0.isEmpty }
  }
}
