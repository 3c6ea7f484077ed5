import Catalog

/// What is wrong with how a call passes its arguments; the same text before and while running.
public enum CallProblem: DescribedError, Equatable {
  case unknownLabel(callee: String, label: String, accepted: [String])
  case positionByLabel(callee: String, label: String)
  case doubledLabel(callee: String, label: String)
  /// A parameter, with `:` where it is given by label.
  case missing(callee: String, parameter: String, accepts: String, signature: String)
  /// Too few or too many by position, with the labels that those left over may be meant for.
  case wrongCount(callee: String, most: Int, given: Int, signature: String, labels: [String])

  public var code: String { "E0102" }

  public var headline: String {
    switch self {
    case .unknownLabel(let callee, let label, _): return "`\(callee)` has no label `\(label)`"
    case .positionByLabel(let callee, let label):
      return "`\(label)` of `\(callee)` is given by position, without a label"
    case .doubledLabel(_, let label): return "`\(label):` is given twice"
    case .missing(let callee, let shown, let accepts, _):
      return "`\(callee)` needs `\(shown)`" + (accepts.isEmpty ? "" : ": \(accepts)")
    case .wrongCount(let callee, let most, let given, _, _):
      let values = most == 1 ? "1 value" : most == 0 ? "no value" : "\(most) values"
      let written = given == 0 ? "none was" : given == 1 ? "1 was" : "\(given) were"
      return "`\(callee)` takes \(values) by position; \(written) given"
    }
  }

  public var notes: [String] {
    switch self {
    case .unknownLabel(_, _, let accepted):
      [accepted.isEmpty ? "it takes no labels" : "it accepts: " + accepted.joined(separator: ", ")]
    case .missing(_, _, _, let signature), .wrongCount(_, _, _, let signature, _):
      ["it is called as \(signature)"]
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
    case .missing, .wrongCount: nil
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
  let signature = "\(callee)(\(parameters.map(\.shownInCall).joined(separator: ", ")))"
  let isTooMany = positional > byPosition.count && !takesMore
  // What seems to be missing by label may stand there without one.
  for parameter in byLabel
  where parameter.isRequired && !isTooMany && !seen.contains(parameter.name) {
    problems.append(
      .missing(
        callee: callee, parameter: parameter.name + ":", accepts: parameter.accepts,
        signature: signature))
  }
  let isTooFew = positional < byPosition.count && byPosition[positional].isRequired
  if isTooFew, !byPosition[positional].accepts.isEmpty {
    let parameter = byPosition[positional]
    problems.append(
      .missing(
        callee: callee, parameter: parameter.name, accepts: parameter.accepts,
        signature: signature))
  } else if isTooFew || isTooMany {
    problems.append(
      .wrongCount(
        callee: callee, most: byPosition.count, given: positional, signature: signature,
        labels: accepted.filter { $0 != "name" && !seen.contains($0) }))
  }
  return problems
}

extension Parameter {
  fileprivate var shownInCall: String {
    switch passing {
    case .position: name
    case .label: (standIn ?? "").isEmpty ? name + ":" : "\(name): \(standIn ?? "")"
    case .variadic: name + "…"
    }
  }
}
