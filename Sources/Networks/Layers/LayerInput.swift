import Catalog
import Tensors

/// What layers ask of their inputs' shapes, in one wording.
enum LayerInput {
  /// The only input.
  static func one(_ inputs: [Shape], of layer: String) throws -> Shape {
    guard let shape = inputs.first, inputs.count == 1 else { throw LayerError.noInput(layer) }
    return shape
  }

  /// The only input, as channels, height and width.
  static func image(
    _ inputs: [Shape], of layer: String
  ) throws -> (channels: Int, height: Int, width: Int) {
    let shape = try one(inputs, of: layer)
    guard shape.rank == 3 else {
      throw LayerError.wrongRank(
        layer, shape, wants: "images: channels, height, width",
        help: shape.rank == 2 ? "`input(1, \(shape[0]), \(shape[1]))`" : "")
    }
    return (shape[0], shape[1], shape[2])
  }

  /// How many windows fit along an axis.
  ///
  ///     ⌊(length + 2·padding − window) / stride⌋ + 1
  static func windows(
    _ image: (channels: Int, height: Int, width: Int), window: Int, stride: Int, padding: Int,
    of layer: String
  ) throws -> (height: Int, width: Int) {
    let (channels, height, width) = image
    guard window <= min(height, width) + 2 * padding else {
      throw LayerError.windowTooLarge(
        layer, window: window, [channels, height, width], padding: padding)
    }
    return (
      (height + 2 * padding - window) / stride + 1, (width + 2 * padding - window) / stride + 1
    )
  }
}

extension Parameter {
  /// What most layers take first.
  static let follows = Parameter("x", accepts: "a model", "what the layer follows")
  /// What every layer takes last.
  static let layerName = Parameter(
    "name", .label, or: "", accepts: "a string", "what to call the layer")
}
