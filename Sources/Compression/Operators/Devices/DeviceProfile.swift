import Catalog

/// A device given by its two memories.
public enum DeviceProfile: DeviceFamily {
  public static func device(_ settings: Settings) throws -> Device {
    let reader = SettingsReader(card, settings)
    return Device(
      "profile", flash: try reader.whole("flash", in: 1...1 << 50),
      ram: try reader.whole("ram", in: 1...1 << 50))
  }

  public static let card = Card(
    "profile", .option,
    summary: "A device by its two memories: what the file must fit in, and what activations may.",
    formula: "fits ⇔ file ≤ flash and live activations ≤ ram",
    source: "Lin et al. 2020, MCUNet, §1: flash holds the model, SRAM its activations",
    parameters: [
      Parameter("flash", .label, accepts: "a number of bytes, such as 1MB", "what keeps the file"),
      Parameter(
        "ram", .label, accepts: "a number of bytes, such as 256KB", "what holds the activations"),
    ],
    examples: [
      Example(
        "print(cost(input(8) |> linear(4), device: profile(flash: 1MB, ram: 16)).fits)",
        prints: "false"),
      Example(
        "profile(flash: 0, ram: 1KB)", fails: "E0310: `flash` of `profile` goes from 1 to"),
    ],
    related: ["cost", "nano33", "pico"])
}
