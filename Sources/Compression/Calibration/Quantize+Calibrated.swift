import Catalog
import Encodings
import Networks
import Tensors

extension Quantize {
  /// Each row of a block on a grid of its own, to the nearest point.
  func eachRow(_ block: EncodedTensor) throws -> EncodedTensor {
    var quantize = self
    quantize.per = .channel
    return try quantize(block)
  }

  /// One tensor by the method asked for, with the inputs that the call gives for it.
  ///
  /// - Throws: `RoundingError`, `PreparationError.needsModel`.
  func byMethod(_ x: EncodedTensor) throws -> EncodedTensor {
    if !preparations.isEmpty { throw PreparationError.needsModel("prepare") }
    if correctsBias { throw PreparationError.needsModel("correct") }
    return try method.quantized(x, with: self, calibration: givenInputs(x.shape))
  }

  /// The inputs given as numbers, a row each, summed up.
  private func givenInputs(_ shape: Shape) throws -> LayerCalibration? {
    guard let inputs, method.needsData else { return nil }
    let columns = RowsAndColumns(shape).columns
    guard columns > 0, inputs.count % columns == 0 else {
      throw RoundingError.wrongInputs(
        type(of: method).card.name, weight: columns, inputs: inputs.count)
    }
    var calibration = try LayerCalibration(columns: columns)
    try calibration.observe(
      Tensor([inputs.count / columns, columns], inputs.map { Float($0) }))
    return calibration
  }

  /// A model: prepared, then layer by layer, each with what flows through those done before it.
  ///
  /// A method without data, and no correction, is done on every weight by itself.
  ///
  /// - Throws: `RoundingError.needsData` and `PreparationError.needsData` without `on:`.
  func withWeights(_ model: Model, _ resources: Resources) throws -> Model {
    let images = resources.data?.images
    var result = model
    for preparation in preparations {
      result = try preparation.prepared(result, on: images)
    }
    guard method.needsData || correctsBias else {
      return try result.replacingWeights(weights(of: result, resources))
    }
    guard let images else {
      if correctsBias, !method.needsData { throw PreparationError.needsData("correct: bias") }
      throw RoundingError.needsData(type(of: method).card.name)
    }
    result = try method.prepared(result, with: self, on: images)
    let entries = try result.weights(for: Self.card.name)
    for (place, entry) in entries.enumerated() {
      resources.progress(
        VerbProgress("quantize \(entry.path)", fraction: Double(place) / Double(entries.count)))
      result = try quantizing(entry, of: result, images)
    }
    resources.progress(VerbProgress("quantize", fraction: 1, isFinal: true))
    return result
  }

  private func weights(of model: Model, _ resources: Resources) throws -> [String: EncodedTensor] {
    var changed: [String: EncodedTensor] = [:]
    let entries = try model.weights(for: Self.card.name)
    let question = try ModelQuestion(model, share: nil, scope: .layer, resources)
    let known = try question.statistics(format.needs, for: format.name)
    let statistics = Dictionary(
      zip(question.paths, known), uniquingKeysWith: { first, _ in first })
    for entry in entries {
      let old = try entry.parameter.value.encoded
      changed[entry.path] =
        method is NearestRounding
        ? try self(old, statistics[entry.path] ?? [:])
        : try method.quantized(old, with: self, calibration: nil)
    }
    return changed
  }

  /// One layer of a model whose earlier layers are done.
  private func quantizing(
    _ entry: Model.ParameterEntry, of model: Model, _ images: Tensor
  ) throws -> Model {
    let calibration = try model.calibration(of: entry.node, on: images)
    let old = try entry.parameter.value.encoded
    let new = try method.quantized(old, with: self, calibration: calibration)
    var result = try model.replacingWeights([entry.path: new])
    guard correctsBias, let calibration else { return result }
    let path = "\(model.nodes[entry.node].name).bias"
    if let bias = model.parameter(named: path) {
      let corrected = try BiasCorrection.corrected(
        bias.tensor, new.values.subtracting(old.values), calibration)
      result = try result.replacing(path, with: corrected)
    }
    return result
  }
}

extension SettingsReader {
  /// Whether `bias` is asked for.
  ///
  /// - Throws: `SettingError.unknown` for any other option.
  func correctsBias(_ name: String) throws -> Bool {
    guard has(name) else { return false }
    _ = try entry(name, kind: "correction", of: [BiasCorrection.card.name], named: { $0 })
    return true
  }
}

extension Tensor {
  /// The elementwise difference of two tensors of one shape, float32.
  func subtracting(_ other: Tensor) throws -> Tensor { try .apply(.subtract, self, other) }
}
