import Glibc

/// The logistic function, 1 / (1 + e^−x).
let logistic: @Sendable (Double) -> Double = { 1 / (1 + exp(-$0)) }

/// The name `tanh` is a layer here too, hence the module's name in front.
let hyperbolicTangent: @Sendable (Double) -> Double = { Glibc.tanh($0) }
