import Glibc
import Tensors

/// A frozen file of `Fixtures/make_conformance.py`, whose first comment describes it.
struct ConformanceFixture {
  /// What PyTorch made of three steps with one optimizer.
  struct Run {
    var losses: [Double] = []
    /// By parameter: how far each weight moved, and the rounding error of that number.
    var moved: [(values: [Double], error: Double)] = []
  }
  let sgd: Run
  let adam: Run

  init(_ name: String, parameters: Int) throws {
    let path = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    var bytes = Bytes(try Bytes.file("/\(path)/Fixtures/conformance-\(name).bin"))
    sgd = bytes.run(parameters)
    adam = bytes.run(parameters)
  }

  /// Reads little-endian numbers one after the other.
  private struct Bytes {
    private let all: [UInt8]
    private var next = 0

    init(_ all: [UInt8]) { self.all = all }

    static func file(_ path: String) throws -> [UInt8] {
      guard let file = fopen(path, "rb") else { throw CannotOpen(path: path) }
      defer { fclose(file) }
      fseek(file, 0, SEEK_END)
      let size = ftell(file)
      rewind(file)
      return [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        count = fread(buffer.baseAddress, 1, size, file)
      }
    }

    mutating func integer(_ width: Int) -> UInt64 {
      defer { next += width }
      return all[next..<next + width].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }

    mutating func double() -> Double { Double(bitPattern: integer(8)) }

    mutating func run(_ parameters: Int) -> Run {
      var run = Run()
      run.losses = (0..<3).map { _ in double() }
      for _ in 0..<parameters {
        let (count, bits) = (Int(integer(4)), Int(integer(4)))
        let step = double()
        var values: [Double] = []
        while values.count < count {
          let word = integer(bits == 12 ? 3 : 2)
          for part in 0..<(bits == 12 ? 2 : 1) where values.count < count {
            // Up to the top and down again extends the sign.
            let code = (Int64(word >> (12 * part)) << (64 - bits)) >> (64 - bits)
            values.append(Double(code) * step)
          }
        }
        run.moved.append((values, step / 2))
      }
      return run
    }
  }

  struct CannotOpen: Error {
    let path: String
  }
}

/// Numbers both sides compute from one integer hash, exact in float32.
enum HashedNumbers {
  static func word(_ stream: UInt64, _ index: Int) -> UInt64 {
    var z = (stream << 32 &+ UInt64(index)) &* 0x9E37_79B9_7F4A_7C15
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// Multiples of 2⁻²⁴ in [0, 1).
  static func shares(_ stream: UInt64, _ shape: Shape) throws -> Tensor {
    try Tensor(shape, (0..<shape.count).map { Float(word(stream, $0) >> 40) * 0x1p-24 })
  }

  static func labels(_ stream: UInt64, _ count: Int) throws -> Tensor {
    try Tensor((0..<count).map { Float((word(stream, $0) >> 33) % 10) })
  }

  /// Even in ±2^−k, the power of two nearest below 1/√fan-in.
  static func weights(_ stream: UInt64, _ shape: Shape, fanIn: Int) throws -> Tensor {
    let bound = Float(exp2(floor(log2(1 / Double(fanIn).squareRoot()))))
    return try Tensor(shape, shares(stream, shape).scalars.map { (2 * $0 - 1) * bound })
  }
}
