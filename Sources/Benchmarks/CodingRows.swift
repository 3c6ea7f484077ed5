import Catalog
import Compression
import Containers
import Encodings
import Formats
import Networks
import Tensors

/// Ten million 8-bit codes in Huffman's code, and containers of 100 MB.
func codingRows() -> [BenchmarkRow] {
  func codes(_ exchange: Exchange) throws -> (packed: EncodedTensor, coded: EncodedTensor) {
    var random = Random(seed: 0)
    let weights = try Tensor.normal([2500, 4000], mean: 0, deviation: 1, &random)
    let packed = try Quantize(.int8)(EncodedTensor(weights))
    let codes = (packed.grid?.codes ?? []).map { UInt8(truncatingIfNeeded: $0) }
    try exchange.write("codes.bin", bytes: codes)
    return (packed, try packed.stored(as: Layout(.all, .huffman)))
  }
  return [
    BenchmarkRow(name: "huffman/encode") { exchange in
      let (packed, coded) = try codes(exchange)
      return PreparedWork {
        [Float(coded.encodedBytes().count)]
      } run: {
        _ = try packed.stored(as: Layout(.all, .huffman)).encodedBytes()
      }
    },
    BenchmarkRow(name: "huffman/decode") { exchange in
      let bytes = try codes(exchange).coded.encodedBytes()
      return PreparedWork {
        [Float(bytes.count)]
      } run: {
        _ = try EncodedTensor(decoding: bytes)
      }
    },
  ]
    + ["save", "load"].map { way in
      BenchmarkRow(name: "container/\(way)") { exchange in
        let model = try hundredMegabytes()
        try exchange.write("model.espm", bytes: Container.encode(model))
        return PreparedWork {
          []
        } run: {
          if way == "save" {
            let sealed = try Container.sealed(model)
            try exchange.write("saved.espm") { try sealed.forEachPiece($0) }
          } else {
            _ = try loadedModel(exchange)
          }
        }
      }
    }
}

/// The model in the folder, as `load` reads it.
func loadedModel(_ exchange: Exchange) throws -> Container.Content? {
  let found = try FileAccess(folder: exchange.folder).load("model.espm").content
  guard case .container(let source) = found else { return nil }
  return try Container.decode(source)
}

/// A linear layer of 5000 × 5000 floats.
func hundredMegabytes() throws -> Model {
  var random = Random(seed: 0)
  return try Model.input([5000]).appending(
    Linear(Settings(["outputs": .number(5000)])), random: &random)
}
