import Encodings
import Tensors

/// Which kernel computes a layer, and why that one.
public struct LayerKernel: Sendable, Equatable {
  /// The layer's name: `conv1`.
  public var layer: String
  /// The kernel: `fused convolution`, `oneDNN sgemm`, `sparse rows`, `bytes, AVX-512 VNNI`.
  public var name: String
  /// What decided: `8% of the weights are not 0`.
  public var reason: String

  public init(layer: String, name: String, reason: String) {
    self.layer = layer
    self.name = name
    self.reason = reason
  }
}

extension Model {
  /// The kernel of every layer that computes, in the order of the layers.
  ///
  /// - Parameter batch: how many examples are run at a time; what wins may depend on it.
  public func kernels(batch: Int = 1) -> [LayerKernel] {
    let chains = (try? chained(upTo: nodes.count - 1, rows: batch)) ?? []
    return nodes.indices.dropFirst().map { place in
      let node = nodes[place]
      let (name, reason) = node.kernel(
        rows: batch, input: node.inputs.first.map { nodes[$0] },
        isChained: chains.contains { $0.places.contains(place) })
      return LayerKernel(layer: node.name, name: name, reason: reason)
    }
  }
}

extension Model.Node {
  fileprivate func kernel(
    rows: Int, input: Model.Node?, isChained: Bool
  ) -> (name: String, reason: String) {
    guard let integers else { return floatKernel(rows: rows, isChained: isChained) }
    guard let weight, (try? layer.product) != nil else {
      return integers.grid == nil
        ? floatKernel(rows: rows, isChained: isChained)
        : (
          integers.isSimulated ? "floats holding codes" : "codes", "its input and output are codes"
        )
    }
    let prepared: IntegerKernel?
    do {
      prepared = try preparedIntegers(input: integers.grid == nil ? nil : input?.integers?.grid)
    } catch {
      let reason = (error as? IntegerError)?.headline ?? "its weights are no integers"
      return ("decoded to float32", reason)
    }
    let format = weight.value.gridFormat
    if integers.isSimulated {
      return ("float32 and double", "simulated: floats hold the codes of \(format)")
    }
    let inputs =
      integers.grid == nil
      ? "\(format) weights, and inputs made 8-bit codes example by example"
      : "\(format) weights and 8-bit inputs; int32 sums"
    let (isSparse, groups) = prepared.map { skipping($0, rows: rows) } ?? (false, "")
    return ((isSparse ? "sparse bytes, " : "bytes, ") + Kernels.byteInstructions, inputs + groups)
  }

  /// Whether zeros are skipped, and what decided it; nothing where hardly any group is all 0.
  private func skipping(_ kernel: IntegerKernel, rows: Int) -> (Bool, String) {
    let places = kernel.product == .rows ? rows : outputShape.dimensions.dropFirst().reduce(1, *)
    let isSparse = kernel.skipsZeros(vectors: places)
    guard let share = kernel.groupShare, isSparse || share < 0.9 else { return (isSparse, "") }
    let most = percent(ByteRule.mostGroups(kernel.product))
    let few =
      isSparse || share > ByteRule.mostGroups(kernel.product)
      ? "" : ", from \(ByteRule.fewestVectors) rows on"
    return (
      isSparse,
      "; \(percent(share)) of the groups of four weights are not all 0, and skipping the others "
        + "wins up to \(most)\(few)"
    )
  }

  private func floatKernel(rows: Int, isChained: Bool) -> (name: String, reason: String) {
    guard let weight, let product = try? layer.product else {
      return ("float32, \(Kernels.floatInstructions)", "the layer has no weights to multiply")
    }
    let share = percent(density)
    let densest = SparseRule.densest(product, weight.shape, rows: rows)
    let most =
      densest > 0 ? "sparse rows win up to \(percent(densest))" : "sparse rows never win here"
    switch storedKernel(rows: rows) {
    case .sparse?:
      return (
        "sparse rows, \(Kernels.floatInstructions)",
        "\(share) of the weights are not 0; \(most)"
      )
    case .packed(let packed)?:
      let isMany = product != .rows || rows >= PackedWeights.manyRows
      return (
        isMany
          ? "packed \(weight.value.gridFormat), decoded a panel at a time for oneDNN"
          : "packed \(weight.value.gridFormat), \(Kernels.floatInstructions)",
        "weights are read as \(packed.bytes) bytes, not \(weight.shape.count * 4)"
      )
    case nil:
      // In a chain it runs together with what follows it.
      let name =
        isChained
        ? product == .rows ? "fused product" : "fused convolution"
        : product == .rows ? "oneDNN sgemm" : "oneDNN convolution"
      guard case .encoded(let tensor) = weight.value else { return (name, "weights are floats") }
      if tensor.count < SparseRule.fewest {
        return (name, "\(tensor.count) weights are too few for another kernel to matter")
      }
      if tensor.grid?.isSimulated == true { return (name, "simulated weights are floats") }
      return (name, "\(share) of the weights are not 0; \(most)")
    }
  }
}

extension ParameterValue {
  /// `int8`, `nf4`, or `float32` without a grid.
  fileprivate var gridFormat: String {
    if case .encoded(let tensor) = self, let grid = tensor.grid {
      grid.formatName
    } else {
      "float32"
    }
  }
}

/// A share in whole percents, in tenths below one: `8%`, `0.4%`.
private func percent(_ share: Double) -> String {
  let tenths = (share * 1000).rounded() / 10
  return tenths < 1 && tenths > 0 ? "\(tenths)%" : "\(Int((share * 100).rounded()))%"
}
