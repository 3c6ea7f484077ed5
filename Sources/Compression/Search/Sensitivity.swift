import Catalog
import Networks
import Tensors

/// How well a network does when a layer alone is compressed, or all layers but that one.
///
/// Each step of each kind is tried on each layer; nothing is trained. Accuracy is the share of
/// examples classified right, loss the mean cross-entropy.
///
/// - Source: Han et al., 2015, §4.1, Fig. 6, <https://arxiv.org/abs/1506.02626>; enabling and
///   disabling one layer at a time as AIMET's QuantAnalyzer does.
public struct Sensitivity: Sendable, Equatable {
  /// Which layers are compressed while a row is measured.
  public enum Mode: String, Sendable, CaseIterable {
    /// The row's layer and no other.
    case oneOn
    /// Every layer but the row's.
    case oneOff
  }

  /// The layers with weights, a row each.
  public var layers: [String]
  /// By row and column.
  public var evaluations: [[Evaluation]]
  /// The model as it is.
  public var whole: Evaluation

  /// Measures every layer with every verb.
  ///
  /// - Parameters:
  ///   - columns: verbs to try, in order.
  ///   - progress: how far it has come, from 0 to 1.
  /// - Throws: `VerbError` for a model without weights, and what verbs and evaluation throw.
  /// - Complexity: layers · columns passes over the data.
  public init(
    _ model: Model, on data: LabeledData, _ columns: [any WeightVerb], mode: Mode = .oneOn,
    progress: (Double) -> Void = { _ in }
  ) throws {
    _ = try model.weights(for: "compress")
    let layers = model.weightedLayers
    let whole = try model.evaluate(on: data, loss: CrossEntropy())
    var done = 0
    let resources = Resources(data: data)
    evaluations = try layers.map { layer in
      let chosen = mode == .oneOn ? [layer] : layers.filter { $0 != layer }
      return try columns.map { verb in
        try Work.current.checkpoint()
        var random = Random(seed: 0)
        // All but the only one is none: the model as it is.
        let changed =
          chosen.isEmpty
          ? model
          : try LayerChoice(chosen).apply(to: model) { try verb($0, resources, random: &random) }
        done += 1
        progress(Double(done) / Double(layers.count * columns.count))
        return try changed.evaluate(on: data, loss: CrossEntropy())
      }
    }
    self.layers = layers
    self.whole = whole
  }
}
