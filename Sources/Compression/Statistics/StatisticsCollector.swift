import Networks
import Tensors

extension Statistic {
  /// Whether examples have to run through the model.
  var needsData: Bool { self != .weight && self != .normScale }
}

/// Collects what criteria ask for, for every weight of a model, streaming.
///
/// Memory is that of one batch and a few float64 sums a weight, however many examples there are.
/// Only the passes that the wanted statistics need are made. The network is as in inference; the
/// loss is cross-entropy; sums are taken in the order of the examples.
struct StatisticsCollector {
  private let model: Model
  private let criterion: String
  private let progress: (VerbProgress) -> Void
  private var found: [String: [Statistic: Tensor]] = [:]

  init(_ model: Model, criterion: String, progress: @escaping (VerbProgress) -> Void) {
    self.model = model
    self.criterion = criterion
    self.progress = progress
  }

  /// Examples in one mini-batch of `gradientMean` and `gradientStd`.
  static let batch = 32

  /// - Parameters:
  ///   - wanted: each once.
  ///   - data: present when one of the wanted needs it.
  /// - Returns: by path; a weight without a batch norm behind it has no `normScale`.
  /// - Throws: what running the model throws; `PruneError.noNorm`.
  mutating func collect(
    _ wanted: [Statistic], on data: LabeledData?
  ) throws -> [String: [Statistic: Tensor]] {
    let wanted = Set(wanted)
    if wanted.contains(.normScale) { try collectNormScales() }
    guard let data else { return found }
    if !wanted.isDisjoint(with: [.gradient, .gradientMean, .gradientStd]) {
      try collectGradients(wanted, data)
    }
    if wanted.contains(.hessian) { try collectFisher(data) }
    if wanted.contains(.inputNorm) { try collectInputNorms(data) }
    if !wanted.isDisjoint(with: [.activation, .zeroShare]) {
      try collectActivations(wanted, data)
    }
    return found
  }

  private mutating func collectGradients(_ wanted: Set<Statistic>, _ data: LabeledData) throws {
    let weights = model.weights
    let wantsMoments = wanted.contains(.gradientMean) || wanted.contains(.gradientStd)
    var sums = weights.map { RunningSums(count: $0.parameter.shape.count) }
    var moments =
      wantsMoments
      ? weights.map { RunningMoments(count: $0.parameter.shape.count) } : []
    var done = 0
    try model.forEachGradient(
      data.images, data.labels, loss: CrossEntropy(), batch: Self.batch,
      of: Set(weights.map(\.path))
    ) { part in
      for (index, entry) in weights.enumerated() {
        guard let gradient = part.gradients[entry.path] else { continue }
        if wanted.contains(.gradient) {
          sums[index].add(gradient, times: Double(part.count) / Double(data.count))
        }
        if wantsMoments { moments[index].add(gradient) }
      }
      done += part.count
      report("gradients", done, of: data.count)
    }
    for (index, entry) in weights.enumerated() {
      let shape = entry.parameter.shape
      if wanted.contains(.gradient) { set(.gradient, entry.path, try sums[index].tensor(shape)) }
      if wanted.contains(.gradientMean) {
        set(.gradientMean, entry.path, try moments[index].mean(shape))
      }
      if wanted.contains(.gradientStd) {
        set(.gradientStd, entry.path, try moments[index].standardDeviation(shape))
      }
    }
  }

  /// One example at a time: the square of a batch's gradient is not the mean of the squares.
  private mutating func collectFisher(_ data: LabeledData) throws {
    let weights = model.weights
    var sums = weights.map { RunningSums(count: $0.parameter.shape.count) }
    var done = 0
    try model.forEachGradient(
      data.images, data.labels, loss: CrossEntropy(), batch: 1, of: Set(weights.map(\.path))
    ) { part in
      for (index, entry) in weights.enumerated() {
        guard let gradient = part.gradients[entry.path] else { continue }
        sums[index].add(gradient) { $0 * $0 }
      }
      done += 1
      if done.isMultiple(of: 64) || done == data.count {
        report("gradients of each example", done, of: data.count)
      }
    }
    for (index, entry) in weights.enumerated() {
      let mean = try sums[index].tensor(entry.parameter.shape) { $0 / Double(data.count) }
      set(.hessian, entry.path, mean)
    }
  }

  private mutating func collectInputNorms(_ data: LabeledData) throws {
    var sums: [String: RunningSums] = [:]
    for entry in model.weights {
      let shape = entry.parameter.shape
      sums[entry.path] = RunningSums(count: shape.count / max(1, shape[0]))
    }
    try model.observeWeightInputs(data.images, of: Set(sums.keys)) { path, rows in
      guard var sum = sums.removeValue(forKey: path) else { return }
      sum.add(columnsOf: rows) { $0 * $0 }
      sums[path] = sum
    }
    for entry in model.weights {
      guard let sum = sums[entry.path] else { continue }
      let norms = sum.sums.map { Float($0.squareRoot()) }
      set(.inputNorm, entry.path, try spread(norms, alongRowsOf: entry.parameter.shape))
    }
  }

  private mutating func collectActivations(_ wanted: Set<Statistic>, _ data: LabeledData) throws {
    let weights = model.weights
    let ends = weights.map { model.activationNode(of: $0.node) }
    var units = weights.map { UnitActivity(units: $0.parameter.shape[0]) }
    try model.observe(data.images) { place, _, output in
      for index in weights.indices where ends[index] == place { units[index].add(output) }
    }
    for (index, entry) in weights.enumerated() {
      let shape = entry.parameter.shape
      if wanted.contains(.activation) {
        set(.activation, entry.path, try spread(units[index].means, overUnitsOf: shape))
      }
      if wanted.contains(.zeroShare) {
        set(.zeroShare, entry.path, try spread(units[index].zeroShares, overUnitsOf: shape))
      }
    }
  }

  private mutating func collectNormScales() throws {
    for entry in model.weights {
      guard let scales = try model.normScales(behind: entry.node) else {
        throw PruneError.noNorm(entry.path, criterion: criterion)
      }
      set(
        .normScale, entry.path,
        try spread(scales.scalars.map(abs), overUnitsOf: entry.parameter.shape))
    }
  }

  private mutating func set(_ statistic: Statistic, _ path: String, _ tensor: Tensor) {
    found[path, default: [:]][statistic] = tensor
  }

  private func report(_ title: String, _ done: Int, of count: Int) {
    progress(
      VerbProgress(
        title, fraction: Double(done) / Double(max(1, count)), isFinal: done == count))
  }
}

/// Sums over one unit's outputs: how large they are, and how often zero.
private struct UnitActivity {
  private var sums: [Double]
  private var zeros: [Int]
  private var count = 0

  init(units: Int) {
    sums = [Double](repeating: 0, count: units)
    zeros = [Int](repeating: 0, count: units)
  }

  /// - Parameter output: `[batch, units, …]`.
  mutating func add(_ output: Tensor) {
    guard output.shape.rank > 1, output.shape[1] == sums.count, !sums.isEmpty else { return }
    let examples = output.shape[0]
    let positions = output.count / max(1, examples * sums.count)
    output.withScalars { scalars in
      var place = 0
      for _ in 0..<examples {
        for unit in sums.indices {
          for _ in 0..<positions {
            sums[unit] += Double(abs(scalars[place]))
            if scalars[place] == 0 { zeros[unit] += 1 }
            place += 1
          }
        }
      }
    }
    count += examples * positions
  }

  var means: [Float] { sums.map { Float($0 / Double(max(1, count))) } }
  var zeroShares: [Float] { zeros.map { Float(Double($0) / Double(max(1, count))) } }
}

/// One number a row of the weight (axis 0), repeated over the row.
func spread(_ numbers: [Float], overUnitsOf shape: Shape) throws -> Tensor {
  let width = shape.count / max(1, numbers.count)
  return try Tensor(unsafeUninitialized: shape) { target in
    for index in target.indices { target[index] = numbers[index / width] }
  }
}

/// One number a place in a row, repeated in every row.
func spread(_ numbers: [Float], alongRowsOf shape: Shape) throws -> Tensor {
  try Tensor(unsafeUninitialized: shape) { target in
    for index in target.indices { target[index] = numbers[index % numbers.count] }
  }
}

extension Model {
  /// γ of the batch norm that reads a node's result, or `nil` when none does.
  func normScales(behind place: Int) throws -> Tensor? {
    try nodes.first { $0.inputs == [place] && $0.layer is BatchNorm }?.parameters.first?.tensor
  }
}
