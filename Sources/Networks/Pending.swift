import Tensors

struct Missing: Error {}
extension Tensor {
  func oneHot(classes: Int) throws -> Tensor { throw Missing() }
  static func concatenated(_ t: [Tensor], axis: Int) throws -> Tensor { throw Missing() }
}
extension Tensor {
  func steppedSGD(
    _ gradient: Tensor, velocity: Tensor?, rate: Double, momentum: Double, decay: Double
  ) throws -> (weights: Tensor, velocity: Tensor?) { throw Missing() }
  func steppedAdam(
    _ gradient: Tensor, moments: (mean: Tensor, square: Tensor)?, step: Int, rate: Double,
    beta1: Double, beta2: Double, epsilon: Double, decay: Double
  ) throws -> (weights: Tensor, mean: Tensor, square: Tensor) { throw Missing() }
}
