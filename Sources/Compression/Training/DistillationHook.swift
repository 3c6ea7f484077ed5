import Autograd
import Catalog
import Networks
import Tensors

/// Adds to the loss of a training how far the student is from its teacher.
struct DistillationHook: TrainingHook {
  /// A student's layer beside a teacher's.
  struct Pair: Sendable {
    var student: Int
    var teacher: Int
    /// The place of its linear map among what is learnt; `nil` when the widths agree.
    var map: Int?
  }

  let distillation: Distillation
  let pairs: [Pair]
  /// Starts of the maps, `[teacher's channels, student's channels]` each.
  let maps: [Tensor]
  /// The teacher's logits, `[n, classes]`; `nil` when only layers are matched.
  let answers: Tensor?

  /// - Throws: `DistillationError`; `LayerError.wrongData` when the teacher takes other examples.
  init(
    _ distillation: Distillation, student: Model, _ data: LabeledData, loss: any Loss,
    random: Random
  ) throws {
    self.distillation = distillation
    let teacher = distillation.teacher
    var random = random
    var maps: [Tensor] = []
    pairs = try distillation.matches.map { match in
      let own = try student.place(match.student, of: "student")
      let theirs = try teacher.place(match.teacher, of: "teacher")
      let shapes = (student.nodes[own].outputShape, teacher.nodes[theirs].outputShape)
      guard shapes.0.rank == shapes.1.rank, shapes.0.rank > 0,
        shapes.0.dimensions.dropFirst() == shapes.1.dimensions.dropFirst()
      else { throw DistillationError.unlike(match, shapes.0, shapes.1) }
      guard shapes.0 != shapes.1 else { return Pair(student: own, teacher: theirs) }
      let bound = Float(1 / Double(shapes.0[0]).squareRoot())
      maps.append(try .uniform([shapes.1[0], shapes.0[0]], -bound, bound, &random))
      return Pair(student: own, teacher: theirs, map: maps.count - 1)
    }
    self.maps = maps
    guard distillation.mix > 0 else {
      answers = nil
      return
    }
    guard teacher.outputShape == student.outputShape else {
      throw DistillationError.otherAnswers(teacher.outputShape, student: student.outputShape)
    }
    guard student.outputShape.rank == 1 else {
      throw DistillationError.noClasses(student.outputShape)
    }
    var parts: [Tensor] = []
    let last = teacher.lastNode(before: try CrossEntropy())
    try teacher.observe(data.images) { node, _, output in
      if node == last { parts.append(output) }
    }
    answers = try .concatenated(parts, axis: 0)
  }

  func begin(_ training: inout TrainingState) throws -> [Tensor] { maps }

  var watched: Set<Int> { Set(pairs.map(\.student)) }

  func loss(_ own: Variable, _ step: TrainingStep, _ learned: [Variable]) throws -> Variable {
    var loss = own
    if let answers {
      let teacher = try answers.rows(step.chosen)
      let divergence = try Variable.apply(
        .divergence(teacher: teacher, temperature: distillation.temperature), [step.output])
      loss = try sum(scaled(own, 1 - distillation.mix), scaled(divergence, distillation.mix))
    }
    guard !pairs.isEmpty, distillation.hint > 0 else { return loss }
    var targets: [Int: Tensor] = [:]
    let wanted = Set(pairs.map(\.teacher))
    try distillation.teacher.observe(step.images, batch: step.chosen.count) { node, _, output in
      if wanted.contains(node) { targets[node] = output }
    }
    for pair in pairs {
      guard var result = step.results[pair.student], let target = targets[pair.teacher] else {
        continue
      }
      if let map = pair.map { result = try mapped(result, by: learned[map]) }
      let distance = try Variable.apply(.meanSquaredError(target: target), [result])
      loss = try sum(loss, scaled(distance, distillation.hint))
    }
    return loss
  }

  private func scaled(_ loss: Variable, _ factor: Double) throws -> Variable {
    try .apply(.scaled(by: Tensor([], [Float(factor)])), [loss])
  }

  private func sum(_ a: Variable, _ b: Variable) throws -> Variable { try .apply(.add, [a, b]) }

  /// Each place's channels through the linear map: `[n, c, …]` → `[n, c′, …]`.
  private func mapped(_ result: Variable, by map: Variable) throws -> Variable {
    let lengths = result.shape.dimensions
    let turned = try Variable.apply(.transpose([1, 0]), [map])
    guard lengths.count > 2 else { return try .apply(.matrixProduct, [result, turned]) }
    // Channels last, every place a row, and back again.
    let back = [0, lengths.count - 1] + Array(1..<lengths.count - 1)
    let last = [0] + Array(2..<lengths.count) + [1]
    let rows = try Variable.apply(
      .reshape([result.shape.count / max(1, lengths[1]), lengths[1]]),
      [.apply(.transpose(last), [result])])
    let product = try Variable.apply(.matrixProduct, [rows, turned])
    let channelsLast = Shape([lengths[0]] + lengths[2...] + [map.shape[0]])
    return try .apply(.transpose(back), [.apply(.reshape(channelsLast), [product])])
  }
}

extension Model {
  fileprivate func place(_ name: String, of owner: String) throws -> Int {
    guard let place = nodes.firstIndex(where: { $0.name == name }) else {
      throw DistillationError.noLayer(
        name, of: owner, near: nearestNames(to: name, among: nodes.map(\.name)))
    }
    return place
  }
}
