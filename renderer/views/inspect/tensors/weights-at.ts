/** Of which weights there may be tensors to show: those that an entry is, or those that the whole archive is. */
import type { WeightsInput } from '../../../../core/contract/api.ts';
import { fileName } from '../../../parts/words.ts';
import type { Listing } from '../inspection.svelte.ts';

export interface WeightsPlace extends WeightsInput {
  readonly label: string;
}

const suffixes = /\.(pt|pth|bin|ckpt|safetensors|onnx|npy|npz|gguf|pt2|pte|pkl|joblib|h5)$/i;
/** What torch puts into its files. */
const torchRecord = /(^|\/)(data\.pkl|constants\.pkl|byteorder)$/;

export const isWeightsName = (name: string) => suffixes.test(name);

export function weightsAt(
  { facts, inspected }: Pick<Listing, 'facts' | 'inspected'>,
  path: string,
  item: number,
  isByContent: boolean,
): WeightsPlace | null {
  if (inspected.problem !== null) return null;
  const { columns } = facts;
  const entry = columns.path[item] ?? '';
  if (inspected.manifest === null && isTorch(columns.path)) return weightsOf(path);
  if (columns.type[item] !== 'file') return null;
  const isWeights = isByContent || columns.role[item] === 'weights' || isWeightsName(entry);
  return isWeights ? { path, entry, label: fileName(entry) } : null;
}

const isTorch = (names: readonly string[]) =>
  names.length < 1_000_000 && names.some((name) => torchRecord.test(name));

/** `a.mar!b.pt` is the entry b.pt of a.mar. */
export function weightsOf(path: string): WeightsPlace {
  const at = path.lastIndexOf('!');
  const label = fileName(path);
  return at === -1
    ? { path, entry: null, label }
    : { path: path.slice(0, at), entry: path.slice(at + 1), label };
}
