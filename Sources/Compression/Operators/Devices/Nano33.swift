import Catalog

/// The Arduino Nano 33 BLE Sense.
public enum Nano33: DeviceFamily {
  public static func device(_ settings: Settings) throws -> Device {
    Device("nano33", flash: 1 << 20, ram: 256 << 10)
  }

  public static let card = Card(
    "nano33", .option,
    summary: "The Arduino Nano 33 BLE Sense, an nRF52840: 1 MiB of flash, 256 KiB of RAM, 64 MHz.",
    formula: "flash = 2^20 B, ram = 2^18 B",
    source: "Nordic Semiconductor, nRF52840 Product Specification v1.7, §1",
    examples: [
      Example("print(cost(input(8) |> linear(4), device: nano33).fits)", prints: "true")
    ],
    related: ["profile", "cost"])
}
