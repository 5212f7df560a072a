/** Where a content of a comparison lies, as the engine is asked for it. */
import type { WeightsInput } from '../../../core/contract/api.ts';
import type { DiffSide } from '../../../core/contract/diff.ts';

/** Weights by themselves stand as an entry in the comparison, and are none: a file, or an entry of the archive around them. */
export function placeOf({ path, kind }: Pick<DiffSide, 'path' | 'kind'>, name: string): WeightsInput {
  if (kind !== 'weights') return { path, entry: name };
  const cut = path.lastIndexOf('!');
  return cut === -1 ? { path, entry: null } : { path: path.slice(0, cut), entry: path.slice(cut + 1) };
}
