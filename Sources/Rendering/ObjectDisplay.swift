import Interpreter

/// Models, data sets and quantized tensors; what has no display of its own shows its members.
func objectLines(_ object: Object, _ options: DisplayOptions) -> [String] {
  let members = object.memberNames
  guard !members.isEmpty else { return [object.text] }
  return [object.text]
    + wrapped("members  " + members.joined(separator: ", "), width: options.width - 2)
    .map { "  " + $0 }
}
