/** The tensors of open weights for a window: all but their numbers, and no more of them than a window can hold. */
import type { TensorFacts, TensorListing, TensorTotals } from '../contract/weights.ts';
import type { Tensor, Weights } from '../weights/tensor.ts';

const mostTensors = 100_000;
/** Names come from whoever made the file, and may be as long as a book. */
const mostNameLetters = 16 * 1024 * 1024;
const mostProblems = 1000;

export function listingOf({ format, about, problems, tensors, texts }: Weights): TensorListing {
  const listed: TensorFacts[] = [];
  let letters = 0;
  for (const { values: _, ...facts } of tensors) {
    letters += facts.name.length + facts.where.length + (facts.sharedWith?.length ?? 0);
    if (listed.length >= mostTensors || letters > mostNameLetters) break;
    listed.push(facts);
  }
  return {
    ...{ format, about, problems: problems.slice(0, mostProblems), totals: totalsOf(tensors) },
    ...{ tensors: listed, more: tensors.length - listed.length },
    texts: texts.map(({ name, language }) => ({ name, language })),
  };
}

/** What shares its bytes with another one stores none of its own. */
function totalsOf(tensors: readonly Tensor[]): TensorTotals {
  const byDtype = new Map<string, { tensors: number; parameters: number; bytes: number }>();
  for (const { dtype, parameters, bytes, sharedWith } of tensors) {
    const sums = byDtype.get(dtype) ?? { tensors: 0, parameters: 0, bytes: 0 };
    sums.tensors++;
    sums.parameters += parameters;
    sums.bytes += sharedWith === undefined ? bytes : 0;
    byDtype.set(dtype, sums);
  }
  const rows = [...byDtype].map(([dtype, sums]) => ({ dtype, ...sums })).sort((a, b) => b.bytes - a.bytes);
  const sum = (of: 'parameters' | 'bytes') => rows.reduce((total, row) => total + row[of], 0);
  return { tensors: tensors.length, parameters: sum('parameters'), bytes: sum('bytes'), byDtype: rows };
}
