/// What the compression verbs can be wrong in.
let compressionCodes: [DiagnosticCode] = [
  // Criteria.
  .init(
    "E0144", "A criterion reads what is collected on examples, and the call gives none.",
    "let p = prune(input(4) |> linear(3), 50%, by: taylor)"),
  .init(
    "E0145", "A criterion reads the scales of batch norms, and the model has none.",
    "let p = prune(input(4) |> linear(3), 50%, by: slimming)"),
  .init(
    "E0344", "What is given as second moments of a layer's inputs are none.",
    "let p = prune(ones(1, 2), 50%, by: sparsegpt, hessian: [[1, 2], [2, 1]])"),
  // Structures and schedules.
  .init(
    "E0250", "What is pruned has none of the pieces that the structure names.",
    "let p = prune(ones(2, 2), 50%, structure: kernels)"),
  .init(
    "E0251", "A criterion that marks single weights cannot say which whole pieces go.",
    "let p = prune(ones(2, 2), by: weight => weight > 0, structure: rows)"),
  .init(
    "E0252", "Of every M weights fewer than M are kept.",
    "let s = nm(4, 2)"),
  .init(
    "E0253", "Channels cannot be cut out where their readers share scales in groups.",
    "let net = input(4) |> linear(8) |> linear(2) |> quantize(int4, per: group(3))\n"
      + "let p = prune(net, 50%, structure: neurons)"),
  // Formats and grids.
  .init(
    "E0320", "An option says nothing about this number format, whose scale follows its own rule.",
    "let q = quantize(ones(2), nf4, like: torch)"),
  .init(
    "E0321", "A format that is a function gives more different numbers than 16 bits tell apart.",
    "let q = quantize(tensor(0..<70000), value => value * 2)"),
  .init(
    "E0322",
    "A number format given as a function asks for `value`, and for nothing it cannot have.",
    "let q = quantize(ones(2), x => round(x))"),
  .init(
    "E0323", "A number format given as a function gives no numbers.",
    "let q = quantize(ones(2), value => \"a\")"),
  // Ranges, rounding and preparation.
  .init(
    "E0370", "A rounding method or a preparation looks at data, and there are none.",
    "let q = quantize(input(4) |> linear(2), int4, method: gptq)"),
  .init(
    "E0371", "A rounding method needs an input for each column of the weight.",
    "let q = quantize(tensor([[1, 2]]), int4, method: gptq, inputs: tensor([1, 2, 3]))"),
  .init(
    "E0372", "The second moments of the inputs cannot be inverted.",
    "let q = quantize(tensor([[1, 2]]), int4, method: gptq(0), inputs: tensor([[1, 1]]))"),
  .init(
    "E0374", "A model is prepared before it is quantized: preparing changes floats.",
    "let q = equalize(quantize(input(4) |> linear(2) |> relu |> linear(2), int8))"),
  .init(
    "E0375", "An option is about the layers of a model, and there is one tensor.",
    "let q = quantize(ones(2), int8, correct: bias)"),
  // Integer networks.
  .init(
    "E0380", "Integers cannot be summed with weights of this format or these scales.",
    "let q = input(4) |> linear(2) |> quantize(int16, activations: dynamic)"),
  .init(
    "E0381", "A layer has so many inputs that its sums can pass int32.",
    "let n = replace(input(70000) |> linear(1), \"linear1.weight\", ones(1, 70000)); "
      + "let q = quantize(n, int8, activations: dynamic)"),
  .init(
    "E0382", "Ranges of activations are found on examples, and the call gives none.",
    "let q = quantize(input(4) |> linear(2), int8, activations: static)"),
  .init(
    "E0383", "`time` is called where nothing may depend on a clock.",
    "time(input(1, 8, 8) |> flatten |> linear(2), on: digits.test)"),
  // Sharing, coding and low rank.
  .init(
    "E0330", "How many numbers are shared is said once, as bits or as clusters.",
    "let s = share(ones(4))"),
  .init(
    "E0331", "Of two ways to store, one says where elements belong and one how they are coded.",
    "let e = encode(ones(4), bitmask, csr)"),
  .init(
    "E0332", "A coder takes codes, or places of kept elements; plain floats have neither.",
    "let e = encode(ones(4), huffman)"),
  .init(
    "E0333", "How much a factored matrix keeps is said once, as rank or as energy.",
    "let f = factorize(ones(3, 3))"),
  .init(
    "E0334", "Two factors are worth while only below the rank m·n/(m + n).",
    "let f = factorize(input(4) |> linear(4), rank: 3)"),
  // Training and distillation.
  .init(
    "E0360", "A list of amounts has one for each weight of the model.",
    "let net = input(4) |> linear(2) |> prune([50%, 50%])"),
  .init(
    "E0361", "A schedule trains between its steps: it needs a model and data.",
    "let net = input(4) |> linear(2) |> prune(50%, schedule: cubic)"),
  .init(
    "E0362", "Neither rewinding nor a training on its way can change the shapes of weights.",
    "let net = input(4) |> linear(2)\n"
      + "let t = prune(net, 50%, schedule: lottery, rewind: input(4) |> linear(3), epochs: 0)"),
  .init(
    "E0364", "Teacher and student do not answer with the same classes.",
    "let t = input(1, 8, 8) |> flatten |> linear(5)\n"
      + "let s = input(1, 8, 8) |> flatten |> linear(10) |> distill(teacher: t, on: digits.train)"),
  .init(
    "E0365",
    "Two layers cannot be matched: one is not there, or they differ in more than channels.",
    "let t = input(1, 8, 8) |> flatten |> linear(10)\n"
      + "let s = distill(t, teacher: t, on: digits.train, match: [\"linear1\", \"linear2\"])"),
  .init(
    "E0366", "A training was asked to learn scales, and no weight has scales that can be learnt.",
    "let net = input(1, 8, 8) |> flatten |> linear(10)\n"
      + "let q = net |> train(on: digits.train, quantization: lsq)"),
  // Measuring and searching.
  .init(
    "E0390", "A bandwidth is a positive number of kbit/s.",
    "print(cost(input(4) |> linear(2), over: 0))"),
  .init(
    "E0391", "A verb is told to change a layer that is not there or has no weights.",
    "let p = input(4) |> linear(2) |> prune(50%, layers: \"linear2\")"),
  .init(
    "E0392", "Cross-validation has at least two folds, and no more than there are examples.",
    "print(crossValidate([1], folds: 1, on: digits.train, measure: (train, test, c) => c))"),
  .init(
    "E0393", "What measures a candidate gives one finite number.",
    "print(crossValidate([1], on: digits.test, measure: (train, test, c) => [c, c]))"),
  .init(
    "E0394", "A search or measurement has nothing to try.",
    "print(crossValidate([], on: digits.test, measure: (train, test, c) => c))"),
  .init(
    "E0395", "No plan is as small as `compress` was asked for.",
    "let s = input(1, 8, 8) |> flatten |> linear(10) |> compress(to: 10, on: take(digits.test, 50))"
  ),
  .init(
    "E0396", "No plan within the budget is as accurate as `compress` was asked for.",
    "let s = input(1, 8, 8) |> flatten |> linear(10) "
      + "|> compress(keeping: 99%, on: take(digits.test, 50))"),
]
