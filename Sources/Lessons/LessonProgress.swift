import FoundationEssentials

/// How far a student came in each lesson, as one small readable JSON file.
///
/// It keeps what was typed, not the values: a lesson is resumed by running the answers again, which
/// gives the same bytes.
public struct LessonProgress: Codable, Sendable, Equatable {
  public enum State: String, Codable, Sendable {
    case open, passed, skipped
    /// A prediction was made and was outside the margin.
    case answered
  }

  /// A number that was guessed before the page gave it away.
  public struct Prediction: Codable, Sendable, Equatable {
    public var given: Double
    public var answer: Double
    /// Within the question's margin.
    public var isWithin: Bool
    /// What was guessed, in the question's word: `sizes`.
    public var about: String?
    /// One of several was named, so that there is no distance to the answer.
    public var isChoice: Bool?

    public init(
      given: Double, answer: Double, isWithin: Bool, about: String? = nil, isChoice: Bool? = nil
    ) {
      self.isChoice = isChoice
      self.given = given
      self.answer = answer
      self.isWithin = isWithin
      self.about = about
    }
  }

  public struct StepRecord: Codable, Sendable, Equatable {
    public var state: State
    /// How often `check` was asked for.
    public var tries: Int
    /// Hints shown.
    public var hints: Int
    /// Inputs that ran, in order.
    public var inputs: [String]
    /// Points earned at the last check, where the step gives any.
    public var points: Double?
    public var prediction: Prediction?

    public init() {
      state = .open
      tries = 0
      hints = 0
      inputs = []
    }
  }

  public struct LessonRecord: Codable, Sendable, Equatable {
    public var version: Int
    /// The step the student stands at.
    public var step: String
    public var steps: [String: StepRecord]

    public init(version: Int, step: String) {
      self.version = version
      self.step = step
      steps = [:]
    }
  }

  public var format = 1
  public var lessons: [String: LessonRecord] = [:]

  public init() {}

  /// The predictions made in every lesson but one, lesson by lesson.
  public func predictions(outside lesson: String) -> [Prediction] {
    lessons.sorted { $0.key < $1.key }.filter { $0.key != lesson }.flatMap { _, record in
      record.steps.sorted { $0.key < $1.key }.compactMap(\.value.prediction)
    }
  }

  /// Reads the file; an absent one is an empty record.
  ///
  /// - Throws: `LessonProblem` when it is there but cannot be read, so that nobody's progress is
  ///   overwritten unseen.
  public init(path: String) throws(LessonProblem) {
    self.init()
    guard FileManager.default.fileExists(atPath: path) else { return }
    do {
      let data = try Data(contentsOf: URL(filePath: path))
      self = try JSONDecoder().decode(Self.self, from: data)
    } catch {
      throw LessonProblem(
        path: path, line: 1,
        message: "this progress file cannot be read; move it away to start anew")
    }
  }

  /// Writes the file whole or not at all.
  public func write(to path: String) throws(LessonProblem) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    do {
      try FileManager.default.createDirectory(
        atPath: folder.joined(separator: "/"), withIntermediateDirectories: true)
      try encoder.encode(self).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw LessonProblem(path: path, line: 1, message: "progress could not be written here")
    }
  }
}
