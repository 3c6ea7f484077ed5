import Catalog
import Compression
import Language
import Networks
import Tensors

/// What a verb on weights refuses before it runs, and where it failed.
extension Call {
  /// Runs a verb on a model; of numbers that are not finite it says where the model has them.
  func placed(on model: Model, _ body: () throws -> Model) throws -> Model {
    do {
      return try placed { try body() }
    } catch var diagnostic as Diagnostic where diagnostic.code == "E0312" {
      let places = model.parameters.compactMap { entry -> String? in
        let numbers = try? entry.parameter.value.tensor
        let count = numbers?.scalars.count { !$0.isFinite } ?? 0
        return count == 0
          ? nil
          : "`\(entry.path)` holds \(grouped(count)) \(count == 1 ? "number" : "numbers") that "
            + "\(count == 1 ? "is" : "are") not finite"
      }
      diagnostic.notes = Array(places.prefix(3)) + diagnostic.notes
      throw diagnostic
    }
  }

  /// Settings are numbers without a shape: rows of `inputs:` that are longer or shorter than those
  /// of the weight would be cut anew.
  func refuseOtherRows(than weight: Shape) throws {
    guard given("inputs") != nil, let inputs = try? tensor("inputs"), inputs.shape.rank > 1,
      inputs.count > 0
    else { return }
    let columns = weight.rank > 1 && weight[0] > 0 ? weight.count / weight[0] : weight.count
    let own = inputs.count / inputs.shape[0]
    guard own != columns else { return }
    throw error(
      RoundingError.wrongInputs(
        sourceText(of: "method") ?? card.name, weight: columns, inputs: own))
  }

  func refuseStatistics(because reason: String) throws {
    for statistic in takenStatistics { try refuse(statistic.rawValue, because: reason) }
  }

  /// Examples run through a model; a tensor alone has nothing to run.
  func refuseData() throws {
    for name in Self.dataParameters {
      try refuse(name, because: "examples run through a model, and `x` is a tensor")
    }
  }
}
