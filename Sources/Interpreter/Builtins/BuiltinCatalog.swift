import Catalog

/// Every name that the language brings along, in the order help lists them.
///
/// To add one, write it beside its kin in a list of this folder, or write a new file with a list of
/// its own and add that list here. Layers, losses, optimizers, criteria and number formats come
/// from their own catalogs and are bound once for all.
public let builtinCatalog: [Builtin] =
  layerBuiltins + trainingBuiltins + compressionBuiltins + inspectionBuiltins + fileBuiltins
  + dataBuiltins + creationBuiltins + randomBuiltins + elementwiseBuiltins + reductionBuiltins
  + orderingBuiltins + shapingBuiltins + selectingBuiltins + outputBuiltins
