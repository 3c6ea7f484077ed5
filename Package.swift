// swift-tools-version: 6.2
import PackageDescription

// `./check` sets this, so that a newer compiler's new warning never stops a user's build.
let strict = Context.environment["ESPALIER_STRICT"] != nil
let swiftSettings: [SwiftSetting] =
  [.swiftLanguageMode(.v6)] + (strict ? [.treatAllWarnings(as: .error)] : [])

/// A Swift target that may import only what is named here (ARCHITECTURE.md draws the floors).
func floor(
  _ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swiftSettings)
}

func program(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []
) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, exclude: exclude, swiftSettings: swiftSettings)
}

func tests(
  _ subject: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []
) -> Target {
  .testTarget(
    name: subject + "Tests",
    dependencies: [.init(stringLiteral: subject), "TestSupport"] + dependencies,
    exclude: exclude, swiftSettings: swiftSettings)
}

let argumentParser: Target.Dependency =
  .product(name: "ArgumentParser", package: "swift-argument-parser")

/// Everything that computes, from the ground up.
let numeric: [Target.Dependency] = [
  "Catalog", "Tensors", "Autograd", "Encodings", "Networks", "Containers", "Compression",
]

let package = Package(
  name: "espalier",
  products: [.executable(name: "espalier", targets: ["espalier"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    // 0  the contract, and C
    floor("Catalog"),
    .target(name: "CKernels", cSettings: [.unsafeFlags(["-O3"], .when(configuration: .debug))]),
    .target(name: "COneDNN", dependencies: ["CKernels"], linkerSettings: [.linkedLibrary("dnnl")]),
    .target(name: "CConfine"),
    .target(name: "CData", exclude: ["sets"]),
    .systemLibrary(name: "CReadline"),
    .systemLibrary(name: "CCMark"),
    .systemLibrary(name: "CZlib"),
    // 1–3  numbers, gradients, networks
    floor("Tensors", ["Catalog", "CKernels", "COneDNN"]),
    floor("Autograd", ["Tensors"]),
    floor("Encodings", ["Catalog", "CKernels", "Tensors"]),
    floor("Networks", ["Catalog", "Tensors", "Autograd", "Encodings", "CData"]),
    // 4–6  bytes, language, operators, files
    floor("Language", ["Catalog"], exclude: ["grammar.txt"]),
    floor("Containers", ["Catalog", "CKernels", "Tensors", "Encodings", "Networks"]),
    floor(
      "Compression",
      ["Catalog", "Tensors", "Autograd", "Encodings", "Networks", "Containers"]),
    floor("Formats", ["Catalog", "Tensors", "Networks", "CZlib"]),
    // 7–9  the language meets the numbers
    floor("Interpreter", numeric + ["Language", "Formats"]),
    floor(
      "Rendering",
      ["Catalog", "Tensors", "Encodings", "Networks", "Language", "Interpreter"]),
    floor("Lessons", ["Catalog", "Language", "Interpreter", "Rendering", "CCMark"]),
    floor(
      "Grading",
      ["CConfine", "Interpreter", "Language", "Lessons", "Rendering", "Tensors"]),
    // 10  the only floor that prints
    floor(
      "Terminal", ["Catalog", "Language", "Interpreter", "Rendering", "Lessons", "CReadline"]),
    program(
      "espalier",
      [
        "Catalog", "Tensors", "Language", "Formats", "Interpreter", "Rendering", "Lessons",
        "Grading", "Terminal", argumentParser,
      ]),
    program(
      "Benchmarks", numeric + ["COneDNN", "Language", "Formats", "Interpreter"],
      exclude: ["peers", "measuring", "side-by-side", "growth"]),
    // Tests
    .target(
      name: "TestSupport", dependencies: ["Catalog", "Tensors", "Networks"],
      path: "Tests/TestSupport",
      swiftSettings: swiftSettings),
    tests("Catalog"),
    tests("Tensors", ["Catalog", "CKernels"]),
    tests("Autograd", ["Tensors"]),
    tests("Encodings", ["Tensors", "CKernels", "Catalog"]),
    tests(
      "Networks", ["Tensors", "Autograd", "Encodings", "Catalog"], exclude: ["Fixtures"]),
    tests("Language", ["Catalog"], exclude: ["Programs"]),
    tests("Containers", ["Tensors", "CKernels", "Encodings", "Networks", "Catalog"]),
    tests(
      "Compression", ["Tensors", "CKernels", "Encodings", "Networks", "Catalog"],
      exclude: ["Fixtures"]),
    tests(
      "Formats", ["Tensors", "Encodings", "Networks", "Containers", "Catalog"],
      exclude: ["Fixtures"]),
    tests("Interpreter", numeric + ["Language", "Formats"]),
    tests("Rendering", numeric + ["Language", "Interpreter"], exclude: ["Diagnostics"]),
    tests("Lessons", ["Language", "Interpreter", "Rendering"]),
    tests("Grading", ["Language", "Interpreter", "Lessons"], exclude: ["Class", "Readers"]),
    tests("Terminal", ["Catalog", "Language", "Interpreter", "Rendering", "Lessons"]),
  ]
)
