import Interpreter

/// Models, data sets and stored tensors; what has no display of its own shows its members.
func objectLines(_ object: Object, _ options: DisplayOptions) -> [String] {
  switch object {
  case let object as EncodedObject: return encodedLines(object.encoded, options)
  case let object as PlannedModelObject: return reportLines(object.plan, options)
  case let object as ModelObject: return modelLines(object.model, options)
  case let object as LayerObject: return layerLines(object, options)
  case let object as DataSetObject: return dataSetLines(object.dataSet, options)
  case let object as LabeledDataObject: return labeledDataLines(object.data, options)
  case let object as HistoryObject: return historyLines(object.history, options)
  default: break
  }
  let members = object.memberNames
  guard !members.isEmpty else { return [object.text] }
  return [object.text]
    + wrapped("members  " + members.joined(separator: ", "), width: options.width - 2)
    .map { "  " + $0 }
}
