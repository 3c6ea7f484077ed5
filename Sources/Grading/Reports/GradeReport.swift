/// A form that results are written in; it renames fields and decides nothing.
///
/// A submission's part is made once for each change of it, so that a class of hundreds can be written
/// anew after every check.
protocol GradeReport: Sendable {
  func part(_ result: SubmissionResult) -> String
  func document(_ parts: [String], _ results: [SubmissionResult]) -> String
}

/// The forms, by the names that the command line has for them.
public enum ReportForm: String, Sendable, CaseIterable {
  case json, gradescope, junit, tap, csv

  /// Gradescope has one file a submission; the others hold a class in one.
  var isOneFileEach: Bool { self == .gradescope }

  func report(_ plan: GradingPlan, _ facts: GradingFacts) -> any GradeReport {
    switch self {
    case .json: JSONReport(plan: plan, facts: facts)
    case .gradescope: GradescopeReport(plan: plan, facts: facts)
    case .junit: JUnitReport(plan: plan)
    case .tap: TAPReport(plan: plan, facts: facts)
    case .csv: CSVReport(plan: plan)
    }
  }
}

/// What every report says about how it came to be.
public struct GradingFacts: Sendable {
  /// The program's version.
  public var engine: String
  /// Several submissions were asked for.
  public var isClass: Bool

  public init(engine: String, isClass: Bool) {
    self.engine = engine
    self.isClass = isClass
  }
}
