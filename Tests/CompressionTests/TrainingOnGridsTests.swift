import Autograd
import Catalog
import Encodings
import Tensors
import Testing

@testable import Compression
@testable import Networks

/// What training must not lose: the clipping of gradients, zeros, grids.
@Suite struct TrainingOnGridsTests {
  /// torch.fake_quantize_per_tensor_affine, PyTorch 1.13: s = 0.01, z = 0, −128…127.
  @Test func gradientsPassWhereTheUnclippedCodeIsInside() throws {
    let constraint = GridConstraint(Quantize(.int8, scales: [0.01]), kept: nil)
    let weights = try Tensor([1.27, 1.275, -1.28, -1.5, 0, 1.2745])
    let passed = try constraint.gradient(Tensor.full([6], 1), at: weights)
    #expect(passed.scalars == [1, 0, 1, 0, 1, 1])
  }

  @Test func aZeroPointMovesTheRange() throws {
    let constraint = GridConstraint(
      Quantize(
        try IntegerFormat(bits: 2, isSigned: false), scales: [1], zeroPoints: [1]), kept: nil)
    let weights = try Tensor([-2, -1.4, -1, 2, 2.4, 2.6])
    #expect(
      try constraint.gradient(Tensor.full([6], 3), at: weights).scalars == [0, 3, 3, 3, 3, 0])
  }

  @Test func eachChannelClipsAtItsOwnScale() throws {
    let constraint = GridConstraint(
      Quantize(try IntegerFormat(bits: 3, isSigned: true), per: .channel, scales: [1, 10]),
      kept: nil)
    let weights = try Tensor([2, 2], [3, 4, 3, 40])
    #expect(try constraint.gradient(Tensor.full([2, 2], 1), at: weights).scalars == [1, 0, 1, 0])
  }

  @Test func aScaleThatIsFoundClipsNothing() throws {
    var random = Random(seed: 1)
    let constraint = GridConstraint(
      Quantize(try IntegerFormat(bits: 3, isSigned: true)), kept: nil)
    let gradient = try Tensor.normal([50], &random)
    #expect(try constraint.gradient(gradient, at: Tensor.normal([50], &random)) == gradient)
  }

  /// Prune, train, quantize, train: the zeros of the first step are still there, and no others'
  /// places took theirs.
  @Test func sparsityOutlivesQuantizationAwareTraining() throws {
    var random = Random(seed: 1)
    let pruned = try Prune(0.75)(smallNetwork(), random: &random)
    let quantized = try Quantize(try IntegerFormat(bits: 4, isSigned: true))(
      train(pruned), Resources(), random: &random)
    let final = try train(quantized)
    for (entry, before) in zip(final.weights, pruned.weights) {
      let (tensor, old) = (try encoded(entry), try encoded(before))
      #expect(tensor.kept == old.kept)
      #expect(tensor.keptCount == 8)
      let grid = try #require(tensor.grid)
      for index in 0..<32 where old.kept?[index] == false { #expect(grid.codes[index] == 0) }
      #expect(try tensor.values != (try encoded(before)).values)
    }
  }

  /// Eight different numbers a layer, in 8-bit codes, some pruned: eight and zero after training.
  @Test func clustersOutliveQuantizationAwareTraining() throws {
    var random = Random(seed: 1)
    let shared = try smallNetwork().mapParameters { entry in
      guard entry.parameter.isWeight else { return nil }
      var parameter = entry.parameter
      parameter.value = .dense(
        try Tensor(
          parameter.shape,
          parameter.tensor.scalars.map { (($0 * 8).rounded(.down) + 0.5) / 8 }))
      return parameter
    }
    let pruned = try Prune(0.25)(shared, random: &random)
    let quantized = try Quantize(.int8)(pruned, Resources(), random: &random)
    let free = try train(quantized)
    let tied = try train(quantized, [TiedWeightsHook()])
    for (index, entry) in quantized.weights.enumerated() {
      let before = Set(try encoded(entry).values.scalars)
      let after = try encoded(tied.weights[index])
      #expect(try Set(after.values.scalars).count <= before.count)
      #expect(try Set(encoded(free.weights[index]).values.scalars).count > before.count)
      #expect(after.keptCount == 24)
      #expect(tied.weights[index].parameter.constraint is GridConstraint)
      #expect(try after.values != (try encoded(entry)).values)
    }
  }

  /// Prune, share, train, put on a grid, train: eight centroids, zeros where they were.
  @Test func pruningSharingAndGridsAllOutliveTraining() throws {
    var random = Random(seed: 1)
    let pruned = try Prune(0.25)(smallNetwork(), random: &random)
    let shared = try Share(Settings(["bits": .number(3)]))(pruned, Resources(), random: &random)
    let tuned = try train(shared)
    let quantized = try Quantize(.int8)(tuned, Resources(), random: &random)
    let final = try train(quantized, [TiedWeightsHook()])
    for (index, entry) in shared.weights.enumerated() {
      let steps = try [entry, tuned.weights[index], quantized.weights[index], final.weights[index]]
        .map(encoded)
      for step in steps {
        #expect(step.kept == steps[0].kept)
        #expect(step.keptCount == 24)
        #expect(try Set(step.values.scalars.filter { $0 != 0 }).count <= 8)
      }
      // Centroids move; the weights keep theirs.
      #expect(try steps[1].values != steps[0].values)
      var centroids: [Int32: Float] = [:]
      for place in 0..<32 where steps[0].kept?[place] != false {
        let code = try #require(steps[0].grid?.codes[place])
        let value = try steps[1].values[place]
        #expect(centroids[code] ?? value == value)
        centroids[code] = value
      }
      #expect(try steps[3].values != steps[2].values)
    }
  }

  @Test func aMaskThatMovesLeavesCentroidsShared() throws {
    var random = Random(seed: 1)
    let shared = try Share(Settings(["bits": .number(2)]))(
      smallNetwork(), Resources(), random: &random)
    let hook = try OneShotSchedule(Settings()).hook(
      TrainingPruning(Prune(0.5), data: smallData(), random: random))
    for entry in try train(shared, [hook]).weights {
      let tensor = try encoded(entry)
      #expect(tensor.keptCount == 16)
      #expect(try Set(tensor.values.scalars.filter { $0 != 0 }).count <= 4)
    }
  }

  /// torch.fake_quantize_per_tensor_affine, PyTorch 1.13: s = 0.01, z = 0, −128…127.
  @Test func activationsPassWhereTheUnclippedCodeIsInside() throws {
    let tape = Tape()
    let x = tape.variable(try Tensor([1.27, 1.275, -1.28, -1.5, 0.004, 0.006]))
    let grid = try ActivationGrid(.int8, scale: 0.01, zeroPoint: 0)
    let y = try Variable.apply(.custom(grid.rounding), [x])
    #expect(y.value.scalars == [1.27, 1.27, -1.28, -1.28, 0, 0.01])
    let gradient = try tape.gradients(of: y, for: [x])[0]
    #expect(gradient?.scalars == [1, 0, 1, 0, 1, 1])
  }

  @Test func aModelThatRunsInIntegersLearnsAndStillDoes() throws {
    var random = Random(seed: 1)
    let data = try smallData()
    let settings = Settings([
      "format": .option("int8", Settings()), "activations": .option("static", Settings()),
    ])
    let before = try Quantize(settings)(smallNetwork(), Resources(data: data), random: &random)
    let after = try train(before)
    #expect(after.runsInIntegers)
    let losses = try [before, after].map { try $0.evaluate(on: data, loss: CrossEntropy()).loss }
    #expect(losses[1] < losses[0])
    // The biases are codes of the weights as they are now, and nothing else.
    #expect(after.nodes.map(\.integers?.bias) != before.nodes.map(\.integers?.bias))
    let anew = try after.withIntegersOfWeights()
    #expect(anew.nodes.map(\.integers?.bias) == after.nodes.map(\.integers?.bias))
    #expect(try anew.predict(data.images) == after.predict(data.images))
    // What a training computes with is what the integers give, to one code of the result.
    let parameters = try after.nodes.map { try $0.parameters.map { Variable(try $0.tensor) } }
    let seen = try after.run(
      Variable(data.images), parameters, Pass(isTraining: true),
      replacing: { try after.nodes[$0].onGrid($1) })
    let distance = try Tensor.apply(.subtract, after.predict(data.images), seen.value)
    let scale = try #require(after.nodes.last?.integers?.grid).scale
    #expect(distance.scalars.allSatisfy { abs($0) < 1.01 * scale })
  }

  /// A mask that moves while the weights are on a grid: both hold at the end.
  @Test func aScheduleAndAGridGoTogether() throws {
    var random = Random(seed: 1)
    let quantized = try Quantize(.int8)(smallNetwork(), Resources(), random: &random)
    let hook = try CubicSchedule(Settings()).hook(
      TrainingPruning(Prune(0.5), data: smallData(), random: random))
    let final = try train(quantized, [hook])
    for entry in final.weights {
      let tensor = try encoded(entry)
      #expect(tensor.keptCount == 16)
      #expect(tensor.grid?.format == .integer(.int8))
    }
  }

  private func train(_ model: Model, _ hooks: [any TrainingHook] = []) throws -> Model {
    var random = Random(seed: 7)
    return try model.train(
      on: smallData(),
      TrainingOptions(
        epochs: 3, batch: 16, optimizer: Adam(Settings(["rate": .number(0.01)])),
        loss: CrossEntropy()), hooks: hooks, random: &random)
  }

  private func encoded(_ entry: Model.ParameterEntry) throws -> EncodedTensor {
    guard case .encoded(let tensor) = entry.parameter.value else {
      throw VerbError.noWeights("test")
    }
    return tensor
  }
}
