import CKernels

/// The largest number of each window of images `[n, channels, height, width]`.
public struct MaxPooling: Sendable, Hashable {
  /// The window's height and width.
  public let window: Int
  public let stride: Int
  /// Rows and columns around the image that no window's maximum comes from.
  public let padding: Int

  /// Where each maximum stood: what the gradient goes back to.
  public final class Places: Sendable {
    // An Int32 takes a float's bytes; they come from the same free list.
    fileprivate let storage: Storage
    fileprivate let count: Int

    fileprivate init(_ shape: Shape) throws {
      storage = try Storage(shape)
      count = shape.count
    }

    fileprivate var base: UnsafeMutablePointer<Int32> {
      UnsafeMutableRawPointer(storage.base).assumingMemoryBound(to: Int32.self)
    }
  }

  /// - Parameters:
  ///   - stride: of the window's size unless given.
  ///   - padding: at most half the window.
  /// - Throws: `TensorError.outsideDomain`.
  public init(window: Int, stride: Int? = nil, padding: Int = 0) throws {
    try checkPooling(window, stride ?? window, padding)
    self.window = window
    self.stride = stride ?? window
    self.padding = padding
  }

  /// - Parameter input: `[n, channels, height, width]`.
  /// - Throws: `TensorError.wrongRank`, `.windowTooLarge`.
  public func outputShape(_ input: Shape) throws -> Shape {
    try pooled("maxpool", input, window, stride, padding).shape
  }

  /// - Returns: `[n, channels, height, width]`; of equal numbers the first of a window counts, and a
  ///   NaN is the largest.
  public func forward(_ input: Tensor) throws -> (output: Tensor, places: Places) {
    let (shape, sizes) = try pooled("maxpool", input.shape, window, stride, padding)
    try Work.current.charge(shape.count * window * window)
    let storage = try Storage(shape)
    let places = try Places(shape)
    withUnsafePointer(to: sizes) {
      espalier_maxpool($0, input.pointer, storage.base, places.base)
    }
    return (Tensor(shape, storage), places)
  }

  /// The gradient with respect to the input.
  ///
  /// - Parameter gradient: of the result.
  public func inputGradient(_ gradient: Tensor, places: Places, inputShape: Shape) throws -> Tensor
  {
    let (shape, sizes) = try pooled("maxpool", inputShape, window, stride, padding)
    guard gradient.shape == shape, places.count == shape.count else {
      throw TensorError.shapesDiffer("maxpool", gradient.shape, shape)
    }
    try Work.current.charge(inputShape.count)
    return try Tensor(unsafeUninitialized: inputShape) { target in
      withUnsafePointer(to: sizes) {
        espalier_maxpool_backward($0, gradient.pointer, places.base, target.baseAddress)
      }
    }
  }
}

/// The mean of each window of images `[n, channels, height, width]`.
public struct AveragePooling: Sendable, Hashable {
  public let window: Int
  public let stride: Int
  /// Zeros around the image.
  public let padding: Int
  /// Whether the zeros of the padding count in the mean (as PyTorch's default).
  public let countsPadding: Bool

  /// - Throws: `TensorError.outsideDomain`.
  public init(window: Int, stride: Int? = nil, padding: Int = 0, countsPadding: Bool = true) throws
  {
    try checkPooling(window, stride ?? window, padding)
    self.window = window
    self.stride = stride ?? window
    self.padding = padding
    self.countsPadding = countsPadding
  }

  /// - Parameter input: `[n, channels, height, width]`.
  /// - Throws: `TensorError.wrongRank`, `.windowTooLarge`.
  public func outputShape(_ input: Shape) throws -> Shape {
    try pooled("avgpool", input, window, stride, padding).shape
  }

  public func forward(_ input: Tensor) throws -> Tensor {
    let (shape, sizes) = try pooled("avgpool", input.shape, window, stride, padding)
    try Work.current.charge(shape.count * window * window)
    return try Tensor(unsafeUninitialized: shape) { target in
      withUnsafePointer(to: sizes) {
        espalier_avgpool($0, countsPadding ? 1 : 0, input.pointer, target.baseAddress)
      }
    }
  }

  /// The gradient with respect to the input.
  ///
  /// - Parameter gradient: of the result.
  public func inputGradient(_ gradient: Tensor, inputShape: Shape) throws -> Tensor {
    let (shape, sizes) = try pooled("avgpool", inputShape, window, stride, padding)
    guard gradient.shape == shape else {
      throw TensorError.shapesDiffer("avgpool", gradient.shape, shape)
    }
    try Work.current.charge(shape.count * window * window)
    return try Tensor(unsafeUninitialized: inputShape) { target in
      withUnsafePointer(to: sizes) {
        espalier_avgpool_backward(
          $0, countsPadding ? 1 : 0, gradient.pointer, target.baseAddress)
      }
    }
  }
}

private func checkPooling(_ window: Int, _ stride: Int, _ padding: Int) throws {
  try checkWindow(window, stride: stride, padding: padding)
  guard padding <= window / 2 else {
    throw TensorError.outsideDomain(
      "`padding:`", Double(padding), allowed: "at most half the window, \(window / 2)")
  }
}

private func pooled(
  _ operation: String, _ input: Shape, _ window: Int, _ stride: Int, _ padding: Int
) throws -> (shape: Shape, sizes: EspalierPooling) {
  guard input.rank == 4 else {
    throw TensorError.wrongRank(operation, wanted: "images [n, channels, height, width]", input)
  }
  let height = try windows(operation, input[2], window, stride, padding)
  let width = try windows(operation, input[3], window, stride, padding)
  let sizes = EspalierPooling(
    planes: input[0] * input[1], height: input[2], width: input[3], windowHeight: window,
    windowWidth: window, stride: stride, padding: padding, outHeight: height, outWidth: width)
  return ([input[0], input[1], height, width], sizes)
}
