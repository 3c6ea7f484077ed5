import Catalog
import Tensors

/// How everyday functions arrive at their results, for `explain`.
///
/// The functions add up in float64 and round once; the steps here round at each line, so that the
/// last one may differ in the seventh digit.
enum EverydayDerivations {
  private static let tolerance = 2e-6

  /// `mean`, `var` and `std`, of everything or along an axis.
  @Sendable static func moments(_ call: Call) throws -> Explanation? {
    let tensor = try call.tensor("x")
    guard tensor.count > 0 else { return nil }
    let axis = try call.axis(of: tensor.shape.rank)
    let keeps = try call.has("keepAxis") && call.boolean("keepAxis")
    let along = axis.map { ", axis: \($0)" } ?? ""
    let kept = axis.map { ", axis: \($0), keepAxis: true" } ?? ""
    let last = along + (keeps ? ", keepAxis: true" : "")
    let name = call.card.name
    let count = axis.map { "x.shape[\($0)]" } ?? "x.count"
    var steps = [Derivation.Step("n", "n", count, remark: "how many are averaged")]
    if name == "mean" {
      steps += [
        .init("t", "t = Σ x", "sum(x\(last))"), .init("m", "m = t / n", "t / n"),
      ]
    } else {
      steps += [
        .init("m", "m = (1/n) Σ x", "mean(x\(kept.isEmpty && keeps ? last : kept))"),
        .init("d", "d = x − m", "x - m", remark: "how far each lies from the mean"),
        .init("v", "v = (1/n) Σ d²", "sum(d^2\(last)) / n"),
      ]
      if name == "std" { steps.append(.init("s", "s = √v", "sqrt(v)")) }
    }
    return Explanation(
      Derivation(
        title: axis.map { "along axis \($0)" } ?? "of all numbers", steps: steps,
        result: steps[steps.count - 1].symbol, tolerance: tolerance),
      inputs: [("x", .tensor(tensor))])
  }

  /// `softmax` of each row.
  static func softmax(_ call: Call) throws -> Explanation? {
    let tensor = try call.tensor("x")
    guard tensor.count > 0 else { return nil }
    let along = ", axis: \(tensor.shape.rank - 1), keepAxis: true"
    return Explanation(
      Derivation(
        title: tensor.shape.rank == 1 ? "of all numbers" : "row by row",
        steps: [
          .init(
            "a", "a = max x", "max(x\(along))", remark: "taken off so that no power overflows"),
          .init("e", "e = exp(x − a)", "exp(x - a)"), .init("t", "t = Σ e", "sum(e\(along))"),
          .init("p", "p = e / t", "e / t", remark: "shares that add up to 1"),
        ], result: "p", tolerance: tolerance), inputs: [("x", .tensor(tensor))])
  }

  /// `quantile` of all numbers; along an axis there is a row for each, and no one derivation.
  @Sendable static func quantile(_ call: Call) throws -> Explanation? {
    let tensor = try call.tensor("x")
    guard tensor.count > 0, try call.axis(of: tensor.shape.rank) == nil else { return nil }
    let share = try call.number("share", in: 0...1)
    return Explanation(
      Derivation(
        title: "between neighbours in order",
        steps: [
          .init("y", "y = x in rising order", "sort(reshape(x, x.count))"),
          .init("n", "n", "x.count"),
          .init("h", "h = share · (n − 1)", "p * (n - 1)", remark: "the place, counted from 0"),
          .init("i", "i = ⌊h⌋", "floor(h)"), .init("f", "f = h − i", "h - i"),
          .init(
            "q", "q = yᵢ + f · (yᵢ₊₁ − yᵢ)", "y[i] + f * (y[min(i + 1, n - 1)] - y[i])"),
        ], result: "q", tolerance: tolerance),
      inputs: [("x", .tensor(tensor)), ("p", .number(share))])
  }

  /// `norm`, of everything or along an axis.
  @Sendable static func norm(_ call: Call) throws -> Explanation? {
    let tensor = try call.tensor("x")
    guard tensor.count > 0 else { return nil }
    let order = try call.number("order", in: 0x1p-10...1024)
    let along = try call.axis(of: tensor.shape.rank).map { ", axis: \($0)" } ?? ""
    return Explanation(
      Derivation(
        title: "order \(textForm(order))",
        steps: [
          .init("a", "a = |x|^p", "abs(x)^p"), .init("t", "t = Σ a", "sum(a\(along))"),
          .init("r", "r = t^(1/p)", "t^(1 / p)"),
        ], result: "r", tolerance: tolerance),
      inputs: [("x", .tensor(tensor)), ("p", .number(order))])
  }
}
