import Glibc

/// 1 / (1 + e^−x)
let logistic: @Sendable (Double) -> Double = { 1 / (1 + exp(-$0)) }

let hyperbolicTangent: @Sendable (Double) -> Double = { Glibc.tanh($0) }
