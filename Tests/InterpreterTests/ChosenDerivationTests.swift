import Testing

/// `explain` of ranges and rounding methods arrives at the operator's own result.
@Suite struct ChosenDerivationTests {
  @Test(arguments: [
    "w, int8, range: entropy", "w, int4, range: percentile(60)", "w, int3, range: mse",
    "w, uint4, range: lp(2.4)", "w, int4, range: aciq, symmetric: false",
    "w, int4, per: channel, range: mse", "w, int4, method: hqq",
    "w, int3, per: channel, symmetric: false, method: hqq", "w, int3, method: gptq, inputs: x",
    "w, int3, per: channel, range: mse, method: gptq, inputs: x",
    "w, int3, method: awq, inputs: x", "w, int3, method: adaround(50), inputs: x",
    "w, int3, range: mse, method: gptq, inputs: x, simulate: true",
    "zeros(2, 3), int4, range: mse", "zeros(0), int4, range: mse", "tensor([2]), int4, range: mse",
  ])
  func explainArrives(call: String) throws {
    let output = Lab.output(
      "let w = tensor([[0.4, -1.3, 0.1, 0.9], [-0.6, 0, 2.2, 0.3]]); "
        + "let x = randn(9, 4, seed: 1); explain quantize(\(call)); print(1)")
    #expect(output == "1")
  }
}
