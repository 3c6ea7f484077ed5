import Catalog
import Tensors

/// A network: layers in an order in which each comes after its inputs, and their parameters.
///
/// A value: every change gives a new model, which shares the tensors that did not change.
public struct Model: Sendable {
  /// Layers from the input on; the last one gives the result.
  public internal(set) var nodes: [Node] {
    didSet { chains = ChainCache() }
  }
  /// What inference prepared of these nodes.
  private(set) var chains = ChainCache()
  /// How the last training went, epoch by epoch.
  public var history: History?
  /// What was done to this model, a line of the language each, oldest first.
  public var steps: [String]
  /// The channels that pruning took out, oldest first: `conv1 filter 3 → conv2 inputs[3]`.
  ///
  /// Kept like `history` as long as the program runs; files do not hold it.
  public var removed: [String] = []
  /// What stayed of each parameter that shrank with them, by path, a removal each, oldest first.
  public var removals: [[String: ParameterCut]] = []

  init(nodes: [Node], history: History? = nil, steps: [String] = []) {
    self.nodes = nodes
    self.history = history
    self.steps = steps
  }

  /// A model that returns its input.
  ///
  /// - Parameter shape: of one example, without the batch axis: `[1, 28, 28]`.
  /// - Throws: `SettingError` when a length is not positive.
  public static func input(_ shape: Shape) throws -> Model {
    let layer = try Input(Settings(["shape": .numbers(shape.dimensions.map(Double.init))]))
    return try Model(
      nodes: [
        Node(
          name: "input", isNamedByUser: false, layer: layer, inputs: [], parameters: [],
          outputShape: layer.outputShape([]))
      ])
  }

  /// The shape of one example that goes in.
  public var inputShape: Shape { nodes.first?.outputShape ?? [] }
  /// The shape of one example that comes out.
  public var outputShape: Shape { nodes.last?.outputShape ?? [] }

  /// One layer in its place.
  public struct Node: Sendable {
    /// Marks the same layer in several models, so that branches made from one value merge again.
    final class Identity: Sendable {
      /// What kernels prepared of the parameters, which cannot change without a new identity.
      let kernels = KernelCache()
    }

    var identity = Identity()
    /// `conv1`, or the name the user gave.
    public internal(set) var name: String
    let isNamedByUser: Bool
    public let layer: any Layer
    /// Indices into `nodes` of the model, all smaller than this node's own.
    public internal(set) var inputs: [Int]
    public internal(set) var parameters: [ModelParameter]
    /// How the layer runs in integers; `nil` for float.
    public internal(set) var integers: IntegerStep?
    /// Of one example, without the batch axis.
    public let outputShape: Shape
  }
}
