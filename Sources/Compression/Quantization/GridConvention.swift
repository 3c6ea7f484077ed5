import Catalog
import Encodings

/// Whose arithmetic finds the scale and the codes of integers, where libraries differ.
public protocol GridConvention: Cataloged {
  init()

  /// As a grid keeps it.
  var convention: Grid.Convention { get }

  /// Scale and zero point of a grid whose middle code is 0.
  func symmetric(_ range: GridRange, _ format: IntegerFormat) throws -> GridPoint

  /// Scale and zero point of a grid from the lowest to the highest number.
  func affine(_ range: GridRange, _ format: IntegerFormat) throws -> GridPoint

  /// The code of a number.
  func code(
    of value: Float, _ point: GridPoint, _ format: IntegerFormat, isSymmetric: Bool
  ) -> Int32

  /// Steps that find `s` from `a` = max|w|.
  func addSymmetric(
    _ steps: inout DerivationSteps, _ rows: PartRows, _ format: IntegerFormat,
    _ ranges: [GridRange])

  /// Steps that find `s` and `z` from `lo` and `hi`.
  func addAffine(
    _ steps: inout DerivationSteps, _ rows: PartRows, _ format: IntegerFormat,
    _ ranges: [GridRange])

  /// Steps that find `q` from the rows, `s` and perhaps `z`.
  func addCodes(
    _ steps: inout DerivationSteps, _ rows: PartRows, _ format: IntegerFormat, hasZero: Bool,
    isSymmetric: Bool)
}

extension GridConvention {
  /// clamp(rne(t) + z, q_min, q_max), with t = w / s.
  func clamped(_ steps: Float, _ point: GridPoint, _ format: IntegerFormat) -> Int32 {
    let (lowest, highest) = (Float(format.lowest), Float(format.highest))
    // 0 times the reciprocal of a denormal scale is no number.
    let code = (steps.isNaN ? 0 : steps) + Float(point.zeroPoint)
    return Int32(max(lowest, min(highest, code)))
  }

  /// Whether the code of 0 is worth a step: an integer without a sign has it in the middle.
  func addMiddle(_ steps: inout DerivationSteps, _ format: IntegerFormat) {
    if format.symmetricZeroPoint != 0 {
      steps.add("z", "z = 2^(b−1)", "2^(\(format.bits) - 1)", "the code of 0")
    }
  }
}
