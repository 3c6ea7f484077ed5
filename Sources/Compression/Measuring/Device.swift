import Catalog

/// A device that a model should fit on: how much it keeps, and how much it works in.
///
/// The model's file must fit in flash and its live activations in RAM. The program itself, its
/// stack and what kernels need for themselves are not counted.
public struct Device: Sendable, Equatable {
  public var name: String
  /// Bytes that stay without power.
  public var flash: Int
  /// Bytes that are written while running.
  public var ram: Int

  public init(_ name: String, flash: Int, ram: Int) {
    self.name = name
    self.flash = flash
    self.ram = ram
  }
}

/// Devices with a card: `profile(flash: 1MB, ram: 256KB)`, or one by name.
public protocol DeviceFamily: Cataloged {
  /// - Throws: `SettingError` for a setting outside its domain.
  static func device(_ settings: Settings) throws -> Device
}

extension SettingsReader {
  /// The device that an option names.
  public func device(_ name: String) throws -> Device {
    let (family, settings) = try entry(name, kind: "device", of: deviceCatalog) { $0.card.name }
    return try family.device(settings)
  }
}
