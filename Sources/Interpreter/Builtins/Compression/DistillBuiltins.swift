import Catalog
import Compression
import Glibc
import Networks
import Tensors

/// Training a student from a teacher.
let distillBuiltin = Builtin(Distill.card) { call in
  let student = try call.model("x")
  let data = try call.labeledData("on")
  let distillation = Distillation(
    teacher: try call.model("teacher"),
    temperature: try call.number("temperature", in: 0.01...1000),
    mix: try call.number("mix", in: 0...1), matches: try call.matches(),
    hint: try call.number("hint", in: 0...1e6))
  let options = TrainingOptions(
    epochs: try call.whole("epochs", in: 1...1_000_000),
    batch: try call.whole("batch", in: 1...1_000_000), optimizer: try call.optimizer(),
    loss: try CrossEntropy(),
    validation: call.has("validation") ? try call.labeledData("validation") : nil)
  let seed = try call.optionalWhole("seed")
  let context = call.context
  var trained = try call.placed {
    try context.withRandom(seed: seed) { random in
      let hooks = try call.trainingHooks(data, &random)
      return try student.distilled(
        distillation, on: data, options, hooks: hooks, random: &random
      ) { context.report(Progress($0)) }
    }
  }
  trained.steps = student.steps + [call.step]
  return .model(trained)
}

extension Call {
  /// `match:` as pairs of names: one pair by itself, or a list of pairs.
  fileprivate func matches() throws -> [Distillation.Match] {
    guard has("match") else { return [] }
    func pair(_ items: [Value]) throws -> Distillation.Match {
      guard items.count == 2, case .text(let student) = items[0], case .text(let teacher) = items[1]
      else { throw wrongKind("match") }
      return Distillation.Match(student: student.string, teacher: teacher.string)
    }
    let items = try list("match")
    if case .text? = items.first { return [try pair(items)] }
    return try items.map {
      guard case .list(let names) = $0 else { throw wrongKind("match") }
      return try pair(Array(names.items))
    }
  }
}

/// The loss by itself, on logits that can be read.
let distillationLossBuiltin = Builtin(
  DistillationLoss.card, explain: { try $0.explainedDistillation() }
) { call in
  let (student, teacher, temperature) = try call.logits()
  return .number(
    try call.placed {
      try student.divergence(from: teacher, temperature: temperature, wantsGradient: false).value
    })
}

extension Call {
  /// Rows of logits; one row may stand by itself.
  fileprivate func logits() throws -> (student: Tensor, teacher: Tensor, temperature: Double) {
    func rows(_ name: String) throws -> Tensor {
      let tensor = try tensor(name)
      return tensor.shape.rank == 1
        ? try placed(at: name) { try tensor.reshaped([1, tensor.count]) } : tensor
    }
    return (
      try rows("student"), try rows("teacher"), try number("temperature", in: 0.01...1000)
    )
  }

  /// Each step in the language, in its float32; the last one in double, as the loss is.
  fileprivate func explainedDistillation() throws -> Explanation {
    let (student, teacher, temperature) = try logits()
    let result = try placed {
      try student.divergence(from: teacher, temperature: temperature, wantsGradient: true)
    }
    func softened(_ tensor: Tensor) throws -> Tensor {
      try Tensor.apply(.divide, tensor, Float(temperature)).softmax(axis: 1)
    }
    let (p, q) = try placed { (try softened(teacher), try softened(student)) }
    let t = textForm(temperature)
    let terms = try placed {
      try Tensor(
        p.shape,
        zip(p.scalars, q.scalars).map { p, q in
          p == 0 ? 0 : Float(Double(p) * (log(Double(p)) - log(Double(q))))
        })
    }
    func step(
      _ symbol: String, _ formula: String, _ expression: String, _ value: Value,
      _ remark: String = ""
    ) -> Report.Derived.Step {
      Report.Derived.Step(
        symbol: symbol, formula: formula, expression: expression, value: value, remark: remark)
    }
    let steps = [
      step("p", "p = softmax(t / T)", "softmax(t / \(t))", .tensor(p), "the teacher, softened"),
      step("q", "q = softmax(s / T)", "softmax(s / \(t))", .tensor(q), "the student, softened"),
      step("d", "d = p · ln(p / q)", "p * log(p / q)", .tensor(terms), "how far, class by class"),
      step(
        "KL", "KL = mean over rows of Σ d", "sum(d) / \(student.shape[0])",
        .number(result.value / (temperature * temperature)), "added in double"),
      step(
        "L", "L = T² · KL", "\(t)^2 * KL", .number(result.value), "T² keeps gradients their size"),
      step(
        "g", "∂L/∂s = T · (q − p) / n", "\(t) * (q - p) / \(student.shape[0])",
        .tensor(result.gradient ?? p), "what moves the student"),
    ]
    return Explanation(
      Report(
        card.name,
        blocks: [
          .derivation(
            Report.Derived(
              title: "temperature \(t)",
              inputs: [("s", .tensor(student)), ("t", .tensor(teacher))], steps: steps))
        ], value: .number(result.value)))
  }
}
