import Catalog

/// Where a schedule begins and ends, how often it moves, and what it prunes by while training.
public struct PruningCourse: Sendable {
  /// The share that is zero in the end, or `nil` where `prune` gives it.
  public var amount: Double?
  /// The share that is zero where the schedule begins.
  public var initial: Double
  /// How many times the mask moves, from 1.
  public var steps: Int
  /// Where in the training the schedule begins and where it ends, as shares of all its batches.
  public var begin: Double
  public var end: Double
  /// Batches from one move to the next, in the place of `steps`.
  public var frequency: Int?
  /// What pruning itself takes (`by`, `scope`, `structure`), for `train`.
  public var pruning: Settings

  init(_ reader: SettingsReader) throws {
    let card = reader.card
    func takes(_ name: String) -> Bool {
      card.parameters?.contains { $0.name == name } == true && reader.has(name)
    }
    amount = takes("amount") ? try reader.number("amount", in: 0...1) : nil
    initial = takes("from") ? try reader.number("from", in: 0...1) : 0
    steps = takes("steps") ? try reader.whole("steps", in: 1...100_000) : 1
    begin = takes("begin") ? try reader.number("begin", in: 0...1) : 0
    end = takes("end") ? try reader.number("end", in: 0...1) : 0.75
    frequency = takes("frequency") ? try reader.whole("frequency", in: 1...1_000_000_000) : nil
    pruning = Settings()
    for name in ["by", "scope", "structure"] { pruning[name] = reader.settings[name] }
  }

  /// When the mask moves in a training of so many batches, and how far on the way that is.
  ///
  ///     t_0 = rne(begin · T),  t_n = rne(end · T),  t_i = t_0 + rne((t_n − t_0) · i / n)
  ///
  /// Of moves that fall on one batch only the last counts. No move comes after the last batch began.
  ///
  /// - Parameter total: T, all batches of the training.
  /// - Returns: the batch before which the mask moves, from 0, and the progress, from 0 to 1.
  func moves(in total: Int) -> [(batch: Int, progress: Double)] {
    let last = max(0, total - 1)
    let first = min(rounded(begin * Double(total)), last)
    let span = min(rounded(max(begin, end) * Double(total)), last) - first
    var moves: [(batch: Int, progress: Double)] = []
    func add(_ batch: Int, _ progress: Double) {
      if moves.last?.batch == batch { moves.removeLast() }
      moves.append((batch, progress))
    }
    if let frequency, span > 0 {
      for batch in stride(from: 0, to: span, by: frequency) {
        add(first + batch, Double(batch) / Double(span))
      }
    } else if frequency == nil, steps > 1 {
      for step in 0..<steps {
        let progress = Double(step) / Double(steps)
        add(first + rounded(Double(span) * progress), progress)
      }
    }
    add(first + span, 1)
    return moves
  }
}

extension PruningCourse {
  static let amount = Parameter(
    "amount", or: "", accepts: "a share, 0%…100%",
    "the share of the weights that is zero in the end; for `train`, as `prune` gives its own")

  /// How often the mask moves.
  static func steps(_ standIn: String) -> Parameter {
    Parameter(
      "steps", .label, or: standIn, accepts: "a whole number from 1", "how often the mask moves")
  }

  static let initial = Parameter(
    "from", .label, or: "0", accepts: "a share, 0%…100%", "the share that is zero at the start")

  static let begin = Parameter(
    "begin", .label, or: "0", accepts: "a share, 0%…100%",
    "how far into a training the mask first moves")

  static let end = Parameter(
    "end", .label, or: "0.75", accepts: "a share, 0%…100%",
    "how far into a training the mask last moves")

  static let frequency = Parameter(
    "frequency", .label, or: "", accepts: "a whole number from 1",
    "batches of a training between two moves, instead of `steps`")

  /// What `train` prunes by; `prune` has these itself.
  static let pruning = [
    Parameter(
      "by", .label, or: "", accepts: "a criterion or a function of `weight`",
      choices: criterionCatalog.map { $0.card.name },
      "for `train`: what says which weights matter least, `magnitude` when left out"),
    Parameter(
      "scope", .label, or: "", accepts: "`layer` or `global`",
      choices: Prune.Scope.allCases.map(\.rawValue),
      "for `train`: whether layers are ranked each by itself or all together"),
    Parameter(
      "structure", .label, or: "", accepts: "a structure, such as `rows`",
      choices: structureCatalog.map { $0.card.name },
      "for `train`: what goes or stays as one piece"),
  ]

  static let at = Parameter(
    "at", .label, or: "", accepts: "a number or tensor, 0 to 1",
    "points of the way: the call is then worth the shares there")
}
