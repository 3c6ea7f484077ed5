import Containers
import Interpreter

/// Whether two values are one answer: as `Value.agrees` has it, and models when they are the same to
/// the byte.
///
/// Functions and reports are never found to agree.
func areOneAnswer(_ a: Value, _ b: Value) -> Bool {
  if let agree = a.agrees(with: b) { return agree }
  guard case .object(let a) = a, case .object(let b) = b,
    let first = (a as? ModelObject)?.model, let second = (b as? ModelObject)?.model,
    let bytes = try? Container.encode(first)
  else { return false }
  return bytes == (try? Container.encode(second))
}
