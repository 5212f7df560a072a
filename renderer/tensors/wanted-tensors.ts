/** Which tensors a filter leaves. */
import { parseTensorFilter, type TensorFilter } from '../../core/contract/tensor-filter.ts';

export interface WantedTensors {
  /** Null where all are wanted. */
  readonly isWanted: TensorFilter | null;
  readonly flaw: string | null;
}

export function wantedTensors(text: string): WantedTensors {
  if (text.trim() === '') return { isWanted: null, flaw: null };
  const filter = parseTensorFilter(text);
  // While somebody types, half a filter leaves all.
  return typeof filter === 'function'
    ? { isWanted: filter, flaw: null }
    : { isWanted: null, flaw: filter.flaw };
}
