import Catalog
import Encodings
import Networks
import Tensors
import TestSupport
import Testing

@testable import Compression

/// Low rank: two thin layers compute what the wide one of that rank computed.
@Suite struct FactorizeTests {
  private func settings(_ given: [String: Double]) -> Settings {
    Settings(given.mapValues { .number($0) })
  }

  @Test func aTensorBecomesTheNearestOfItsRank() throws {
    var random = Random(seed: 1)
    let x = try Tensor.normal([12, 9], &random)
    let sigma = try SingularValues(x).values
    for rank in 1...9 {
      let low = try Factorize(rank: rank)(EncodedTensor(x), random: &random).values
      // Eckart and Young: what is left out are the smaller singular values.
      let left = zip(x.scalars, low.scalars).reduce(0.0) {
        $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1)
      }
      let expected = sigma.dropFirst(rank).reduce(0) { $0 + $1 * $1 }
      #expect(abs(left - expected) < 1e-4, "\(rank)")
    }
  }

  @Test func layersBecomePairsThatComputeTheSame() throws {
    var random = Random(seed: 2)
    let net = try Model.input([2, 8, 8])
      .appending(Convolution2D(settings(["channels": 12, "padding": 1])), random: &random)
      .appending(ReLU(Settings()), random: &random)
      .appending(Flatten(Settings()), random: &random)
      .appending(Linear(settings(["outputs": 20])), random: &random)
      .appending(Linear(settings(["outputs": 3])), random: &random)
    let factored = try Factorize(rank: 5)(net, Resources(), random: &random)
    #expect(
      factored.nodes.map(\.name) == [
        "input", "conv1a", "conv1b", "relu1", "flatten1", "linear1a", "linear1b", "linear2",
      ])
    #expect(factored.parameter(named: "conv1a.weight")?.shape == [5, 2, 3, 3])
    #expect(factored.parameter(named: "conv1b.weight")?.shape == [12, 5, 1, 1])
    #expect(factored.parameter(named: "linear1a.weight")?.shape == [5, 768])
    #expect(factored.parameter(named: "linear1b.weight")?.shape == [20, 5])
    #expect(
      try factored.parameter(named: "linear1b.bias")?.tensor
        == net.parameter(named: "linear1.bias")?.tensor)
    // The same network with the weights of that rank in the old layers.
    var lowered = net
    for path in ["conv1.weight", "linear1.weight"] {
      let weight = try #require(net.parameter(named: path)).tensor
      let low = try Factorize(rank: 5)(EncodedTensor(weight), random: &random)
      lowered = try lowered.replacing(path, with: low.values)
    }
    let images = try Tensor.normal([4, 2, 8, 8], &random)
    #expect(
      isClose(
        try factored.predict(images), try lowered.predict(images), absolute: 1e-4, relative: 1e-4))
    #expect(factored.multiplyAdds < net.multiplyAdds)
  }

  @Test func aRankThatDoesNotPayIsRefused() throws {
    var random = Random(seed: 3)
    let net = try Model.input([6]).appending(
      Linear(settings(["outputs": 4])), random: &random)
    // 6·4/(6 + 4) = 2.4: rank 2 pays, 3 does not.
    let error = #expect(throws: FactorError.self) {
      try Factorize(rank: 3)(net, Resources(), random: &random)
    }
    #expect(error?.notes == ["`linear1` 4×6: rank 3, worth while below 3"])
    let two = try Factorize(rank: 2)(net, Resources(), random: &random)
    #expect(two.nodes.count == 3)
    #expect(throws: FactorError.rule(both: false)) { try Factorize(Settings()) }
    #expect(throws: QuantizeError.self) {
      try Factorize(rank: 1)(EncodedTensor(Tensor([1, 2], [.nan, 1])), random: &random)
    }
  }
}
