import Lessons

/// What a `check` fence says about its checks to a grader, besides what any lesson's does:
/// `visibility=after_published tags="size" says="…"`.
struct FenceOptions {
  var settings: Lesson.CheckSettings
  var visibility: CheckVisibility
  var tags: [String]
  var says: String

  init(_ fence: Lesson.Fence, of file: Lesson, isSecret: Bool) throws(GradingProblem) {
    let given = fence.attributes
    settings = fence.settings
    says = given["says"] ?? ""
    tags = (given["tags"] ?? "").split(separator: ",").map { word in
      String(word.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }.filter { !$0.isEmpty }
    visibility = isSecret ? .hidden : .visible
    if let text = given["visibility"] {
      guard let wanted = CheckVisibility(rawValue: text) else {
        let all = CheckVisibility.allCases.map(\.rawValue).joined(separator: ", ")
        throw GradingProblem(
          path: file.path, line: fence.line - 1, message: "`visibility` is one of \(all)")
      }
      visibility = wanted
    }
  }
}
