import Encodings
import Tensors

extension Model {
  /// The model with the bias of every product as int32 codes, all sums checked.
  ///
  /// The bias shown is what its codes stand for, s_x·s_w·q_b in double, rounded to float32.
  ///
  /// - Throws: `IntegerError` for the first layer that cannot sum in integers.
  public func withBiasCodes() throws -> Model {
    var model = self
    for place in nodes.indices {
      guard let grid = inputGrid(place),
        let kernel = try nodes[place].preparedIntegers(input: grid)
      else { continue }
      let codes = kernel.biasCodes
      if let index = nodes[place].parameters.firstIndex(where: { $0.role == .bias }) {
        let values = try kernel.biasValues(codes)
        model.nodes[place].parameters[index].value = .dense(values)
      }
      model.nodes[place].integers?.bias = codes
      model.nodes[place].identity = Node.Identity()
    }
    return model
  }

  /// The model whose biases are what the codes of its steps stand for.
  ///
  /// - Throws: `AssemblyError.integers` when codes and weights do not fit, `IntegerError`.
  public func withBiasesOfCodes() throws -> Model {
    var model = self
    for place in nodes.indices {
      guard let codes = nodes[place].integers?.bias else { continue }
      guard let grid = inputGrid(place),
        let index = nodes[place].parameters.firstIndex(where: { $0.role == .bias }),
        nodes[place].parameters[index].shape == [codes.count],
        let kernel = try nodes[place].preparedIntegers(input: grid),
        kernel.weightScales.count == codes.count
      else { throw AssemblyError.integers("a bias", wanted: "one where inputs have a grid") }
      model.nodes[place].parameters[index].value = .dense(try kernel.biasValues(codes))
      model.nodes[place].identity = Node.Identity()
    }
    return model
  }

  /// Checks that every layer that should can sum in integers.
  ///
  /// - Throws: `IntegerError` for the first that cannot.
  public func checkIntegers() throws {
    for place in nodes.indices where nodes[place].integers != nil {
      _ = try nodes[place].preparedIntegers(input: inputGrid(place))
    }
  }

  /// The grid on which a layer's input lies, with fixed grids.
  private func inputGrid(_ place: Int) -> ActivationGrid? {
    guard nodes[place].integers?.grid != nil, let input = nodes[place].inputs.first else {
      return nil
    }
    return nodes[input].integers?.grid
  }

  /// The model with weight scales large enough for the codes of their biases.
  ///
  /// A bias far above its weights, as a dead filter's can be, would have no int32 code at the scale
  /// s_x·s_w. That scale is raised until the code is at most 2^30, and the weights take the nearest
  /// codes of the new one.
  ///
  /// - Parameter grids: of each layer's results.
  /// - Source: TensorFlow Lite's converter, which raises weight scales likewise.
  public func biasesFitting(_ grids: [ActivationGrid]) throws -> Model {
    try mapParameters { entry in
      let node = nodes[entry.node]
      guard entry.parameter.isWeight, let bias = try node.bias, let input = node.inputs.first,
        grids.indices.contains(input), case .encoded(let tensor) = entry.parameter.value,
        var grid = tensor.grid, grid.format.integers != nil
      else { return nil }
      let outputs = max(1, tensor.shape[0])
      let parts = try Parts(grid.partition, of: tensor.shape)
      let row = tensor.count / outputs
      var wanted = grid.scales
      for output in 0..<min(outputs, bias.count) where row > 0 && bias[output].isFinite {
        let part = parts(output * row)
        let least = Double(abs(bias[output])) / (Double(grids[input].scale) * 0x1p30)
        wanted[part] = max(wanted[part], Float(least).nextUp)
      }
      guard wanted != grid.scales else { return nil }
      var codes = grid.codes.numbers
      for index in codes.indices {
        let part = parts(index)
        guard wanted[part] > grid.scales[part] else { continue }
        let zero = grid.zeroPoints.isEmpty ? 0 : grid.zeroPoints[part]
        let value = grid.scales[part] * Float(codes[index] - zero)
        let steps = (value / wanted[part]).rounded(.toNearestOrEven)
        codes[index] = max(
          grid.format.codes.lowerBound,
          min(grid.format.codes.upperBound, Int32(steps) + zero))
      }
      grid.codes = CodeArray(codes)
      grid.scales = wanted
      var parameter = entry.parameter
      parameter.value = .encoded(try EncodedTensor(tensor.shape, grid: grid, kept: tensor.kept))
      return parameter
    }
  }
}

extension IntegerKernel {
  /// What codes of the bias stand for: s_x·s_w·q_b in double, rounded to float32.
  func biasValues(_ codes: [Int32]) throws -> Tensor {
    let scales = weightScales
    return try Tensor(
      codes.enumerated().map { output, code in
        Float(Double(input?.scale ?? 1) * Double(scales[output]) * Double(code))
      })
  }
}
