import Autograd
import Encodings
import Tensors

/// What a layer has at hand when it runs on codes.
public struct IntegerRun: Sendable {
  /// Where the results go.
  public let grid: ActivationGrid
  public let isSimulated: Bool
  public let parameters: [ModelParameter]
  /// The layer's product in integers, when it has one that can be had.
  let kernel: IntegerKernel?

  /// The product of weights and input on the output's grid; by way of floats without a kernel.
  public func product(_ x: Codes, else layer: some Layer) throws -> Codes {
    guard let kernel, kernel.input == x.grid else { return try inFloats(layer, [x]) }
    return try kernel(x, onto: grid)
  }

  /// The layer by its float arithmetic: decode, compute in float32, bring onto the grid.
  public func inFloats(_ layer: some Layer, _ inputs: [Codes]) throws -> Codes {
    let values = try inputs.map { Variable(try $0.values) }
    let parameters = try parameters.map { Variable(try $0.tensor) }
    let result = try layer.forward(values, parameters, Pass(isTraining: false)).value
    return try Codes(result, on: grid, isSimulated: isSimulated)
  }

  /// A layer that treats every number by itself: a table of all codes.
  public func table(_ layer: some Layer, _ x: Codes) throws -> Codes {
    try x.mapped(onto: grid) { values in
      try layer.forward([Variable(values)], [], Pass(isTraining: false)).value
    }
  }
}
