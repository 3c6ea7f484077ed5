import Glibc
import Interpreter

/// How well a student's predictions were: kept over all lessons, said after each.
///
/// The factor is the geometric mean of prediction over answer, so that twice too much and half of
/// it cancel out. Predictions and answers that are not both positive or both negative have none.
struct Calibration: Equatable {
  /// All predictions.
  var count: Int
  /// Those within the margin.
  var hits: Int
  /// 1.8 when they are 1.8 times too high on average; `nil` without two that have a quotient.
  var factor: Double?

  init(_ all: [LessonProgress.Prediction]) {
    let predictions = all.filter { $0.isChoice != true }
    count = predictions.count
    hits = predictions.filter(\.isWithin).count
    let logs = predictions.compactMap { prediction -> Double? in
      let quotient = prediction.given / prediction.answer
      return quotient.isFinite && quotient > 0 ? log2(quotient) : nil
    }
    factor = logs.count < 2 ? nil : exp2(logs.reduce(0, +) / Double(logs.count))
  }

  /// In words, of two predictions or more.
  ///
  /// `predictions: 3 of 5 within the margin; you under-estimate by 1.8× on average`
  var line: String? {
    guard count > 1 else { return nil }
    let start = "predictions: \(hits) of \(count) within the margin"
    guard let factor else { return start }
    switch factor {
    case 1.05...: return start + "; you over-estimate by \(shortPoints(factor))× on average"
    case ..<0.95: return start + "; you under-estimate by \(shortPoints(1 / factor))× on average"
    default: return start + "; neither too high nor too low on average"
    }
  }
}
