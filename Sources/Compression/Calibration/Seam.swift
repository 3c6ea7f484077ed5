import Encodings
import Networks
import Tensors

/// A place where a channel can be made smaller before it is made larger again: nothing changes.
///
///     W₁[c] / s_c,  b₁[c] / s_c    →    layers with f(x/s) = f(x)/s    →    W₂[:, c] · s_c
///
/// The producer is a linear or convolutional layer, or a batch norm; between it and the consumer
/// stand only layers that keep a positive factor of each channel, read by no one else.
struct Seam {
  /// Indices into the model's nodes.
  let producer: Int
  let consumer: Int
  let channels: Int
  /// Consecutive columns of the consumer that one channel feeds: a window, or a flattened plane.
  let columnsPerChannel: Int

  /// The seams of a model, in the order of their consumers.
  ///
  /// - Parameter norms: whether a batch norm may be the producer.
  static func all(in model: Model, norms: Bool) -> [Seam] {
    let weighted = Set(model.weights.map(\.node))
    var readers = [Int](repeating: 0, count: model.nodes.count)
    for node in model.nodes {
      for input in node.inputs { readers[input] += 1 }
    }
    return weighted.sorted().compactMap { consumer in
      guard var place = model.nodes[consumer].inputs.first else { return nil }
      while readers[place] == 1 {
        let node = model.nodes[place]
        let isNorm = norms && node.layer is BatchNorm
        if isNorm || weighted.contains(place) {
          return Seam(model, producer: place, consumer: consumer)
        }
        guard node.layer.keepsPositiveFactors, let next = node.inputs.first else { return nil }
        place = next
      }
      return nil
    }
  }

  private init?(_ model: Model, producer: Int, consumer: Int) {
    let outputs = model.nodes[producer].outputShape
    guard let weight = model.nodes[consumer].parameters.first, outputs.rank > 0 else { return nil }
    let columns = RowsAndColumns(weight.shape).columns
    guard outputs[0] > 0, columns % outputs[0] == 0 else { return nil }
    self.producer = producer
    self.consumer = consumer
    channels = outputs[0]
    columnsPerChannel = columns / outputs[0]
  }

  /// The largest of a number of each column, by channel.
  func largest(_ columns: [Float]) -> [Float] {
    (0..<channels).map { channel in
      columns[channel * columnsPerChannel..<(channel + 1) * columnsPerChannel]
        .reduce(0) { max($0, abs($1)) }
    }
  }

  /// The largest |w| of each channel's columns of the consumer.
  func consumerPeaks(_ model: Model) throws -> [Float] {
    let weight = try model.nodes[consumer].parameters[0].tensor
    let columns = channels * columnsPerChannel
    var peaks = [Float](repeating: 0, count: columns)
    weight.withScalars { scalars in
      for index in scalars.indices {
        peaks[index % columns] = max(peaks[index % columns], abs(scalars[index]))
      }
    }
    return largest(peaks)
  }

  /// The model with the producer's channels divided by `factors` and the consumer's multiplied.
  ///
  /// All float32: 1/s first, then products. Masks stay.
  ///
  /// - Parameter factors: one a channel, positive and finite.
  /// - Throws: `PreparationError.quantized` when a weight lies on a grid already.
  func rescaled(_ model: Model, by factors: [Float]) throws -> Model {
    let inverse = factors.map { 1 / $0 }
    let first = model.nodes[producer]
    let last = model.nodes[consumer]
    var result = model
    for parameter in first.parameters.prefix(2) {
      let run = max(1, parameter.shape.count / channels)
      result = try result.scaling("\(first.name).\(parameter.name)") { inverse[$0 / run] }
    }
    let columns = max(1, channels * columnsPerChannel)
    return try result.scaling("\(last.name).weight") {
      factors[$0 % columns / columnsPerChannel]
    }
  }
}

extension Model {
  /// The model with every element of one parameter multiplied by a factor of its place.
  fileprivate func scaling(_ path: String, by factor: (Int) -> Float) throws -> Model {
    guard let entry = parameters.first(where: { $0.path == path }) else { return self }
    let old = try entry.parameter.tensor
    let scaled = try Tensor(unsafeUninitialized: old.shape) { target in
      old.withScalars { source in
        for index in source.indices { target[index] = source[index] * factor(index) }
      }
    }
    return try replacingValues([path: scaled])
  }

  /// The model with other floats in some places; what was pruned stays pruned.
  ///
  /// - Throws: `PreparationError.quantized` when one of them lies on a grid.
  func replacingValues(_ tensors: [String: Tensor]) throws -> Model {
    try mapParameters { entry in
      guard let tensor = tensors[entry.path] else { return nil }
      var parameter = entry.parameter
      guard case .encoded(let encoded) = parameter.value else {
        parameter.value = .dense(tensor)
        return parameter
      }
      guard encoded.grid == nil else { throw PreparationError.quantized(entry.path) }
      let replaced = try EncodedTensor(tensor, kept: encoded.kept)
      parameter.value = .encoded(replaced)
      parameter.constraint = replaced.constraint
      return parameter
    }
  }
}
