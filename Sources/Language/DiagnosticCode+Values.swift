/// What shapes, models, data and amounts can be wrong in.
let valueCodes: [DiagnosticCode] = [
  .init(
    "E0140", "A criterion names what it needs: each parameter is `weight`, `gradient` or the like.",
    "let p = prune(tensor([1, 2]), 50%, by: v => abs(v))"),
  .init(
    "E0141", "A criterion needs something that the call does not give it.",
    "let p = prune(tensor([1, 2]), 50%, by: gradient => abs(gradient))"),
  .init(
    "E0142", "A criterion gives neither scores nor a mask.",
    "let p = prune(tensor([1, 2]), 50%, by: weight => \"a\")"),
  .init(
    "E0210", "There is nothing to draw.",
    "print(plot(input(4) |> linear(2)))"),
  .init(
    "E0215", "A reshape keeps the number of elements.",
    "let a = reshape(0..<6, 4, 2)"),
  .init(
    "E0216", "The rows of a tensor have one size.",
    "let a = tensor([[1, 2], [3]])"),
  .init(
    "E0217", "Joined tensors differ only along the axis they are joined along.",
    "let a = concat(zeros(2, 3), zeros(2, 4))"),
  .init(
    "E0219",
    "Two things that belong together differ in size: scores and weights, a mask and a tensor.",
    "let p = prune(tensor([1, 2, 3]), 50%, by: weight => [1, 2])"),
  .init(
    "E0221", "A transpose names each axis once.",
    "let a = transpose(zeros(2, 3), 0, 0)"),
  .init(
    "E0240", "A layer does not take the shape that reaches it, or its window does not fit.",
    "let net = input(1, 8, 8) |> linear(10)"),
  .init(
    "E0241", "A layer's name is a name, not in use, and its own.",
    "let net = input(4) |> linear(2, name: \"for\")"),
  .init(
    "E0242", "The examples of the data have another shape than the model's input.",
    "print(accuracy(input(4) |> linear(2), on: digits.test))"),
  .init(
    "E0243", "A parameter's new value has the shape of the old one.",
    "let net = replace(input(4) |> linear(2), \"linear1.weight\", zeros(4, 2))"),
  .init(
    "E0244", "The model has no parameter of this name.",
    "let net = replace(input(4) |> linear(2), \"linear1.wait\", zeros(2, 4))"),
  .init(
    "E0245", "A model's outputs do not fit the loss: it wants one number for each class.",
    "let net = input(1, 8, 8) |> flatten |> linear(4) |> train(on: digits.train)"),
  .init(
    "E0246", "Images and labels do not belong together: there is one label for each image.",
    ""),
  .init(
    "E0247", "Something that is no image is resized, padded or drawn as one.",
    "let a = resize(zeros(3), 8, 8)"),
  .init(
    "E0302", "A shape has no axis of this number; axes count from 0.",
    "print(sum(zeros(2, 3), axis: 2))"),
  .init(
    "E0304", "The least, the mean or the like of no elements has no value.",
    "print(min(zeros(0)))"),
  .init(
    "E0306", "The length of an axis is a whole number from 0.",
    "let a = zeros(2, -1)"),
  .init(
    "E0307", "A label is no class number: a whole number from 0, below the number of classes.",
    "let a = oneHot([0, 3], classes: 3)"),
  .init(
    "E0310", "An amount, a count or a setting is outside of what it can be.",
    "let p = prune(tensor([1, 2, 3, 4, 5]), 40)"),
  .init(
    "E0312", "Weights or scores hold NaN or ∞ where only numbers can be ranked or stored.",
    "let q = quantize(tensor([1, 2]) / 0, int8)"),
  .init(
    "E0315", "A tensor cannot be stored in this layout.",
    ""),
  .init(
    "E0340", "A training whose loss is no number any more is stopped; the rate is too large.",
    "let net = input(1, 8, 8) |> flatten |> linear(32) |> linear(10)\n"
      + "let t = train(net, on: digits.test, optimizer: sgd(1000000))"),
  .init(
    "E0342", "Padding cannot make images smaller.",
    "let a = pad(digits.test, 4, 4)"),
  .init(
    "E0343", "More examples are asked for than the data have.",
    "let few = take(digits.test, 1000)"),
]

/// E05: files.
let fileCodes: [DiagnosticCode] = [
  .init(
    "E0501", "A file cannot be read: it is not there, or not for you.",
    "load(\"missing.npy\")"),
  .init(
    "E0502", "A file is outside the folder that a program may use: that of its script.",
    "load(\"../secret.npy\")"),
  .init(
    "E0503", "This run may use no files at all, as in grading.",
    "load(\"weights.npy\")"),
  .init(
    "E0504", "A data file ends before what its header promises.",
    "load(\"labels.idx\")"),
  .init(
    "E0505", "The bytes of a data file are not what its format promises.",
    "load(\"weights.npy\")"),
  .init(
    "E0506", "A file is larger than what is read.",
    "load(\"labels.idx\")"),
  .init(
    "E0507", "`load` does not know the form of this file.",
    "load(\"picture.raw\")"),
  .init(
    "E0508", "A file cannot be written.",
    "save(zeros(3), \"folder\")"),
  .init(
    "E0509", "A table has a row or a column that cannot be read.",
    "load(\"table.csv\")"),
  .init(
    "E0510", "A folder does not hold a data set.",
    "load(\"folder\")"),
  .init(
    "E0511", "A saved model or tensor ends early.",
    "load(\"small.espm\")"),
  .init(
    "E0512", "A saved model or tensor is damaged.",
    "load(\"small.espm\")"),
  .init(
    "E0513", "A model was saved by a newer program.",
    "load(\"small.espm\")"),
  .init(
    "E0514", "A file is no saved model.",
    ""),
  .init(
    "E0520", "An archive holds several arrays, or not the one that is named.",
    "load(\"many.npz\")"),
]

/// E07: `explain`, and mistakes of Espalier's own; L: runs that were stopped.
let remainingCodes: [DiagnosticCode] = [
  .init(
    "E0602", "A value does not fit in the memory that is free.",
    "let a = zeros(1000000, 1000000)"),
  .init(
    "E0603", "A kernel failed on this machine; the program is not at fault.",
    ""),
  .init(
    "E0701", "A derivation does not arrive at the result; the program is not at fault.",
    ""),
  .init(
    "E0703",
    "A statement failed in a way that Espalier did not expect; the program is not at fault.",
    ""),
  .init(
    "L0001", "The run was stopped from outside, as by Ctrl-C.",
    ""),
  .init(
    "L0002", "The run used up the work that it was granted.",
    "let a = zeros(100, 100) @ zeros(100, 100)"),
]
