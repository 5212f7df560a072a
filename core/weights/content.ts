/** What a reader of one format gives, and what it may ask for. */
import type { Weights, WeightsBytes } from './tensor.ts';

/** Closing is the affair of whoever opened the bytes, but for what a reader opened itself. */
export type WeightsContent = Omit<Weights, 'close'> & { readonly close?: () => Promise<void> };

export interface ReadContext {
  /** Of the weights, for messages. */
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
  /**
   * A file that lies in the folder of the weights or below it, by its name from there. Null where there is none;
   * never one outside of that folder.
   */
  besides(name: string): Promise<WeightsBytes | null>;
}
