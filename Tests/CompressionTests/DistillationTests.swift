import Catalog
import Networks
import Tensors
import Testing

@testable import Compression

@Suite struct DistillationTests {
  /// PyTorch: F.kl_div(log_softmax(s/T), softmax(t/T), reduction="batchmean") * T * T.
  @Test func theDivergenceIsPyTorchs() throws {
    let student = try Tensor([1, 3], [1, 2, 3])
    let teacher = try Tensor([1, 3], [3, 1, 0.5])
    for (temperature, wanted) in [(1.0, 1.57396), (4, 1.82643)] {
      let value = try student.divergence(from: teacher, temperature: temperature).value
      #expect((value * 100_000).rounded() / 100_000 == wanted)
    }
    let rows = try Tensor([2, 3], [1, 2, 3, 3, 1, 0.5])
    let others = try Tensor([2, 3], [3, 1, 0.5, 3, 1, 0.5])
    #expect(abs(try rows.divergence(from: others, temperature: 1).value * 2 - 1.57396) < 1e-5)
  }

  @Test func awkwardLogits() throws {
    let far = try Tensor([1, 2], [1000, -1000])
    let other = try Tensor([1, 2], [-1000, 1000])
    #expect(try far.divergence(from: far, temperature: 1).value == 0)
    #expect(try far.divergence(from: other, temperature: 1).value == 2000)
    #expect(
      try Tensor([1, 1], [3]).divergence(from: Tensor([1, 1], [5]), temperature: 2).value == 0)
    #expect(try Tensor([1, 2], [.nan, 0]).divergence(from: far, temperature: 1).value.isNaN)
    #expect(throws: TensorError.self) {
      try Tensor([0, 2], []).divergence(from: Tensor([0, 2], []), temperature: 1)
    }
    #expect(throws: TensorError.self) {
      try far.divergence(from: Tensor([1, 3], [1, 2, 3]), temperature: 1)
    }
  }

  @Test func withoutTheTeachersShareTheLossIsTheLabels() throws {
    let teacher = try trained()
    #expect(try distilled(Distillation(teacher: teacher, mix: 0)) == plain())
    #expect(try distilled(Distillation(teacher: teacher, mix: 0.5)) != plain())
  }

  @Test func aStudentThatOnlyListensComesNearItsTeacher() throws {
    let teacher = try trained()
    let data = try smallData()
    var random = Random(seed: 3)
    let student = try smallNetwork().distilled(
      Distillation(teacher: teacher, temperature: 2, mix: 1), on: data, options(30),
      random: &random)
    func distance(_ model: Model) throws -> Double {
      try model.predict(data.images).divergence(
        from: teacher.predict(data.images), temperature: 1, wantsGradient: false
      ).value
    }
    #expect(try distance(student) < distance(smallNetwork()) / 4)
  }

  @Test func aMatchedLayerOfAnotherWidthGoesThroughALearntMap() throws {
    var random = Random(seed: 9)
    let wide = try Model.input([4]).appending(
      Linear(Settings(["outputs": .number(12)])), random: &random
    ).appending(Tanh(Settings()), random: &random).appending(
      Linear(Settings(["outputs": .number(4)])), random: &random)
    let match = Distillation.Match(student: "tanh1", teacher: "tanh1")
    let student = try smallNetwork()
    let result = try student.distilled(
      Distillation(teacher: wide, mix: 0, matches: [match]), on: smallData(), options(2),
      random: &random)
    #expect(result.parameters.map(\.path) == student.parameters.map(\.path))
    // The hint counts: without one the same training ends elsewhere.
    #expect(try distilled(Distillation(teacher: wide, mix: 0, matches: [match])) != plain())
    #expect(
      try distilled(Distillation(teacher: wide, mix: 0, matches: [match], hint: 0)) == plain())
  }

  @Test func imagesAreMappedPlaceByPlace() throws {
    var random = Random(seed: 4)
    func network(_ channels: Double) throws -> Model {
      try Model.input([1, 4, 4]).appending(
        Convolution2D(Settings(["channels": .number(channels), "kernel": .number(3)])),
        random: &random
      ).appending(Flatten(Settings()), random: &random).appending(
        Linear(Settings(["outputs": .number(2)])), random: &random)
    }
    let data = try LabeledData(
      name: "noise", images: .normal([16, 1, 4, 4], &random),
      labels: Tensor((0..<16).map { Float($0 % 2) }))
    let match = Distillation.Match(student: "conv1", teacher: "conv1")
    let student = try network(2)
    let result = try student.distilled(
      Distillation(teacher: network(3), mix: 0.5, matches: [match]), on: data, options(1),
      random: &random)
    #expect(result.history?.epochs.count == 1)
    #expect(throws: DistillationError.unlike(match, [2, 2, 2], [2, 4, 4])) {
      let padded = try Model.input([1, 4, 4]).appending(
        Convolution2D(
          Settings(["channels": .number(2), "kernel": .number(3), "padding": .number(1)])),
        random: &random
      ).appending(Flatten(Settings()), random: &random).appending(
        Linear(Settings(["outputs": .number(2)])), random: &random)
      _ = try student.distilled(
        Distillation(teacher: padded, matches: [match]), on: data, options(1), random: &random)
    }
  }

  private func options(_ epochs: Int) throws -> TrainingOptions {
    try TrainingOptions(
      epochs: epochs, batch: 16, optimizer: Adam(Settings(["rate": .number(0.01)])),
      loss: CrossEntropy())
  }

  private func trained() throws -> Model {
    var random = Random(seed: 8)
    return try smallNetwork().train(on: smallData(), options(30), random: &random)
  }

  /// Weights after a training that draws what distillation draws.
  private func plain() throws -> [Tensor] {
    var random = Random(seed: 2)
    _ = random.split()
    return try smallNetwork().train(on: smallData(), options(2), random: &random).parameters.map {
      try $0.parameter.tensor
    }
  }

  private func distilled(_ distillation: Distillation) throws -> [Tensor] {
    var random = Random(seed: 2)
    return try smallNetwork().distilled(
      distillation, on: smallData(), options(2), random: &random
    ).parameters.map { try $0.parameter.tensor }
  }
}
