import Tensors

struct Missing: Error {}
extension Tensor {
  func oneHot(classes: Int) throws -> Tensor { throw Missing() }
  static func concatenated(_ t: [Tensor], axis: Int) throws -> Tensor { throw Missing() }
}
