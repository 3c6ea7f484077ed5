import Catalog
import Encodings
import Networks
import Tensors

/// A way to choose the code of each weight, given the kind of grid: to the nearest point, or so
/// that the layer's output stays near.
public protocol RoundingMethod: Cataloged {
  /// - Throws: `SettingError` for a setting outside its domain.
  init(_ settings: Settings) throws

  /// Whether it reads what flows into the layer, so that the call must say `on:`.
  var needsData: Bool { get }

  /// The model made easier to quantize before any weight is, computing the same.
  ///
  /// - Parameter images: what flows into the model, `[n, …inputShape]`.
  func prepared(_ model: Model, with quantize: Quantize, on images: Tensor) throws -> Model

  /// Quantizes one weight.
  ///
  /// - Parameters:
  ///   - weight: `[out, …]`; each slice of axis 0, flattened, is a row that meets one input.
  ///   - quantize: format, parts, range and rule of the grid; its own method is not asked again.
  ///   - calibration: what flows into the layer, when `needsData`.
  /// - Returns: the same shape and mask, on a grid.
  /// - Throws: `QuantizeError`, `RoundingError` when the calibration is missing or does not fit.
  func quantized(
    _ weight: EncodedTensor, with quantize: Quantize, calibration: LayerCalibration?
  ) throws -> EncodedTensor
}

extension RoundingMethod {
  public var needsData: Bool { false }

  public func prepared(
    _ model: Model, with quantize: Quantize, on images: Tensor
  ) throws -> Model { model }
}

extension SettingsReader {
  /// The rounding method that an option names: `nearest`, `gptq(order: activation)`.
  ///
  /// - Throws: `SettingError` for a name that is no method, and what its settings throw.
  func roundingMethod(_ name: String) throws -> any RoundingMethod {
    let (type, settings) = try entry(
      name, kind: "rounding method", of: roundingCatalog, named: { $0.card.name })
    return try type.init(settings)
  }
}
