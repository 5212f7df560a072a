/** Weights that are open: what their tensors are, and where their numbers lie. */
import type { RandomAccess } from '../audit/rule.ts';
import type { GraphNode } from '../contract/diff.ts';
import type { TensorFacts, WeightsFormat, WeightsProblem } from '../contract/weights.ts';
import type { NamedText } from './about.ts';

/** What lies at any place of a file; where it is a plain file, threads may read it by themselves. */
export interface WeightsBytes extends RandomAccess {
  /** An open file and where in it these bytes begin; null where they lie in no file as they are. */
  readonly place: { readonly fd: number; readonly start: number } | null;
}

export interface Tensor extends TensorFacts {
  /** Null where its numbers can't be read: the problem says why. */
  readonly values: StridedValues | null;
}

/** Numbers in a storage: element i of dimension d is `strides[d]` elements further on. */
export interface StridedValues {
  readonly storage: WeightsBytes;
  /** Bytes from the begin of the storage to the first number. */
  readonly start: number;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly littleEndian: boolean;
  /** Of quantised numbers: real = (stored - zeroPoint) * scale; per channel where `axis` is given. */
  readonly quantised?: {
    readonly scale: readonly number[];
    readonly zeroPoint: readonly number[];
    readonly axis: number | null;
  };
}

/** A text inside the weights: code of TorchScript, a graph's table of nodes. */
export interface WeightsText {
  readonly name: string;
  readonly language: 'python' | 'json' | 'plain';
  /** As it is stored, or in UTF-8. */
  read(): Promise<Buffer>;
}

/** What is computed with the weights, as ONNX has it. */
export interface WeightsGraph {
  readonly inputs: readonly NamedText[];
  readonly outputs: readonly NamedText[];
  /** Versions of the sets of operators, by their domains. */
  readonly opset: readonly NamedText[];
  /** Operators that the file itself defines, by checksums. */
  readonly functions: readonly NamedText[];
  /** Each can be read until the next one is asked for. */
  nodes(): AsyncIterable<StoredNode>;
}

export interface StoredNode {
  /** The same of equal bytes alone. */
  sum(): Promise<string>;
  /** Null where it is broken. */
  read(): Promise<GraphNode | null>;
}

export interface Weights {
  readonly format: WeightsFormat;
  /** In the order of the file. */
  readonly tensors: readonly Tensor[];
  /** What else the file says of itself: metadata of safetensors, opset and producer of ONNX. */
  readonly about: readonly NamedText[];
  readonly texts: readonly WeightsText[];
  readonly graph?: WeightsGraph;
  /** What is wrong with the file as a whole; of a tensor it stands with the tensor. */
  readonly problems: readonly WeightsProblem[];
  close(): Promise<void>;
}
