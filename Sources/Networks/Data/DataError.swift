import Catalog
import Tensors

/// Data that does not fit together, or that cannot be brought to the form asked for.
public enum DataError: DescribedError {
  case countsDiffer(images: Shape, labels: Shape)
  case labelOutside(Float, row: Int, classes: Int?)
  case notAnImage(Shape, doing: String)
  case sizeOutside(height: Int, width: Int)
  case paddingShrinks(from: Shape, height: Int, width: Int)
  case subsetOutside(Int, of: Int, name: String)
  case classTooSmall(Int, of: Int, className: String, name: String)
  case sampleCountOutside(Int)

  public var code: String {
    switch self {
    case .countsDiffer: "E0246"
    case .notAnImage: "E0247"
    case .labelOutside: "E0307"
    case .sizeOutside, .sampleCountOutside: "E0310"
    case .paddingShrinks: "E0342"
    case .subsetOutside, .classTooSmall: "E0343"
    }
  }

  public var headline: String {
    switch self {
    case .countsDiffer(let images, let labels):
      "images of shape \(images) and labels of shape \(labels) do not belong together"
    case .labelOutside(let label, let row, nil):
      "label \(plain(Double(label))) in row \(row) is no class number"
    case .labelOutside(let label, let row, let classes?):
      "label \(plain(Double(label))) in row \(row) is no class number below \(classes)"
    case .notAnImage(let shape, let doing): "shape \(shape) has no height and width to \(doing)"
    case .sizeOutside(let height, let width):
      "an image has 1 to 4096 rows and columns; it was to have \(height)×\(width)"
    case .paddingShrinks(let shape, let height, let width):
      "padding cannot make images of shape \(shape) smaller: \(height)×\(width)"
    case .subsetOutside(let count, let all, let name):
      "`\(name)` has \(examples(all)); \(count) were asked for"
    case .classTooSmall(let count, let all, let className, let name):
      "`\(name)` has \(examples(all)) of class \(className); \(count) were asked for"
    case .sampleCountOutside(let count):
      "`shapes` draws 1 to 1,000,000 images; \(count) were asked for"
    }
  }

  public func argument(of card: Card) -> String? {
    switch self {
    case .subsetOutside, .sampleCountOutside: "count"
    case .classTooSmall: "perClass"
    case .paddingShrinks: "height"
    case .countsDiffer, .labelOutside, .notAnImage, .sizeOutside: nil
    }
  }

  public var notes: [String] {
    switch self {
    case .countsDiffer: ["the first axis of the images counts them, and there is one label each"]
    case .labelOutside: ["class numbers are whole and count from 0"]
    case .notAnImage: ["images are [n, channels, height, width]"]
    default: []
    }
  }

  public var help: [String] {
    switch self {
    case .paddingShrinks: ["`resize` makes images smaller"]
    default: []
    }
  }
}

private func examples(_ count: Int) -> String { count == 1 ? "1 example" : "\(count) examples" }
