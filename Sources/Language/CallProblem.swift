import Catalog

/// What is wrong with how a call passes its arguments; the same text before and while running.
public enum CallProblem: DescribedError, Equatable {
  case unknownLabel(callee: String, label: String, accepted: [String])
  case positionByLabel(callee: String, label: String)
  case doubledLabel(callee: String, label: String)
  case missingLabel(callee: String, label: String, accepts: String)
  case tooFew(callee: String, missing: String, accepts: String)
  case tooMany(callee: String, most: Int, given: Int, labels: [String])

  public var code: String {
    switch self {
    case .unknownLabel, .positionByLabel, .doubledLabel, .missingLabel: "E0102"
    case .tooFew, .tooMany: "E0103"
    }
  }

  public var headline: String {
    switch self {
    case .unknownLabel(let callee, let label, _): "`\(callee)` has no label `\(label)`"
    case .positionByLabel(let callee, let label):
      "`\(label)` of `\(callee)` is given by position, without a label"
    case .doubledLabel(_, let label): "`\(label):` is given twice"
    case .missingLabel(let callee, let label, _): "`\(callee)` needs `\(label):`"
    case .tooFew(let callee, let missing, _): "`\(callee)` needs `\(missing)`"
    case .tooMany(let callee, let most, let given, _):
      "`\(callee)` takes \(most) \(most == 1 ? "value" : "values") by position, not \(given)"
    }
  }

  public var notes: [String] {
    switch self {
    case .unknownLabel(_, _, let accepted):
      [accepted.isEmpty ? "it has no labels" : "it accepts: " + accepted.joined(separator: ", ")]
    case .missingLabel(_, _, let accepts), .tooFew(_, _, let accepts):
      accepts.isEmpty ? [] : ["it is \(accepts)"]
    case .tooMany(_, _, _, let labels):
      labels.isEmpty ? [] : ["by label it accepts: " + labels.joined(separator: ", ")]
    case .positionByLabel, .doubledLabel: []
    }
  }

  /// The accepted labels that are nearly spelled like the unknown one.
  public var nearLabels: [String] {
    guard case .unknownLabel(_, let label, let accepted) = self else { return [] }
    return nearestNames(to: label, among: accepted)
  }

  /// Which of the call's labels is to blame; `nil` when something is missing or there are too many.
  public func labelIndex(in labels: [String]) -> Int? {
    switch self {
    case .unknownLabel(_, let label, _), .positionByLabel(_, let label):
      labels.firstIndex(of: label)
    case .doubledLabel(_, let label): labels.lastIndex(of: label)
    case .missingLabel, .tooFew, .tooMany: nil
    }
  }
}

/// Statistics that a criterion may ask for, and that a call may therefore give by label.
public let statisticNames = [
  "weight", "gradient", "gradientMean", "gradientStd", "activation", "inputNorm", "hessian",
]

/// Compares a call with the parameters of what it calls.
///
/// - Parameters:
///   - positional: how many values come without label, a piped one included.
///   - labels: as written, in order.
/// - Returns: all problems, those of labels in their order first.
public func callProblems(
  of callee: String, _ parameters: [Parameter], positional: Int, labels: [String]
) -> [CallProblem] {
  let byLabel = parameters.filter { $0.passing == .label }
  let byPosition = parameters.filter { $0.passing == .position }
  let takesMore = parameters.contains { $0.passing == .variadic }
  let accepted = byLabel.map(\.name)
  // A verb with a criterion takes the criterion's statistics as labels: `gradient: g`.
  let statistics = accepted.contains("by") ? statisticNames : []
  var problems: [CallProblem] = []
  var seen: Set<String> = []
  for label in labels {
    if !seen.insert(label).inserted {
      problems.append(.doubledLabel(callee: callee, label: label))
    } else if byPosition.contains(where: { $0.name == label }) {
      problems.append(.positionByLabel(callee: callee, label: label))
    } else if !accepted.contains(label), !statistics.contains(label) {
      problems.append(.unknownLabel(callee: callee, label: label, accepted: accepted))
    }
  }
  // A misspelled or misplaced label is the likely reason for whatever seems to be missing.
  guard problems.isEmpty else { return problems }
  for parameter in byLabel where parameter.isRequired && !seen.contains(parameter.name) {
    problems.append(
      .missingLabel(callee: callee, label: parameter.name, accepts: parameter.accepts))
  }
  if positional > byPosition.count, !takesMore {
    problems.append(
      .tooMany(callee: callee, most: byPosition.count, given: positional, labels: accepted))
  } else if positional < byPosition.count, byPosition[positional].isRequired {
    let missing = byPosition[positional]
    problems.append(.tooFew(callee: callee, missing: missing.name, accepts: missing.accepts))
  }
  return problems
}
