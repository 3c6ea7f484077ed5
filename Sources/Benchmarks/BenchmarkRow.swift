import Glibc
import Tensors

/// One line of the table: a piece of work that a peer does too.
struct BenchmarkRow {
  /// `train/000`, `sparse/95/16`: family first.
  let name: String
  /// Makes the work ready and writes what the peer needs to do the same.
  let prepare: (Exchange) throws -> PreparedWork
}

/// Work that can be done any number of times.
struct PreparedWork {
  /// What the work gives, to be held against the peer's.
  let output: () throws -> [Float]
  /// The work once.
  let run: () throws -> Void
}

/// The folder where both sides find the same shapes, weights and inputs.
struct Exchange {
  let folder: String

  /// Writes float32 numbers as they lie in memory.
  func write(_ name: String, _ numbers: [Float]) throws {
    try numbers.withUnsafeBytes { try write(name, bytes: $0) }
  }

  func write(_ name: String, bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { try write(name, bytes: $0) }
  }

  func write(_ name: String, text: String) throws {
    try Array(text.utf8).withUnsafeBytes { try write(name, bytes: $0) }
  }

  private func write(_ name: String, bytes: UnsafeRawBufferPointer) throws {
    try write(name) { try $0(bytes) }
  }

  /// Writes bytes that come in pieces.
  func write(
    _ name: String, pieces: (_ write: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    guard let file = fopen("\(folder)/\(name)", "w") else { throw ExchangeError.unwritable(name) }
    defer { fclose(file) }
    try pieces { bytes in
      guard fwrite(bytes.baseAddress, 1, bytes.count, file) == bytes.count else {
        throw ExchangeError.unwritable(name)
      }
    }
  }
}

enum ExchangeError: Error {
  case unwritable(String)
  case unknownRow(String)
}

/// Takes turns with a peer, as the lines of standard input say.
///
///     prepare ROW        makes the row ready, runs it once, writes its output: ok
///     time ROW COUNT     seconds that COUNT runs took
func serve(_ rows: [BenchmarkRow], _ exchange: Exchange) throws {
  var prepared: (name: String, work: PreparedWork)?
  for row in rows { print(row.name) }
  print(".")
  fflush(nil)
  while let line = readLine() {
    let words = line.split(separator: " ").map(String.init)
    if words.count == 2, words[0] == "prepare" {
      guard let row = rows.first(where: { $0.name == words[1] }) else {
        throw ExchangeError.unknownRow(words[1])
      }
      prepared = nil
      let work = try row.prepare(exchange)
      try exchange.write("ours.f32", work.output())
      prepared = (row.name, work)
      print("ok")
    } else if words.count == 3, words[0] == "time", let count = Int(words[2]),
      let prepared, prepared.name == words[1]
    {
      let time = try ContinuousClock().measure {
        for _ in 0..<count { try prepared.work.run() }
      }
      print(time / .seconds(1))
    } else {
      print("what?")
    }
    fflush(nil)
  }
}
