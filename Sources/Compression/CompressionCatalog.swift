import Catalog

/// Every operator, criterion, format and option of the library, in the order lessons teach them.
///
/// To add one, write its file in `Operators/` and add its line here.
public let compressionCatalog: [any Cataloged.Type] = [
  Prune.self,
  MagnitudeCriterion.self,
  RandomCriterion.self,
  LayerScope.self,
  GlobalScope.self,
  Quantize.self,
  SignedIntegers.self,
  UnsignedIntegers.self,
  ChannelSlices.self,
]

/// The cards of all these, each format's named widths (`int2` … `int16`) included.
public var compressionCards: [Card] {
  compressionCatalog.flatMap { type in
    [type.card] + ((type as? any FormatFamily.Type)?.namedWidths ?? [])
  }
}
