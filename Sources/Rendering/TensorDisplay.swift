import Catalog
import Encodings
import Tensors

/// A tensor with its header: `f32[5×5]   100 B   60% zero   min −0.46   max 0.48`.
func tensorLines(_ tensor: Tensor, _ options: DisplayOptions) -> [String] {
  let facts = TensorFacts(tensor)
  let body = tensor.withScalars { scalars in
    TensorGrid(
      .init(
        dimensions: tensor.shape.dimensions, value: { scalars[$0] }, isPruned: { _ in false }),
      options, companions: facts.extremes
    ).lines()
  }
  let (count, overflow) = tensor.count.multipliedReportingOverflow(by: 4)
  var parts = ["f32[\(tensor.shape)]"]
  if !overflow { parts.append(bytes(count)) }
  parts += facts.texts(in: body.layout)
  return [header(parts, options)] + body.lines
}

/// A mask: how many of its elements are true, and which.
func maskLines(_ mask: Tensor, _ options: DisplayOptions) -> [String] {
  let facts = TensorFacts(mask)
  let lines = mask.withScalars { scalars in
    TensorGrid(
      .init(
        dimensions: mask.shape.dimensions, value: { scalars[$0] }, isPruned: { _ in false },
        isMask: true),
      options
    ).lines().lines
  }
  let held = "\(grouped(mask.count - facts.zeros)) of \(grouped(mask.count)) true"
  return [header(["mask[\(mask.shape)]", held], options)] + lines
}

/// A stored tensor: what is kept, what it takes against plain floats, pruned zeros as `·`.
///
///     f32[5×5]   10 of 25 kept   60% zero   dense 100 B · stored 44 B
///     int4[6]   16.7% zero   dense 24 B · stored 7 B   scale 0.1857
func encodedLines(_ tensor: EncodedTensor, _ options: DisplayOptions) -> [String] {
  guard let values = try? tensor.values else {
    return [
      header(
        ["\(tensor.grid?.formatName ?? "f32")[\(tensor.shape)]", "too large to show"], options)
    ]
  }
  let facts = TensorFacts(values)
  let body = values.withScalars { scalars in
    TensorGrid(
      .init(
        dimensions: values.shape.dimensions, value: { scalars[$0] },
        isPruned: { index in tensor.kept.map { !$0[index] } ?? false }),
      options, companions: facts.extremes
    ).lines()
  }
  var parts = [
    (tensor.grid.map { $0.isSimulated ? "f32" : $0.formatName } ?? "f32") + "[\(values.shape)]"
  ]
  if let kept = tensor.kept {
    parts.append("\(grouped(kept.setCount)) of \(grouped(kept.count)) kept")
  }
  parts.append(percent(facts.zeros, of: values.count) + " zero")
  let (dense, overflow) = values.count.multipliedReportingOverflow(by: 4)
  if !overflow {
    parts.append("dense \(bytes(dense)) · stored \(bytes(tensor.footprint.bytes))")
  }
  if let grid = tensor.grid {
    if grid.isSimulated { parts.append(grid.badge) }
    parts += scaleTexts(grid)
  }
  return [header(parts, options)] + body.lines
}

private func scaleTexts(_ grid: Grid) -> [String] {
  guard grid.scales.count == 1, let scale = grid.scales.first else {
    let low = grid.scales.min() ?? 0
    let high = grid.scales.max() ?? 0
    return ["\(grid.scales.count) scales \(short(Double(low)))…\(short(Double(high)))"]
  }
  let zeroPoint = grid.zeroPoints.first ?? 0
  if case .implied = grid.scaleCoding { return [] }
  return ["scale \(short(Double(scale)))"]
    + (grid.zeroPoints.isEmpty || zeroPoint == 0 && grid.rule == .symmetric
      ? [] : ["zero point \(fixed(Double(zeroPoint), 0))"])
}

/// The parts of a header that fit the screen, the first one marked.
private func header(_ parts: [String], _ options: DisplayOptions) -> String {
  var line = options.paint(parts[0], .name)
  for part in parts.dropFirst() {
    guard columns(of: line) + 3 + columns(of: part) <= options.width else { break }
    line += "   " + part
  }
  return line
}

/// The parts of a header on as many lines as they need.
func inLines(_ parts: [String], _ options: DisplayOptions) -> [String] {
  var lines: [String] = []
  for part in parts {
    if let last = lines.last, columns(of: last) + 3 + columns(of: part) <= options.width {
      lines[lines.count - 1] += "   " + part
    } else {
      lines += wrapped(part, width: options.width)
    }
  }
  return lines
}

/// What a tensor's header says of its elements, found in one pass.
struct TensorFacts {
  var count: Int
  var zeros = 0
  var infinities = 0
  var notNumbers = 0
  /// Of the finite elements; `nil` without any.
  var smallest: Float?
  var largest: Float?

  init(_ tensor: Tensor) {
    count = tensor.count
    tensor.withScalars { scalars in
      var low = Float.infinity
      var high = -Float.infinity
      var zeros = 0
      var others = 0
      // No branches, so that the loop runs eight elements at a time.
      for value in scalars {
        let isFinite = value.magnitude < .infinity
        zeros &+= value == 0 ? 1 : 0
        others &+= isFinite ? 0 : 1
        low = isFinite && value < low ? value : low
        high = isFinite && value > high ? value : high
      }
      self.zeros = zeros
      if others > 0 {
        for value in scalars where !value.isFinite {
          if value.isNaN { notNumbers += 1 } else { infinities += 1 }
        }
      }
      if low <= high {
        smallest = low
        largest = high
      }
    }
  }

  var extremes: [Float] { [smallest, largest].compactMap { $0 } }

  func texts(in layout: NumberLayout) -> [String] {
    var parts = [percent(zeros, of: count) + " zero"]
    if let smallest, let largest {
      parts += ["min \(layout.text(smallest))", "max \(layout.text(largest))"]
    }
    if infinities > 0 { parts.append("\(grouped(infinities)) ∞") }
    if notNumbers > 0 { parts.append("\(grouped(notNumbers)) NaN") }
    return count == 0 ? ["empty"] : parts
  }
}
