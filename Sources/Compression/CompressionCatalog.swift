import Catalog

/// A line of the catalog, with the family that its operator belongs to.
///
/// Families are written down, not asked for: asking a hundred types for a dozen protocols takes
/// longer than all else that the program does before its first line.
public enum CatalogLine: Sendable {
  case verb(any WeightVerb.Type)
  case criterion(any CatalogedCriterion.Type)
  case structure(any Structure.Type)
  case schedule(any PruningSchedule.Type)
  case format(any FormatFamily.Type)
  case convention(any GridConvention.Type)
  case range(any RangeRule.Type)
  case rounding(any RoundingMethod.Type)
  case preparation(any Preparation.Type)
  case activation(any ActivationRule.Type)
  case storage(any StorageOption.Type)
  case device(any DeviceFamily.Type)
  /// A name by itself: a scope, parts with a scale, a start, what training brings.
  case single(any Cataloged.Type)

  public var type: any Cataloged.Type {
    switch self {
    case .verb(let type): type
    case .criterion(let type): type
    case .structure(let type): type
    case .schedule(let type): type
    case .format(let type): type
    case .convention(let type): type
    case .range(let type): type
    case .rounding(let type): type
    case .preparation(let type): type
    case .activation(let type): type
    case .storage(let type): type
    case .device(let type): type
    case .single(let type): type
    }
  }
}

/// Every operator, criterion, format and option of the library, in the order lessons teach them.
///
/// To add one, write its file in `Operators/` and add its line to its family here.
public let compressionLines: [CatalogLine] =
  pruning + quantization + sharing + storing + learning + search

/// The same without families.
public let compressionCatalog: [any Cataloged.Type] = compressionLines.map(\.type)

/// Which weights go: the verb, the criteria, where and when.
private let pruning: [CatalogLine] =
  [.verb(Prune.self)] + criterionCatalog.map(CatalogLine.criterion)
  + scopes.map(CatalogLine.single) + structureCatalog.map(CatalogLine.structure)
  + scheduleCatalog.map(CatalogLine.schedule)

/// On which grid the rest lies: the verb, the formats, their parts, ranges and rounding.
private let quantization: [CatalogLine] =
  [.verb(Quantize.self)] + formatCatalog.map(CatalogLine.format)
  + scaledParts.map(CatalogLine.single) + conventionCatalog.map(CatalogLine.convention)
  + rangeCatalog.map(CatalogLine.range) + roundingCatalog.map(CatalogLine.rounding)
  + preparationCatalog.map(CatalogLine.preparation) + [.single(BiasCorrection.self)]
  + activationCatalog.map(CatalogLine.activation)

/// Fewer different numbers: shared weights and low rank.
private let sharing: [CatalogLine] =
  [.verb(Share.self)] + starts.map(CatalogLine.single) + [.verb(Factorize.self)]

/// How what is left is laid out in bytes.
private let storing: [CatalogLine] =
  [.verb(Encode.self)] + storageCatalog.map(CatalogLine.storage)

/// Compression while training, and training from a teacher.
private let learning: [CatalogLine] = taught.map(CatalogLine.single)

/// Measuring what may go, and searching a plan.
private let search: [CatalogLine] =
  layersAtATime.map(CatalogLine.single) + deviceCatalog.map(CatalogLine.device)

/// The criteria: what `by:` may name.
public let criterionCatalog: [any CatalogedCriterion.Type] = [
  MagnitudeCriterion.self,
  RandomCriterion.self,
  ThresholdCriterion.self,
  SigmaThresholdCriterion.self,
  GradientCriterion.self,
  GradientStabilityCriterion.self,
  NeighbourSimilarityCriterion.self,
  ActivationCriterion.self,
  WeightSizeCriterion.self,
  GradientSizeCriterion.self,
  UnitGradientCriterion.self,
  InverseSumCriterion.self,
  InverseMaxCriterion.self,
  TaylorCriterion.self,
  ConnectionSensitivityCriterion.self,
  SynapticFlowCriterion.self,
  OptimalBrainDamageCriterion.self,
  WandaCriterion.self,
  SparseGPTCriterion.self,
  ZeroActivationCriterion.self,
  SlimmingCriterion.self,
  LampCriterion.self,
  MovementCriterion.self,
  ChannelL1Criterion.self,
  ChannelL2Criterion.self,
  GeometricMedianCriterion.self,
]

/// What one ranking covers.
private let scopes: [any Cataloged.Type] = [
  LayerScope.self,
  GlobalScope.self,
]

/// The structures: what `structure:` may name.
public let structureCatalog: [any Structure.Type] = [
  SingleWeights.self,
  Rows.self,
  Kernels.self,
  Channels.self,
  Neurons.self,
  Blocks.self,
  NOfM.self,
]

/// The schedules that have a name of their own.
public let scheduleCatalog: [any PruningSchedule.Type] = [
  OneShotSchedule.self,
  LinearSchedule.self,
  CubicSchedule.self,
  IterativeSchedule.self,
  LotterySchedule.self,
  RegrowSchedule.self,
  SpliceSchedule.self,
]

/// The number formats: what `quantize` may be given.
public let formatCatalog: [any FormatFamily.Type] = [
  SignedIntegers.self,
  UnsignedIntegers.self,
  FixedFormat.self,
  PowerOfTwoFormat.self,
  TernaryFormat.self,
  BinaryFormat.self,
  FP8Format.self,
  E4M3Format.self,
  E5M2Format.self,
  Float16Format.self,
  BFloat16Format.self,
  NF4Format.self,
  MXFP4Format.self,
  GridFormat.self,
  PlacesFormat.self,
  StandardizedFormat.self,
  DividedFormat.self,
]

/// Parts with a scale of their own, and how scales are stored.
private let scaledParts: [any Cataloged.Type] = [
  ChannelSlices.self,
  GroupSlices.self,
  E8M0Scales.self,
  TwoLevelScales.self,
]

/// The conventions of other programs: what `like:` may name.
public let conventionCatalog: [any GridConvention.Type] = [
  OnnxConvention.self,
  TorchConvention.self,
  TfliteConvention.self,
]

/// The range rules: what `range:` may name.
public let rangeCatalog: [any RangeRule.Type] = [
  MinMaxRange.self,
  MovingAverageRange.self,
  PercentileRange.self,
  EntropyRange.self,
  LeastErrorRange.self,
  AnalyticRange.self,
]

/// The rounding methods: what `method:` may name.
public let roundingCatalog: [any RoundingMethod.Type] = [
  NearestRounding.self,
  GPTQRounding.self,
  AdaptiveRounding.self,
  HalfQuadraticRounding.self,
  ActivationAwareRounding.self,
]

/// The preparations: what `prepare:` may name.
public let preparationCatalog: [any Preparation.Type] = [
  NormFolding.self,
  LayerEqualization.self,
  ActivationSmoothing.self,
]

/// The rules for activations.
public let activationCatalog: [any ActivationRule.Type] = [
  StaticActivations.self,
  DynamicActivations.self,
]

/// Starts of k-means with a card of their own.
private let starts: [any Cataloged.Type] = [
  DensityStart.self,
  PlusPlusStart.self,
  ExactClusters.self,
]

/// The ways to store: where elements belong, and how they are written.
public let storageCatalog: [any StorageOption.Type] = [
  DenseStorage.self,
  PackedStorage.self,
  BitmaskStorage.self,
  RowStorage.self,
  RelativeStorage.self,
  HuffmanStorage.self,
  RangeCoderStorage.self,
  SmallestStorage.self,
]

/// What training brings along.
private let taught: [any Cataloged.Type] = [
  LearnedStepQuantization.self,
  Distill.self,
  DistillationLoss.self,
]

/// Which layers are compressed while one is measured.
private let layersAtATime: [any Cataloged.Type] = [
  OneOn.self,
  OneOff.self,
]

/// The devices: what `cost` may be told to fit.
public let deviceCatalog: [any DeviceFamily.Type] = [
  DeviceProfile.self,
  Nano33.self,
  Pico.self,
  STM32F746.self,
]

/// The cards of all these, each format's own names (`int2` … `int16`) included.
public var compressionCards: [Card] {
  compressionLines.flatMap { line in
    guard case .format(let family) = line else { return [line.type.card] }
    return [family.card] + family.named.map(\.card)
  }
}
