import Encodings
import Networks
import Tensors

/// The grid of a layer's results, where a model runs in integers: `net.conv1.activation`.
public final class ActivationObject: Object, @unchecked Sendable {
  public let step: IntegerStep

  public init(_ step: IntegerStep) { self.step = step }

  public override var kind: String { "an activation grid" }

  public override var memberNames: [String] {
    ["format"] + (step.grid == nil ? [] : ["scale", "zeroPoint"]) + ["bias"]
  }

  private var format: IntegerFormat {
    switch step.activations {
    case .fixed(let grid): grid.format
    case .dynamic(let format): format
    }
  }

  public override func member(_ name: String) throws -> Value? {
    switch name {
    case "format": return .string(format.description)
    case "scale": return step.grid.map { .number(Double($0.scale)) }
    case "zeroPoint": return step.grid.map { .number(Double($0.zeroPoint)) }
    case "bias": return .tensor(try Tensor((step.bias ?? []).map { Float($0) }))
    default: return nil
    }
  }

  public override var text: String {
    let simulated = step.isSimulated ? "simulated " : ""
    guard let grid = step.grid else { return "\(simulated)\(format), a grid for each example" }
    return "\(simulated)\(format): \(textForm(Double(grid.scale))) · (q − \(grid.zeroPoint))"
  }
}
