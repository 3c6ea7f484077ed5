import Encodings
import Networks
import Tensors

// How layers run in integers, one after the other, behind the recipe of a model of kind 2:
//
//   mark   | 7…4 | 3        | 2         | 1 0                                        |
//          |  0  | has bias | simulated | 0 float · 1 own grid · 2 dynamic · 3 input's grid |
//   grid     bits − 1 (with 0x10 when signed) · scale, a float · code of 0 less the lowest, a byte
//   dynamic  bits − 1 (with 0x10 when signed)
//   bias     the parameter's index · count · that many int32
//
// A bias stored here is not stored among the tensors: its numbers are s_x·s_w times its codes.

extension Model {
  /// Whether a parameter is written as int32 codes instead of floats.
  func storesBiasCodes(_ entry: ParameterEntry) -> Bool {
    entry.index == biasIndex(entry.node)
  }

  /// The place of the bias whose codes a layer has.
  fileprivate func biasIndex(_ node: Int) -> Int? {
    guard let bias = nodes[node].integers?.bias else { return nil }
    return nodes[node].parameters.firstIndex {
      $0.role == .bias && $0.shape.rank == 1 && $0.shape.count == bias.count
    }
  }
}

extension ContainerWriter {
  mutating func integers(_ model: Model) {
    for (place, node) in model.nodes.enumerated() {
      let biasIndex = model.biasIndex(place)
      book(node.name, .activations) { writer in
        guard let step = node.integers else { return writer.byte(0) }
        let marks: UInt8 = (step.isSimulated ? 4 : 0) | (biasIndex == nil ? 0 : 8)
        switch step.activations {
        case .dynamic(let format):
          writer.byte(2 | marks)
          writer.byte(format.mark)
        case .fixed(let grid):
          if let input = node.inputs.first, model.nodes[input].integers?.grid == grid {
            return writer.byte(3 | marks)
          }
          writer.byte(1 | marks)
          writer.byte(grid.format.mark)
          writer.word(grid.scale.bitPattern)
          writer.byte(UInt8(clamping: grid.byteZero))
        }
      }
      guard let biasIndex, let codes = node.integers?.bias else { continue }
      let path = "\(node.name).\(node.parameters[biasIndex].name)"
      book(path, .header) { writer in
        writer.varint(biasIndex)
        writer.varint(codes.count)
      }
      bookFields(path, .biases, count: codes.count) { writer in
        for code in codes { writer.word(UInt32(bitPattern: code)) }
      }
    }
  }
}

/// A layer's step as it is stored.
struct StoredStep {
  var activations: IntegerStep.Activations
  var isSimulated: Bool
  var bias: (index: Int, codes: [Int32])?
}

extension ContainerReader {
  /// The steps of a model of `inputs.count` layers, by layer.
  mutating func integers(inputs: [[Int]]) throws -> [StoredStep?] {
    var steps: [StoredStep?] = []
    for layer in inputs {
      let mark = try byte()
      guard mark < 16 else { throw ContainerError.damaged("there is no activation mark \(mark)") }
      let activations: IntegerStep.Activations
      switch mark & 3 {
      case 0:
        guard mark == 0 else { throw ContainerError.damaged("a float layer has integer marks") }
        steps.append(nil)
        continue
      case 1:
        let format = try IntegerFormat(mark: byte())
        let scale = Float(bitPattern: try word())
        let zero = Int32(try byte()) + format.lowest
        activations = .fixed(try ActivationGrid(format, scale: scale, zeroPoint: zero))
      case 2:
        let format = try IntegerFormat(mark: byte())
        guard format.bits <= 8 else {
          throw ContainerError.damaged("activations of \(format.bits) bits")
        }
        activations = .dynamic(format)
      default:
        guard let input = layer.first, steps.indices.contains(input),
          case .fixed(let grid)? = steps[input]?.activations
        else { throw ContainerError.damaged("a layer takes over a grid that is not there") }
        activations = .fixed(grid)
      }
      var step = StoredStep(activations: activations, isSimulated: mark & 4 != 0)
      if mark & 8 != 0 {
        let index = try varint()
        let codes = try (0..<count(bytesEach: 4)).map { _ in Int32(bitPattern: try word()) }
        step.bias = (index, codes)
      }
      steps.append(step)
    }
    return steps
  }
}

extension IntegerFormat {
  fileprivate var mark: UInt8 { UInt8(bits - 1) | (isSigned ? 0x10 : 0) }

  fileprivate init(mark: UInt8) throws {
    guard mark & 0xE0 == 0 else { throw ContainerError.damaged("there is no format \(mark)") }
    try self.init(bits: Int(mark & 0xF) + 1, isSigned: mark & 0x10 != 0)
  }
}
