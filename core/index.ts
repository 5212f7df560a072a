/** The library: what `import … from 'mar-studio'` offers. */

export { cat } from './cat.ts';
export type { DiffEntry, DiffResult, PolicyResult, ValueChange, VerdictPart } from './contract/diff.ts';
export { Problem } from './contract/errors.ts';
export type {
  ArchiveFormat,
  ArchiveKind,
  Compression,
  Entry,
  EntryType,
  ExtractInput,
  ExtractResult,
  Finding,
  InspectedEntry,
  InspectResult,
  Manifest,
  ManifestModel,
  PackInput,
  PackPlan,
  PackResult,
  RepackInput,
  Role,
  Runtime,
  Severity,
  View,
} from './contract/model.ts';
export type { JobOptions, OnProgress, Progress } from './contract/progress.ts';
export { parseTensorFilter, type TensorFilter } from './contract/tensor-filter.ts';
export type {
  Check,
  FailOn,
  LoadOutcome,
  LoadStep,
  ReadProof,
  VerifyResult,
} from './contract/verification.ts';
export type {
  ListedTensor,
  TensorFacts,
  TensorsResult,
  TensorTotals,
  WeightsFileFacts,
  WeightsFormat,
  WeightsProblem,
} from './contract/weights.ts';
export { type DiffInput, diff } from './diff.ts';
export { type ExtractOptions, extract } from './extract.ts';
export { inspect, inspectedBefore } from './inspect.ts';
export { dryRun, type PackOptions, pack, packToStream } from './pack.ts';
export { type RepackOptions, repack } from './repack.ts';
export { type TensorsOptions, tensors } from './tensors.ts';
export { type VerifyOptions, verify } from './verify.ts';
export { version } from './version.ts';
