import Tensors

/// A training as it stands between two steps: what hooks may look at and change.
public struct TrainingState: Sendable {
  /// Where a parameter is: its node, and its index in that node.
  public struct Place: Hashable, Sendable {
    public let node: Int
    public let index: Int

    public init(node: Int, index: Int) {
      self.node = node
      self.index = index
    }
  }

  /// The network; its parameters are those it had before the training.
  public let model: Model
  /// How many batches have been learnt from.
  public internal(set) var step = 0
  /// How many batches the whole training has.
  public let steps: Int
  /// Latent weights by node and index: what the optimizer moves.
  public internal(set) var weights: [[Tensor]]
  /// What they must respect; the model keeps it after the training.
  public internal(set) var constraints: [[(any WeightConstraint)?]]
  /// Of the last batch, by node and index; `nil` where the loss depends on nothing or before it.
  ///
  /// These are the gradients at what the network computed with, so pruned weights have one too.
  public internal(set) var gradients: [[Tensor?]]
  var memories: [[OptimizerMemory]]

  init(_ model: Model, steps: Int) throws {
    self.model = model
    self.steps = steps
    weights = try model.nodes.map { try $0.parameters.map { try $0.tensor } }
    constraints = model.nodes.map { $0.parameters.map(\.constraint) }
    gradients = model.nodes.map { $0.parameters.map { _ in nil } }
    memories = model.nodes.map { $0.parameters.map { _ in OptimizerMemory() } }
  }

  /// The places of the weights, in the order of `Model.weights`.
  public var weightPlaces: [Place] {
    model.weights.map { Place(node: $0.node, index: $0.index) }
  }

  public func weights(at place: Place) -> Tensor { weights[place.node][place.index] }

  public func constraint(at place: Place) -> (any WeightConstraint)? {
    constraints[place.node][place.index]
  }

  public func gradient(at place: Place) -> Tensor? { gradients[place.node][place.index] }

  /// Gives a parameter another constraint (or none), and the nearest weights that this one allows.
  public mutating func constrain(_ place: Place, to constraint: (any WeightConstraint)?) throws {
    constraints[place.node][place.index] = constraint
    guard let constraint else { return }
    weights[place.node][place.index] = try constraint.projected(weights(at: place))
  }

  /// Puts other numbers in the place of a parameter's, as far as its constraint allows them.
  ///
  /// - Throws: `LayerError.wrongParameterShape`.
  public mutating func replace(_ place: Place, with tensor: Tensor) throws {
    guard tensor.shape == weights(at: place).shape else {
      throw LayerError.wrongParameterShape(
        model.nodes[place.node].name, tensor.shape, wants: weights(at: place).shape)
    }
    weights[place.node][place.index] = try constraint(at: place)?.projected(tensor) ?? tensor
  }

  /// Puts all numbers back to those of an earlier moment, as far as the constraints allow it, and lets
  /// the optimizer forget everything.
  ///
  /// - Parameter earlier: what `weights` was then.
  public mutating func rewind(to earlier: [[Tensor]]) throws {
    for node in weights.indices {
      for index in weights[node].indices {
        let tensor = earlier[node][index]
        weights[node][index] = try constraints[node][index]?.projected(tensor) ?? tensor
        memories[node][index] = OptimizerMemory()
      }
    }
  }

  /// Lets the optimizer forget what it remembers of some elements.
  ///
  /// - Parameter kept: 1 for each element that it goes on remembering, else 0; the weights' shape.
  public mutating func forget(at place: Place, except kept: Tensor) throws {
    let moments = memories[place.node][place.index].moments
    memories[place.node][place.index].moments = try moments.map {
      try Tensor.apply(.multiply, $0, kept)
    }
  }

  /// The share of the weights, biases and norms not counted, that are zero; 0 without weights.
  public var sparsity: Double {
    var (zeros, count) = (0, 0)
    for place in weightPlaces {
      let tensor = weights(at: place)
      zeros += tensor.count - tensor.nonZeroCount
      count += tensor.count
    }
    return Double(zeros) / Double(max(1, count))
  }
}
