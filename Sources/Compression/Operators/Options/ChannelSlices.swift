import Catalog

/// One scale and zero point for each slice of the first axis: an output neuron or filter.
public enum ChannelSlices: Cataloged {
  public static let card = Card(
    "channel", .option,
    summary: "Gives each output channel (each slice of the first axis) a scale of its own.",
    formula: "s_c = max|w_c| / (2^(b−1) − 1) for each slice c of axis 0",
    source: "Krishnamoorthi 2018, §3.1, arXiv:1806.08342; ONNX QuantizeLinear with axis 0",
    examples: [
      Example(
        "print(quantize(tensor([[7, 1], [70, 10]]), int4, per: channel))",
        prints: "[[7, 1], [70, 10]]"),
      Example(
        "print(quantize(tensor([[7, 1], [70, 10]]), int4))", prints: "[[10, 0], [70, 10]]"),
    ],
    related: ["tensor", "quantize"])
}
