/** What a weights file holds, as plain data: tensors by name, their numbers only where they were asked for. */
import type { PickleProof } from './verification.ts';

export type WeightsFormat =
  | 'torch-zip'
  | 'torchscript'
  | 'torch-legacy'
  | 'torch-tar'
  | 'torch-package'
  | 'torch-export'
  | 'executorch'
  | 'pickle'
  | 'safetensors'
  | 'onnx'
  | 'npy'
  | 'npz'
  | 'gguf'
  | 'hdf5'
  | 'library';

/** One tensor as its file describes it. */
export interface TensorFacts {
  readonly name: string;
  /** As torch says it, without "torch.": float32, bfloat16, float8_e4m3fn, complex64, quint8, bool, int4 …; GGUF's own where they have no other, such as q4_0. */
  readonly dtype: string;
  readonly shape: readonly number[];
  /** How many numbers it stands for: the product of its shape. */
  readonly parameters: number;
  /** What those numbers take in this file; of a sparse one what it stores; of one that shares its storage the same as of any other. */
  readonly bytes: number;
  /** The record or file that holds the bytes, such as "archive/data/3"; of a file without records its own name is left out: "". */
  readonly where: string;
  /** The first byte of the first number in the weights file, or null where it can't be told. */
  readonly offset: number | null;
  readonly layout: 'strided' | 'sparse_coo' | 'sparse_csr' | 'sparse_csc' | 'sparse_bsr' | 'sparse_bsc';
  /** Absent where the numbers lie one after the other, the last dimension fastest. */
  readonly strides?: readonly number[];
  /** The name of the first tensor that looks into the same bytes. */
  readonly sharedWith?: string;
  /** Why its numbers can't be read, while those of others can. */
  readonly problem?: WeightsProblem;
}

export interface WeightsProblem {
  readonly code: string;
  readonly message: string;
  /** Of a file that can't be read at all: what to do. */
  readonly hint?: string;
}

export interface TensorTotals {
  readonly tensors: number;
  /** Numbers that are stored, each counted once however many tensors look into it; their bytes alike. */
  readonly parameters: number;
  readonly bytes: number;
  /** How many tensors look into bytes of another one. */
  readonly shared: number;
  readonly byDtype: readonly {
    readonly dtype: string;
    readonly tensors: number;
    readonly parameters: number;
    readonly bytes: number;
  }[];
}

/** Of the finite numbers, but for the counts; null where there is none. Complex numbers count by their absolute value. */
export interface TensorStats {
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  /** Of the whole population: divided by n. */
  readonly std: number | null;
  readonly zeros: number;
  readonly nan: number;
  readonly inf: number;
  /** 64 bins of equal width from `min` to `max`. */
  readonly histogram: readonly number[];
}

/** What a window is told of weights: everything but the numbers. */
export interface TensorListing {
  readonly format: WeightsFormat;
  readonly about: readonly { readonly name: string; readonly value: string }[];
  readonly problems: readonly WeightsProblem[];
  readonly totals: TensorTotals;
  /** In the order of the file, which is the order of the model as a rule. */
  readonly tensors: readonly TensorFacts[];
  /** How many more there are than could be listed. */
  readonly more: number;
  /** Code or graphs inside the weights, each to be asked for by its name. */
  readonly texts: readonly { readonly name: string; readonly language: 'python' | 'json' | 'plain' }[];
}

/** What loading a file would call, as far as it could be looked at. The verdict speaks of the lists alone: it never says "safe". */
export interface PickleReport extends PickleProof {
  readonly globals: readonly {
    readonly module: string;
    readonly name: string;
    /** allowed: torch.load takes it with weights_only; review: harmless only as it is used here; unknown: on no list. */
    readonly standing: 'allowed' | 'review' | 'unknown' | 'dangerous';
    /** To be read after the name: "runs commands"; null where it is allowed. */
    readonly reason: string | null;
    /** The record in the content, such as "archive/data.pkl", or "". */
    readonly where: string;
    readonly position: number;
  }[];
  readonly evasions: readonly PickleFault[];
  /** What could not be looked at to its end. */
  readonly incomplete: readonly PickleFault[];
  /** Operators that TorchScript code calls, though they reach outside of the model. */
  readonly operators: readonly { readonly name: string; readonly reason: string; readonly where: string }[];
}

export interface PickleFault {
  readonly message: string;
  readonly where: string;
  readonly position: number;
}

/**
 * How the numbers of a tensor moved: over those that are finite on both sides, but for the counts. Null where it can't be
 * told: nothing is finite, the old numbers are all zeros, or squares grew beyond float64.
 */
export interface TensorDifference {
  readonly maxAbs: number | null;
  readonly meanAbs: number | null;
  /** The length of the change, as a share of the length of the old numbers. */
  readonly relativeL2: number | null;
  readonly cosine: number | null;
  /** From 0 to 1; a NaN in the place of a NaN did not change. */
  readonly changedFraction: number;
  readonly nanBefore: number;
  readonly nanAfter: number;
  readonly infBefore: number;
  readonly infAfter: number;
  /** The new numbers are what a cast of the old ones to the new dtype gives, or a quantisation. */
  readonly isCast?: true;
  readonly plots?: TensorPlots;
}

/** For pictures. Ends of bins are binary fractions, so they reach a little beyond the least and the largest number. */
export interface TensorPlots {
  readonly values: {
    readonly from: number;
    readonly to: number;
    readonly before: readonly number[];
    readonly after: readonly number[];
  };
  readonly delta: { readonly from: number; readonly to: number; readonly counts: readonly number[] };
  /** The largest change in each of 256 equal stretches of the numbers, in the order in which the old file has them. */
  readonly strip: readonly number[];
}

/** One weights file, as `tensors` tells of it. */
export interface WeightsFileFacts {
  /** Its name in the archive; null where it lies by itself. */
  readonly entry: string | null;
  /** Null where it could not even be opened: the problem says why. */
  readonly format: WeightsFormat | null;
  readonly about: Readonly<Record<string, string>>;
  /** Names of the texts inside it. */
  readonly texts: readonly string[];
  /** What is wrong with the file as a whole. */
  readonly problems: readonly WeightsProblem[];
}

export interface ListedTensor extends TensorFacts {
  readonly entry: string | null;
  /** Where they were asked for, and its numbers can be read. */
  readonly stats?: TensorStats;
}

export interface TensorsResult {
  readonly path: string;
  readonly files: readonly WeightsFileFacts[];
  /** Those that the filter lets pass. */
  readonly tensors: readonly ListedTensor[];
  /** Of those that are listed. */
  readonly totals: TensorTotals;
}
