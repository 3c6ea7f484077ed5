import Catalog

/// ST's STM32F746 Discovery board.
public enum STM32F746: DeviceFamily {
  public static func device(_ settings: Settings) throws -> Device {
    Device("stm32f746", flash: 1 << 20, ram: 320 << 10)
  }

  public static let card = Card(
    "stm32f746", .option,
    summary: "The STM32F746 Discovery board: 1 MiB of flash, 320 KiB of RAM for data, 216 MHz.",
    formula: "flash = 2^20 B, ram = (240 + 16 + 64)·2^10 B: SRAM1, SRAM2, DTCM; without 16 KiB of "
      + "ITCM and 4 KiB of backup RAM",
    source: "STMicroelectronics, RM0385 rev. 8, §2.1 and fig. 1, and DS10916; the board of MCUNet, "
      + "arXiv:2007.10319",
    examples: [
      Example("print(cost(input(8) |> linear(4), device: stm32f746).fits)", prints: "true")
    ],
    related: ["profile", "cost"])
}
