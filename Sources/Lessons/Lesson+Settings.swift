import Catalog

extension Lesson {
  /// `try ask=number answer="max(abs(w)) / 7" within=5%`: a number to predict before the page goes on.
  public struct Question: Sendable, Equatable {
    /// How far a prediction may lie from the answer.
    public enum Margin: Sendable, Equatable {
      case share(Double)
      case absolute(Double)

      public func holds(_ given: Double, _ answer: Double) -> Bool {
        // A number typed as printed differs from the computed one in the digits not shown.
        let slack = 1e-6 * max(abs(answer), abs(given))
        switch self {
        case .share(let share): return abs(given - answer) <= share * abs(answer) + slack
        case .absolute(let distance): return abs(given - answer) <= distance + slack
        }
      }
    }
    /// It names one of several: how far off a wrong one lies says nothing.
    public var isChoice = false
    /// An expression of the language over the names that the step has by then.
    public var answer: String
    public var margin: Margin
    /// What is guessed, for the calibration: `sizes`.
    public var about: String?
    /// What a prediction within the margin earns.
    public var points: Double?
  }

  /// What a `check` fence says of its checks: `points=2 name="codes" each=true needs="scale"`.
  public struct CheckSettings: Sendable, Equatable {
    /// Other fences' `needs` may name it.
    public var name: String?
    /// Of the whole fence, shared evenly by its checks; `nil` where no points are shown.
    public var points: Double?
    /// Checks, or named fences, that have to pass first.
    public var needs: [String]
    /// Elements that hold earn their share; otherwise it is all or nothing.
    public var countsElements: Bool
  }
}

extension Lesson.Fence {
  /// The question that a `try ask=number` fence asks; `nil` for any other fence.
  public var question: Lesson.Question? { try? readQuestion() }

  /// What a `check` fence says of its checks.
  public var settings: Lesson.CheckSettings {
    (try? readSettings())
      ?? Lesson.CheckSettings(name: nil, points: nil, needs: [], countsElements: true)
  }

  /// Names that the fence's lines bind with `let`, in their order.
  public var boundNames: [String] {
    text.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      return words.count > 1 && words[0] == "let" ? String(words[1]) : nil
    }
  }

  func readQuestion() throws(LessonSettingProblem) -> Lesson.Question? {
    guard kind == .exercise, let asked = attributes["ask"] else { return nil }
    guard asked == "number" || asked == "choice" else {
      throw .init("`ask` is `number` or `choice`")
    }
    guard let answer = attributes["answer"], !answer.isEmpty else {
      throw .init("a question needs `answer=`, a number or an expression in quotation marks")
    }
    guard text.contains("____") else { throw .init("a question shows where to answer: `____`") }
    var margin = Lesson.Question.Margin.absolute(0)
    if let within = attributes["within"] {
      let isShare = within.hasSuffix("%")
      guard let number = Double(isShare ? within.dropLast() : within[...]), number.isFinite,
        number >= 0
      else { throw .init("`within` is a share, as in 5%, or a distance from the answer") }
      margin = isShare ? .share(number / 100) : .absolute(number)
    }
    if asked == "choice", attributes["within"] != nil {
      throw .init("a choice is right or wrong: `within` is for numbers")
    }
    return Lesson.Question(
      isChoice: asked == "choice", answer: answer, margin: margin, about: attributes["about"],
      points: try readPoints())
  }

  func readSettings() throws(LessonSettingProblem) -> Lesson.CheckSettings {
    let each = attributes["each"] ?? "true"
    guard each == "true" || each == "false" else { throw .init("`each` is `true` or `false`") }
    let needs = (attributes["needs"] ?? "").split(separator: ",").map { $0.trimmed }
    return Lesson.CheckSettings(
      name: attributes["name"], points: try readPoints(), needs: needs.filter { !$0.isEmpty },
      countsElements: each == "true")
  }

  private func readPoints() throws(LessonSettingProblem) -> Double? {
    guard let text = attributes["points"] else { return nil }
    guard let points = Double(text), points.isFinite, points >= 0, points <= 1e6 else {
      throw .init("`points` is a number from 0")
    }
    return points
  }
}

extension Lesson.Step {
  /// The number this step asks to predict.
  public var question: Lesson.Question? { exercise?.question }

  /// Whether the checks of this step, or its question, are worth points.
  public var points: Double? {
    let all = checks.compactMap(\.settings.points) + [question?.points].compactMap { $0 }
    return all.isEmpty ? nil : all.reduce(0, +)
  }
}

/// Something wrong with a word behind a fence's kind.
struct LessonSettingProblem: Error {
  var message: String
  init(_ message: String) { self.message = message }
}
