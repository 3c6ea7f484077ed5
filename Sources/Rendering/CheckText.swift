import Interpreter
import Language

/// How a check went: one line, and below it what there is to see when it failed.
///
///     ✓ scale
///     ✗ codes   hw1.esp:12
///         4 of 6 hold
///         q is [2, -7, 0, 4, -2, 0]
public func checkText(_ record: CheckRecord, _ options: DisplayOptions) -> String {
  switch record.state {
  case .passed: return options.paint("✓", .good) + " " + record.name
  case .notRun: return options.paint("–", .faint) + " \(record.name)   not run"
  case .failed: break
  }
  let place = record.source.position(of: record.span.start)
  var lines = ["\(options.paint("✗", .bad)) \(record.name)   \(record.source.name):\(place.line)"]
  if let message = record.message, message != record.name { lines.append("    " + message) }
  lines += record.detail.flatMap { wrapped($0, width: options.width - 4) }.map { "    " + $0 }
  return lines.joined(separator: "\n")
}
