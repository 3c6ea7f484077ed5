import Catalog
import Compression
import Networks

/// `cost`: what a network takes, layer by layer, and whether a device has room for it.
let costBuiltin = Builtin(
  Card(
    "cost", .verb,
    summary: "What a model takes: parameters, work, activations, bytes, and whether a device fits.",
    formula:
      "effective MAC = MAC · non-zero weights% · non-zero numbers read% · FLOP = 2·MAC",
    source: "Han et al. 2015, Table 4 (FLOP%), arXiv:1506.02626; 1 MAC = 1 multiply + 1 add",
    parameters: [
      Parameter("x", accepts: "a model"),
      Parameter(
        "on", .label, or: "", accepts: "data, such as `mnist.test`",
        "what the zeros that layers read are counted on"),
      Parameter(
        "over", .label, or: "256", accepts: "a positive number of kbit/s",
        "the bandwidth that the file is sent over; 1 kbit = 1,000 bits"),
      Parameter(
        "device", .label, or: "", accepts: "a device, such as `profile(flash: 1MB, ram: 256KB)`",
        choices: deviceCatalog.map { $0.card.name }, "the device that the model should fit on"),
    ],
    examples: [
      Example(
        "let net = input(1, 8, 8) |> conv2d(4) |> relu |> flatten |> linear(10); "
          + "let c = cost(net); print(c.multiplyAdds, c.flops, c.parameters, c.peakBytes)",
        prints: "2736 5472 1490 832"),
      Example(
        "let net = input(4) |> linear(4) |> prune(50%); "
          + "print(cost(net).multiplyAdds, cost(net).effectiveMultiplyAdds)", prints: "16 8"),
      Example(
        "let net = input(1, 8, 8) |> flatten |> linear(16) |> relu |> linear(10); "
          + "let c = cost(net, on: digits.test, over: 64); "
          + "print(c.effectiveMultiplyAdds < c.multiplyAdds, c.seconds == c.bytes / 8000)",
        prints: "true true"),
      Example(
        "let net = input(1, 28, 28) |> flatten |> linear(300); "
          + "print(cost(net, device: profile(flash: 1MB, ram: 256KB)).fits)", prints: "true"),
      Example("cost(ones(3))", fails: "E0202: `cost` wants a model; this is f32[3]"),
      Example(
        "cost(input(4) |> linear(2), over: 0)",
        fails: "E0390: a bandwidth is a positive number of kbit/s; it was 0"),
    ],
    related: ["size", "compare", "sensitivity", "compress", "profile"])
) { call in
  let model = try call.model("x")
  let data = call.has("on") ? try call.labeledData("on") : nil
  let bandwidth = try call.bandwidth("over")
  let device = try call.device("device")
  let cost = try call.placed { try Cost(model, on: data) }
  return .report(
    try CostReport(
      cost: cost, kernels: model.kernels(), activations: model.activationKind, data: data?.name,
      bandwidth: bandwidth, device: device
    ).report)
}

extension Call {
  /// A bandwidth in bits a second, given in kbit/s.
  func bandwidth(_ name: String) throws -> Double {
    let rate = try number(name)
    guard rate > 0, (rate * 1000).isFinite else {
      throw error(
        "E0390", "a bandwidth is a positive number of kbit/s; it was \(textForm(rate))", at: name)
    }
    return rate * 1000
  }

  /// The device of an option, or `nil` when none is given.
  func device(_ name: String) throws -> Device? {
    guard has(name) else { return nil }
    return try placed(at: name) {
      try SettingsReader(card, try settings(for: [name])).device(name)
    }
  }
}

/// The tables of a cost and the members that scripts read.
private struct CostReport {
  let cost: Cost
  let kernels: [LayerKernel]
  let activations: ActivationKind
  let data: String?
  let bandwidth: Double
  let device: Device?

  private var seconds: Double { Double(cost.bytes) * 8 / bandwidth }

  var report: Report {
    get throws {
      var blocks: [Report.Block] = [.table(work)]
      if cost.layers.contains(where: { $0.nonZeros != nil }) { blocks.append(.table(pieces)) }
      let working = Set(cost.layers.filter { $0.multiplyAdds > 0 }.map(\.name))
      let rows = kernels.filter { working.contains($0.layer) }
      if !rows.isEmpty {
        blocks.append(
          .table(
            Report.Table(
              columns: ["layer", "kernel", "because"],
              rows: rows.map { [.text($0.layer), .text($0.name), .text($0.reason)] })))
      }
      blocks.append(.table(totals))
      blocks.append(.text(definitions))
      return Report(
        data.map { "one example, zeros counted on \($0)" } ?? "one example", blocks: blocks,
        members: try members)
    }
  }

  private var work: Report.Table {
    let withData = data != nil
    let columns =
      ["layer", "parameters", "non-zero", "MACs"] + (withData ? ["reads"] : [])
      + ["effective", "bits"]
    func row(
      _ name: String, _ parameters: Int, _ nonZero: Double?, _ macs: Int, _ read: Double?,
      _ effective: Int, _ bits: Int
    ) -> [Report.Table.Cell] {
      [.text(name), .number(Double(parameters)), nonZero.map { .share($0) } ?? .empty]
        + [.number(Double(macs))] + (withData ? [read.map { .share($0) } ?? .empty] : [])
        + [.number(Double(effective)), .number(Double(bits))]
    }
    return Report.Table(
      columns: columns,
      rows: cost.layers.map {
        row(
          $0.name, $0.parameters, $0.nonZeros?.elements.share, $0.multiplyAdds, $0.readShare,
          $0.effectiveMultiplyAdds, $0.bits)
      } + [
        row("other", 0, nil, 0, nil, 0, cost.otherBits),
        row(
          "total", cost.parameters,
          cost.weights == 0
            ? nil : NonZeros.Count(cost.nonZeroWeights, of: cost.weights).share,
          cost.multiplyAdds, nil, cost.effectiveMultiplyAdds, cost.bytes * 8),
      ])
  }

  /// Distiller's table: which pieces of each weight are not zero.
  private var pieces: Report.Table {
    func cell(_ count: NonZeros.Count?) -> Report.Table.Cell {
      count.map { .text("\(grouped($0.nonZero)) of \(grouped($0.total))") } ?? .empty
    }
    let hasKernels = cost.layers.contains { $0.nonZeros?.kernels != nil }
    return Report.Table(
      columns: ["not zero", "elements", "rows", "columns"] + (hasKernels ? ["kernels"] : []),
      rows: cost.layers.compactMap { layer in
        layer.nonZeros.map {
          [.text(layer.name), cell($0.elements), cell($0.rows), cell($0.columns)]
            + (hasKernels ? [cell($0.kernels)] : [])
        }
      })
  }

  private var totals: Report.Table {
    var rows: [[Report.Table.Cell]] = [
      [
        .text("activations at \(cost.peak.layer)"), .bytes(cost.peakBytesFloat),
        .text("as float32" + (isInt8 ? "" : own)),
      ],
      [.empty, .bytes(cost.peakBytesInt8), .text("as int8" + (isInt8 ? own : ""))],
      [.text("file"), .bytes(cost.bytes), .text("as `save` writes it")],
      [
        .text("over \(textForm(bandwidth / 1000)) kbit/s"), .text(secondsText(seconds)),
        .text("bytes · 8 / bandwidth"),
      ],
    ]
    if let device {
      rows.append(fit("flash of \(device.name)", device.flash, needs: cost.bytes, "the file"))
      rows.append(
        fit("RAM of \(device.name)", device.ram, needs: cost.peakBytesFloat, "float32"))
      rows.append(
        fit("", device.ram, needs: cost.peakBytesInt8, "int8"))
    }
    return Report.Table(columns: ["", "", ""], rows: rows)
  }

  /// Whether a byte is enough for each number that flows between layers.
  private var isInt8: Bool {
    if case .codes(let format) = activations { format.bits <= 8 } else { false }
  }

  /// Said of the line that is true of this model.
  private var own: String {
    switch activations {
    case .float32, .codes: ", as this model has them"
    default: ", this model: \(activations)"
    }
  }

  private func fit(
    _ name: String, _ room: Int, needs: Int, _ what: String
  ) -> [Report.Table.Cell] {
    let rest = room - needs
    let verdict =
      rest >= 0
      ? "\(what) fits, \(grouped(rest)) B left" : "\(what) is \(grouped(-rest)) B too large"
    return [.text(name), .bytes(room), .text(verdict)]
  }

  private var definitions: String {
    let flops = cost.multiplyAdds.multipliedReportingOverflow(by: 2).partialValue
    return "1 MAC = 1 multiply + 1 add; FLOP = 2·MAC = \(grouped(flops)). effective = MACs · "
      + "non-zero weights" + (data == nil ? "" : " · non-zero share of what the layer reads")
  }

  private var members: [(name: String, value: Value)] {
    get throws {
      func list(_ figure: (Cost.Layer) -> Int) throws -> Value {
        try .list(cost.layers.map { .number(Double(figure($0))) })
      }
      var members: [(name: String, value: Value)] = [
        ("parameters", .number(Double(cost.parameters))),
        ("weights", .number(Double(cost.weights))),
        ("nonZeroWeights", .number(Double(cost.nonZeroWeights))),
        ("multiplyAdds", .number(Double(cost.multiplyAdds))),
        ("effectiveMultiplyAdds", .number(Double(cost.effectiveMultiplyAdds))),
        ("flops", .number(2 * Double(cost.multiplyAdds))),
        ("bytes", .number(Double(cost.bytes))),
        ("peakBytes", .number(Double(cost.peakBytesFloat))),
        ("peakBytesInt8", .number(Double(cost.peakBytesInt8))),
        ("activations", .string("\(activations)")),
        ("seconds", .number(seconds)),
        ("layers", try .list(cost.layers.map { .string($0.name) })),
        ("layerParameters", try list(\.parameters)),
        ("layerNonZeroWeights", try list(\.nonZeroWeights)),
        ("layerMultiplyAdds", try list(\.multiplyAdds)),
        ("layerEffectiveMultiplyAdds", try list(\.effectiveMultiplyAdds)),
        ("layerBits", try list(\.bits)),
        ("kernels", try .list(kernels.map { .string($0.name) })),
      ]
      if let device {
        members.append(
          (
            "fits",
            .boolean(
              cost.bytes <= device.flash
                && (isInt8 ? cost.peakBytesInt8 : cost.peakBytesFloat) <= device.ram)
          ))
        members.append(
          ("fitsInt8", .boolean(cost.bytes <= device.flash && cost.peakBytesInt8 <= device.ram)))
      }
      return members
    }
  }
}

/// `33.3 s`, `0.85 ms`.
func secondsText(_ seconds: Double) -> String {
  if seconds >= 10 { return textForm((seconds * 10).rounded() / 10) + " s" }
  if seconds >= 1 { return textForm((seconds * 100).rounded() / 100) + " s" }
  return textForm((seconds * 10_000).rounded() / 10) + " ms"
}
