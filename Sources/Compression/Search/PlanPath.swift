import Encodings
import Networks
import Tensors

/// The ways one layer can be compressed, with what each costs and how much it hurts.
struct LayerOptions: Sendable {
  struct Option: Sendable, Equatable {
    var part: CompressionPlan.Part
    /// Bits of the stored weights.
    var bits: Int
    /// Multiply-adds for one example.
    var multiplyAdds: Int
    /// How much the loss grows, steps measured apart and added up; at least 0.
    var damage: Double
  }

  var options: [Option]

  /// The options that are best for some price of a unit of cost: the lower convex hull, from the
  /// one that hurts least to the cheapest.
  ///
  /// - Parameter cost: of an option; what the budget counts.
  func hull(_ cost: (Option) -> Double) -> [Option] {
    var hull: [Option] = []
    for option in staircase(cost) {
      while hull.count >= 2 {
        let (a, b) = (hull[hull.count - 2], hull[hull.count - 1])
        // b lies above the line from a to the new one: it is never the best.
        let own = (b.damage - a.damage) * (cost(a) - cost(option))
        guard own >= (option.damage - a.damage) * (cost(a) - cost(b)) else { break }
        hull.removeLast()
      }
      hull.append(option)
    }
    return hull
  }

  /// The options that none beats in both cost and damage, from the one that hurts least to the
  /// cheapest; of equals the earlier one.
  func staircase(_ cost: (Option) -> Double) -> [Option] {
    let sorted = options.enumerated().sorted { left, right in
      let (a, b) = (left.element, right.element)
      if a.damage != b.damage { return a.damage < b.damage }
      let (x, y) = (cost(a), cost(b))
      return x != y ? x < y : left.offset < right.offset
    }
    var stairs: [Option] = []
    for (_, option) in sorted where stairs.last.map({ cost(option) < cost($0) }) ?? true {
      stairs.append(option)
    }
    return stairs
  }
}

/// Plans from the one that hurts least to the cheapest, each a step of one layer from the last.
///
/// Each step is the one that hurts least per unit of cost saved, so every plan on the way is the
/// best of its cost as far as damages of layers add up: the greedy solution of the knapsack, which
/// is exact on convex hulls (Fox, 1966, Management Science 13.3). A step of one large layer may
/// leave a wide gap, so the options between its two ends stand on the path as well.
struct PlanPath: Sendable {
  private(set) var plans: [CompressionPlan] = []

  /// Plans from leaving every part as it is down to where the path by damage begins: by way of all
  /// options that do not raise the loss, so that parts have lost about equally much.
  ///
  /// An option that makes the loss smaller costs nothing by the damage, however few bits it leaves,
  /// and yet answers may change with it.
  ///
  /// - Parameter cost: what the budget counts, of one option.
  static func gentle(
    _ layers: [LayerOptions], cost: (LayerOptions.Option) -> Double
  ) -> PlanPath {
    // From the dearest, which is the part as it is, each cheaper than the one before.
    let stairs = layers.map { layer in
      layer.options.enumerated().filter { $0.element.damage == 0 }
        .sorted { (-cost($0.element), $0.offset) < (-cost($1.element), $1.offset) }
        .reduce(into: [LayerOptions.Option]()) { stairs, next in
          if stairs.last.map({ cost(next.element) < cost($0) }) ?? true {
            stairs.append(next.element)
          }
        }
    }
    var path = PlanPath()
    var places = stairs.map { _ in 0 }
    var parts = stairs.compactMap { $0.first?.part }
    guard parts.count == stairs.count else { return path }
    path.plans.append(CompressionPlan(parts))
    while true {
      var best: (layer: Int, left: Double)?
      for (layer, options) in stairs.enumerated() where places[layer] + 1 < options.count {
        let left = cost(options[places[layer] + 1]) / cost(options[0])
        // Of equal shares the first layer's.
        if best.map({ left > $0.left }) ?? true { best = (layer, left) }
      }
      guard let best else { return path }
      places[best.layer] += 1
      parts[best.layer] = stairs[best.layer][places[best.layer]].part
      path.plans.append(CompressionPlan(parts))
    }
  }

  private init() {}

  /// - Parameter cost: what the budget counts, of one option.
  init(_ layers: [LayerOptions], cost: (LayerOptions.Option) -> Double) {
    let hulls = layers.map { $0.hull(cost) }
    let stairs = layers.map { $0.staircase(cost) }
    var places = hulls.map { _ in 0 }
    // No layer is without options: leaving it as it is is one.
    var parts = hulls.compactMap { $0.first?.part }
    guard parts.count == hulls.count else { return }
    plans.append(CompressionPlan(parts))
    while true {
      var best: (layer: Int, price: Double)?
      for (layer, hull) in hulls.enumerated() where places[layer] + 1 < hull.count {
        let (now, next) = (hull[places[layer]], hull[places[layer] + 1])
        let saved = cost(now) - cost(next)
        let price = (next.damage - now.damage) / saved
        // Of equal prices the first layer's.
        if best.map({ price < $0.price }) ?? true { best = (layer, price) }
      }
      guard let best else { return }
      let (now, next) = (
        hulls[best.layer][places[best.layer]], hulls[best.layer][places[best.layer] + 1]
      )
      places[best.layer] += 1
      for option in stairs[best.layer]
      where cost(option) < cost(now) && cost(option) >= cost(next) {
        parts[best.layer] = option.part
        plans.append(CompressionPlan(parts))
      }
    }
  }
}
