/// Something that the lesson's or key's author has to mend before anyone can be graded.
public struct GradingProblem: Error, Sendable, Equatable {
  public var path: String
  public var line: Int
  public var message: String

  public init(path: String, line: Int, message: String) {
    self.path = path
    self.line = line
    self.message = message
  }
}
