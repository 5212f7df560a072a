/** Which tensors a filter leaves. */
import type { TensorFacts } from '../../../../core/contract/weights.ts';

export interface WantedTensors {
  /** Null where all are wanted. */
  readonly isWanted: ((tensor: TensorFacts) => boolean) | null;
  readonly flaw: string | null;
}

export function wantedTensors(text: string): WantedTensors {
  const words = text.trim().toLowerCase();
  if (words === '') return { isWanted: null, flaw: null };
  return { isWanted: ({ name }) => name.toLowerCase().includes(words), flaw: null };
}
