import Glibc
import Tensors

/// A text file of `Fixtures/`: on each line a name and its numbers in row-major order.
struct NumbersFixture {
  private var numbers: [String: [Double]] = [:]

  init(_ name: String) throws {
    let path = #filePath.split(separator: "/").dropLast().joined(separator: "/")
    guard let file = fopen("/\(path)/Fixtures/\(name)", "rb") else { throw Missing(name: name) }
    defer { fclose(file) }
    fseek(file, 0, SEEK_END)
    let size = ftell(file)
    rewind(file)
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      count = fread(buffer.baseAddress, 1, size, file)
    }
    for line in String(decoding: bytes, as: UTF8.self).split(separator: "\n") {
      let words = line.split(separator: " ")
      numbers[String(words[0])] = words.dropFirst().compactMap { Double($0) }
    }
  }

  func numbers(_ name: String) throws -> [Double] {
    guard let found = numbers[name] else { throw Missing(name: name) }
    return found
  }

  func tensor(_ name: String, _ shape: Shape) throws -> Tensor {
    try Tensor(shape, numbers(name).map { Float($0) })
  }

  struct Missing: Error { var name: String }
}
