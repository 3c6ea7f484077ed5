import Catalog

/// The Raspberry Pi Pico.
public enum Pico: DeviceFamily {
  public static func device(_ settings: Settings) throws -> Device {
    Device("pico", flash: 2 << 20, ram: 264 << 10)
  }

  public static let card = Card(
    "pico", .option,
    summary: "The Raspberry Pi Pico, an RP2040: 2 MiB of flash, 264 KiB of RAM, 133 MHz.",
    formula: "flash = 2^21 B, ram = 264 · 2^10 B",
    source: "Raspberry Pi Ltd, Pico Datasheet and RP2040 Datasheet, §1",
    examples: [
      Example("print(cost(input(8) |> linear(4), device: pico).fits)", prints: "true")
    ],
    related: ["profile", "cost"])
}
