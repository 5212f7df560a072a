/** The tensors of open weights for a window: all but their numbers, and no more of them than a window can hold. */
import type { TensorFacts, TensorListing } from '../contract/weights.ts';
import { totalsOf } from '../weights/shared.ts';
import type { Weights } from '../weights/tensor.ts';

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
