import Catalog
import Tensors

/// The square windows that a pooling layer looks through, as its card's parameters give them.
///
/// Windows that would reach over the edge are left out, as PyTorch does.
struct PoolingWindow {
  let size: Int
  let stride: Int
  private let layer: String

  /// - Throws: `SettingError` when size or stride is outside 1…1024.
  init(_ card: Card, _ settings: Settings) throws {
    let reader = SettingsReader(card, settings)
    size = try reader.whole("size", in: 1...1_024)
    stride = reader.has("stride") ? try reader.whole("stride", in: 1...1_024) : size
    layer = card.name
  }

  /// - Throws: `LayerError` for what is no image, or one smaller than a window.
  func outputShape(_ inputs: [Shape]) throws -> Shape {
    let image = try LayerInput.image(inputs, of: layer)
    let windows = try LayerInput.windows(
      image, window: size, stride: stride, padding: 0, of: layer)
    return [image.channels, windows.height, windows.width]
  }

  static let parameters = [
    .follows,
    Parameter("size", accepts: "a whole number, from 1", "side of the square window"),
    Parameter(
      "stride", .label, or: "", accepts: "a whole number, from 1",
      "step of the window; its size when left out"),
    .layerName,
  ]
}
