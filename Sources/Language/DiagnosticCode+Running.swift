/// What can only go wrong while a program runs.
let runningCodes: [DiagnosticCode] = [
  .init(
    "E0201", "An operator or a range does not take values of these kinds.",
    "print(\"a\" + 1)"),
  .init(
    "E0202", "An argument is of a kind that its parameter does not take.",
    "near(1, \"a\")"),
  .init(
    "E0203", "Something is called that is no function.",
    "let a = w(1)"),
  .init(
    "E0204", "A value is needed where there is none: a loop, `print`, an `if` without `else`.",
    "let a = (if false { 1 })"),
  .init(
    "E0205", "A value has no member of this name.",
    "print(w.size)"),
  .init(
    "E0206", "Two values cannot be compared, or not in this way.",
    "print(1 == \"a\")"),
  .init(
    "E0207", "A loop, `sweep` or `claim` goes over a range, a list or a tensor.",
    "for i in w { print(i) }"),
  .init(
    "E0208", "An index is a whole number, a range, a list or a mask.",
    "print([1, 2][\"a\"])"),
  .init(
    "E0213", "Two shapes do not match axis by axis.",
    "print(tensor([1, 2]) + tensor([1, 2, 3]))"),
  .init(
    "E0214", "The inner sizes of a matrix product differ.",
    "let a = tensor([[1, 2]])\nprint(a @ a)"),
  .init(
    "E0220", "A condition is one true or false.",
    "if w { print(1) }"),
  .init(
    "E0231", "A name of yours stands where a built-in of that name was meant.",
    "let abs = 3; print(abs(-2))"),
  .init(
    "E0301", "An index is outside its axis.",
    "print([1, 2][2])"),
  .init(
    "E0303", "There are more indices than axes.",
    "print([1, 2][0, 0])"),
  .init(
    "E0308", "An index has a fraction.",
    "print([1, 2][0.5])"),
  .init(
    "E0311", "A calculation has no finite result.",
    "print(1 / 0)"),
  .init(
    "E0313", "A range has whole numbers as ends.",
    "print(0.5...2)"),
  .init(
    "E0314", "A range goes upwards.",
    "print(5...2)"),
  .init(
    "E0402", "A function uses a name that has no value yet.",
    "func f() { k }; f(); let k = 3"),
  .init(
    "E0601", "Calls are nested deeper than 10,000.",
    "func f(n) { f(n + 1) }; f(0)"),
  .init(
    "E0604", "A list is longer than a million items.",
    "let a = [0]; while true { a = concat(a, a) }"),
  .init(
    "E0605", "A string is longer than 16 MiB.",
    "let s = \"ab\"; while true { s = \"\\(s)\\(s)\" }"),
  .init(
    "E0606", "Lists or closures are nested deeper than 1,000.",
    "let a = []; while true { a = [a] }"),
]
