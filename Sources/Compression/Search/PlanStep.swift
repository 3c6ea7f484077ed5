import Catalog
import Networks
import Tensors

/// One line of a pipeline: a verb with its arguments, on all layers or on some.
///
/// It does what the line does when it is typed, so that a plan can be pasted.
public struct PlanStep: Sendable, Hashable {
  /// One argument as it is written and as it is read.
  public struct Argument: Sendable, Hashable {
    /// `nil` for one given by position.
    public var label: String?
    /// The card's name of the parameter.
    public var name: String
    public var text: String
    public var setting: Setting

    public init(_ name: String, label: Bool = false, _ text: String, _ setting: Setting) {
      self.name = name
      self.label = label ? name : nil
      self.text = text
      self.setting = setting
    }
  }

  /// The verb's name on its card.
  public var verb: String
  public var arguments: [Argument]
  /// The only layers that change, or `nil` for all.
  public var layers: [String]?

  public init(_ verb: String, _ arguments: [Argument], layers: [String]? = nil) {
    self.verb = verb
    self.arguments = arguments
    self.layers = layers
  }

  /// `int4, per: channel`.
  public var argumentText: String { written.joined(separator: ", ") }

  private var written: [String] { arguments.map { ($0.label.map { $0 + ": " } ?? "") + $0.text } }

  /// `prune(80%, layers: "conv1")`.
  public var text: String {
    var parts = written
    if let layers {
      let names = layers.map { "\"\($0)\"" }
      parts.append(
        "layers: " + (names.count == 1 ? names[0] : "[" + names.joined(separator: ", ") + "]"))
    }
    return "\(verb)(\(parts.joined(separator: ", ")))"
  }

  /// The verb of the catalog with these arguments.
  ///
  /// - Throws: `SettingError`, and `PlanError.noVerb` for a name that is no verb on weights.
  public func weightVerb() throws -> any WeightVerb {
    let types = compressionLines.compactMap { line -> (any WeightVerb.Type)? in
      if case .verb(let verb) = line { verb } else { nil }
    }
    guard let type = types.first(where: { $0.card.name == verb }) else {
      throw PlanError.noVerb(verb)
    }
    return try type.init(
      Settings(
        Dictionary(
          arguments.map { ($0.name, $0.setting) }, uniquingKeysWith: { first, _ in first })))
  }

  /// The model after this step, which is noted in its recipe.
  public func apply(to model: Model, _ resources: Resources = Resources()) throws -> Model {
    let verb = try weightVerb()
    // No verb of a plan draws: criteria of chance are no candidates.
    var random = Random(seed: 0)
    var changed =
      try layers.map { names in
        try LayerChoice(names).apply(to: model, biases: verb.worksOnBiases) {
          try verb($0, resources, random: &random)
        }
      } ?? verb(model, resources, random: &random)
    changed.steps = model.steps + [text]
    return changed
  }
}

extension PlanStep {
  /// `prune(80%)`.
  public static func prune(percent: Int) -> PlanStep {
    PlanStep(
      Prune.card.name, [Argument("amount", "\(percent)%", .number(Double(percent) / 100))])
  }

  /// `prune(40%, structure: neurons)`.
  static func prune(percent: Int, structure: String) -> PlanStep {
    var step = prune(percent: percent)
    step.arguments.append(
      Argument("structure", label: true, structure, .option(structure, Settings())))
    return step
  }

  /// `share(bits: 4)`.
  public static func share(bits: Int) -> PlanStep {
    PlanStep(Share.card.name, [Argument("bits", label: true, "\(bits)", .number(Double(bits)))])
  }

  /// `encode(huffman)`.
  public static func encode(_ form: String) -> PlanStep {
    PlanStep(Encode.card.name, [Argument("form", form, .option(form, Settings()))])
  }

  /// `quantize(int4)`.
  public static func quantize(_ format: String, _ settings: Settings = Settings()) -> PlanStep {
    PlanStep(Quantize.card.name, [Argument("format", format, .option(format, settings))])
  }

  /// The same with a scale for each part: `quantize(int4, per: channel)`.
  func per(_ part: String) -> PlanStep {
    var step = self
    step.arguments.append(Argument("per", label: true, part, .option(part, Settings())))
    return step
  }
}
