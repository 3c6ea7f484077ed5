import Catalog
import Tensors

extension Parameter {
  /// What every criterion scores: left out, the name is an option.
  static let weight = Parameter("weight", accepts: "a tensor", "the weights to score")

  /// A statistic as a criterion's function takes it: `gradient: g`.
  static func statistic(_ statistic: Statistic, _ summary: String) -> Parameter {
    Parameter(
      statistic.rawValue, .label, or: "", accepts: "a tensor of the shape of `weight`", summary)
  }

  static let gradient = statistic(.gradient, "∂L/∂w, the mean over the examples")

  /// For a formula of an article that does not do what its text says.
  static func printed(_ summary: String) -> Parameter {
    Parameter("printed", .label, or: "false", accepts: "true or false", summary)
  }

  static let meant = Parameter(
    "meant", .label, or: "false", accepts: "true or false",
    "whether the formula does what the article's text says, instead of what is printed")
}

extension Tensor {
  /// |a · b|, each element rounded once.
  static func magnitudeOfProduct(_ a: Tensor, _ b: Tensor) throws -> Tensor {
    try apply(.multiply, a, b).mapped(.absolute)
  }

  /// f(i) for every index, computed in double and rounded once.
  static func scores(_ shape: Shape, _ f: (Int) -> Double) throws -> Tensor {
    try Tensor(unsafeUninitialized: shape) { target in
      for index in target.indices { target[index] = Float(f(index)) }
    }
  }
}
