import Catalog
import Encodings
import Networks
import Tensors
import Testing

@testable import Compression

/// Shared weights: which numbers, which codes, what they cost, and how they train.
@Suite struct SharingTests {
  /// The 4×4 matrix of figure 3 of Deep Compression, with its gradient.
  private let weights: [Float] = [
    2.09, -0.98, 1.48, 0.09, 0.05, -0.14, -1.08, 2.12, -0.91, 1.92, 0, -1.03, 1.87, 0, 1.53, 1.49,
  ]
  private let gradient: [Float] = [
    -0.03, -0.01, 0.03, 0.02, -0.01, 0.01, -0.02, 0.12, -0.01, 0.02, 0.04, 0.01, -0.07, -0.02, 0.01,
    -0.02,
  ]

  private func figure(_ start: ClusterStart = .linear) throws -> EncodedTensor {
    var random = Random(seed: 0)
    return try Share(clusters: 4, start: start)(
      EncodedTensor(Tensor([4, 4], weights)), random: &random)
  }

  private func close(_ a: [Float], _ b: [Float]) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) < 1e-6 }
  }

  @Test(arguments: [ClusterStart.linear, .density, .exact])
  func figureThree(start: ClusterStart) throws {
    let shared = try figure(start)
    #expect(shared.grid?.codes == [3, 0, 2, 1, 1, 1, 0, 3, 0, 3, 1, 0, 3, 1, 2, 2])
    let levels = (0..<4).map { shared.grid?.format.level(of: $0) ?? .nan }
    #expect(close(levels, [-1, 0, 1.5, 2]))
    // 16 · 32 / (4 · 32 + 16 · 2) = 3.2
    #expect(shared.footprint.payloadBits == 160)
    #expect(shared.badge == "codebook weights")
  }

  @Test func figureThreeTunesItsCentroids() throws {
    let shared = try figure()
    let constraint = try #require(shared.constraint as? CentroidConstraint)
    let step = try constraint.gradient(Tensor([4, 4], gradient), at: shared.values)
    // Sums −0.03, 0.04, 0.02, 0.04 for the centroids −1, 0, 1.5, 2, as printed in the figure.
    #expect(close(Array(step.scalars[0..<4]), [0.04, -0.03, 0.02, 0.04]))
    let moved = try Tensor(
      [4, 4], zip(shared.values.scalars, step.scalars).map { $0 - $1 })
    guard case .encoded(let tuned) = try constraint.finish(moved) else {
      Issue.record("tuned weights are shared no more")
      return
    }
    let levels = (0..<4).map { tuned.grid?.format.level(of: $0) ?? .nan }
    #expect(close(levels, [-0.97, -0.04, 1.48, 1.96]))
    #expect(tuned.grid?.codes == shared.grid?.codes)

    var mean = constraint
    mean.averages = true
    let averaged = try mean.gradient(Tensor([4, 4], gradient), at: shared.values)
    #expect(close(Array(averaged.scalars[0..<2]), [0.01, -0.0075]))
  }

  @Test func prunedWeightsStayOutside() throws {
    let values = try Tensor([6], [0.01, -3, 3, 0.02, 2.5, -0.5])
    let kept = Bitmap(count: 6) { ![0, 3].contains($0) }
    var random = Random(seed: 0)
    let shared = try Share(clusters: 2)(EncodedTensor(values, kept: kept), random: &random)
    #expect(try shared.values.scalars == [0, -1.75, 2.75, 0, 2.75, -1.75])
    #expect(shared.kept == kept)
    let constraint = try #require(shared.constraint)
    let step = try constraint.gradient(Tensor([6], [9, 1, 2, 9, 3, 4]), at: shared.values)
    #expect(step.scalars == [0, 5, 5, 0, 5, 5])
    #expect(try constraint.projected(Tensor.ones([6])).scalars == [0, 1, 1, 0, 1, 1])
    #expect(try EncodedTensor(decoding: shared.encodedBytes()) == shared)
  }

  @Test func centroidsThatMeetBecomeOne() throws {
    let shared = try figure()
    let constraint = try #require(shared.constraint)
    // −1 moves past 0, onto 1.5.
    let moved = try Tensor(
      [4, 4], shared.values.scalars.map { $0 < -0.5 ? 1.5 : $0 > 1 && $0 < 1.6 ? 1.5 : $0 })
    guard case .encoded(let tuned) = try constraint.finish(moved) else { return }
    #expect(try tuned.values == moved)
    #expect(tuned.grid?.format.codes.count == 3)
  }

  @Test func halfPrecisionCodebooksHalveTheirBits() throws {
    var random = Random(seed: 3)
    let x = try EncodedTensor(Tensor.normal([500], &random))
    let full = try Share(clusters: 16)(x, random: &random)
    let half = try Share(clusters: 16, codebook: .float16)(x, random: &random)
    #expect(full.footprint.bits(of: .codebook) == 16 * 32)
    #expect(half.footprint.bits(of: .codebook) == 16 * 16)
    #expect(try EncodedTensor(decoding: half.encodedBytes()) == half)
    #expect(try zip(full.values.scalars, half.values.scalars).allSatisfy { abs($0 - $1) < 0.002 })
    #expect(half.constraint is CentroidConstraint)
  }

  @Test func startsOfChanceFollowTheirSeed() throws {
    var random = Random(seed: 9)
    let x = try EncodedTensor(Tensor.normal([300], &random))
    for start in [ClusterStart.random, .kmeanspp] {
      var (a, b) = (Random(seed: 1), Random(seed: 2))
      let share = Share(clusters: 8, start: start, seed: 5)
      #expect(try share(x, random: &a) == share(x, random: &b))
      #expect(a == Random(seed: 1))
    }
  }

  @Test func sharedModelsTrainTheirCentroidsOnly() throws {
    var random = Random(seed: 4)
    let images = try Tensor.normal([40, 6], &random)
    let labels = try Tensor([40], (0..<40).map { Float($0 % 3) })
    let data = try LabeledData(
      name: "toy", images: images, labels: labels, classNames: ["a", "b", "c"])
    let net = try Model.input([6])
      .appending(Linear(Settings(["outputs": .number(3)])), random: &random)
    let pruned = try Prune(0.5)(net, random: &random)
    let shared = try Share(clusters: 4)(pruned, Resources(), random: &random)
    let before = try weight(shared)
    let coded = try Encode(StorageRequest(coder: .huffman))(shared, Resources(), random: &random)
    let optimizer = try SGD(Settings(["rate": .number(0.05)]))
    let trained = try coded.train(
      on: data, TrainingOptions(epochs: 2, optimizer: optimizer, loss: CrossEntropy()),
      random: &random)
    let after = try weight(trained)
    #expect(after.kept == before.kept)
    #expect(after.grid?.codes == before.grid?.codes)
    #expect(try after.values != before.values)
    // The layout that was asked for before training is still there.
    #expect(try after.layout == weight(coded).layout)
    #expect(!after.layout.isPlain)
  }

  private func weight(_ model: Model) throws -> EncodedTensor {
    guard case .encoded(let tensor)? = model.weights.first?.parameter.value else {
      throw VerbError.noWeights("test")
    }
    return tensor
  }
}
