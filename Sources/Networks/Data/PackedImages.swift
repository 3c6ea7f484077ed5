import CData
import Tensors

/// One of the packed data sets in the program: labels, then pixels as runs of zeros and literals.
///
///     labels   one byte an image
///     pixels   runs:  zeros (1 byte)  literals (1 byte)  that many bytes
struct PackedImages {
  var bytes: UnsafeBufferPointer<UInt8>
  var count: Int
  var height: Int
  var width: Int
  /// The pixel value that becomes 1.
  var largest: Float

  static var digits: PackedImages {
    var count = 0
    let start = espalier_digits(&count)
    return PackedImages(
      bytes: .init(start: start, count: count), count: 1797, height: 8, width: 8, largest: 16)
  }

  static var mnist: PackedImages {
    var count = 0
    let start = espalier_mnist(&count)
    return PackedImages(
      bytes: .init(start: start, count: count), count: 5000, height: 28, width: 28, largest: 255)
  }

  /// All pixels in the order of the original file, `count · height · width` of them.
  ///
  /// Missing runs leave zeros and surplus ones are not read: the data is part of the program, and a
  /// test compares it with the original's checksum.
  func pixels() -> [UInt8] {
    let total = count * height * width
    return [UInt8](unsafeUninitializedCapacity: total) { target, filled in
      target.initialize(repeating: 0)
      var source = count
      var at = 0
      while source + 1 < bytes.count, at < total {
        let zeros = Int(bytes[source])
        let literals = Int(bytes[source + 1])
        source += 2
        at += zeros
        for k in 0..<min(literals, total - at, bytes.count - source) {
          target[at + k] = bytes[source + k]
        }
        at += literals
        source += literals
      }
      filled = total
    }
  }

  /// The fixed split: of each class, every fifth image in file order is for testing.
  ///
  /// Both parts stand in rounds, the first image of every class, then the second of every class, so
  /// that the beginning of either shows all classes.
  func split() -> (train: [Int], test: [Int]) {
    var seen = [Int](repeating: 0, count: 10)
    var ranked: [(rank: Int, label: UInt8, row: Int)] = []
    ranked.reserveCapacity(count)
    for row in 0..<count {
      let label = bytes[row]
      ranked.append((seen[Int(label)], label, row))
      seen[Int(label)] += 1
    }
    ranked.sort { ($0.rank, $0.label) < ($1.rank, $1.label) }
    return (
      ranked.filter { $0.rank % 5 != 4 }.map(\.row), ranked.filter { $0.rank % 5 == 4 }.map(\.row)
    )
  }

  /// The images and labels of some rows, pixels scaled to 0…1.
  func labeled(_ rows: [Int], of pixels: [UInt8], named name: String) throws -> LabeledData {
    let size = height * width
    let scaled = (0...255).map { Float($0) / largest }
    let images = try Tensor(unsafeUninitialized: [rows.count, 1, height, width]) { target in
      pixels.withUnsafeBufferPointer { pixels in
        for (index, row) in rows.enumerated() {
          for k in 0..<size { target[index * size + k] = scaled[Int(pixels[row * size + k])] }
        }
      }
    }
    let labels = try Tensor([rows.count], rows.map { Float(bytes[$0]) })
    return LabeledData(alreadyChecked: name, images, labels, (0..<10).map(String.init))
  }

  /// Both parts of the split.
  func dataSet(named name: String, summary: String, provenance: String) throws -> DataSet {
    let pixels = pixels()
    let rows = split()
    return DataSet(
      name: name, summary: summary, provenance: provenance,
      train: try labeled(rows.train, of: pixels, named: name + ".train"),
      test: try labeled(rows.test, of: pixels, named: name + ".test"))
  }
}
