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

/// The criteria among these: what `by:` may name.
public let criterionCatalog = compressionCatalog.compactMap { $0 as? any CatalogedCriterion.Type }

/// The number formats among these: what `quantize` may be given.
public let formatCatalog = compressionCatalog.compactMap { $0 as? any FormatFamily.Type }

/// The cards of all these, each format's own names (`int2` … `int16`) included.
public var compressionCards: [Card] {
  compressionCatalog.flatMap { type in
    [type.card] + ((type as? any FormatFamily.Type)?.named.map(\.card) ?? [])
  }
}
