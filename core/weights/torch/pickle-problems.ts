/** Why a pickle was not read to its end. What it would do is no affair of a listing: verify tells that. */
import { showName } from '../../contract/format.ts';
import type { WeightsProblem } from '../../contract/weights.ts';
import type { PickleResult } from '../pickle/machine.ts';
import { problemOf } from '../tensor-of.ts';

export function pickleProblems(name: string, pickle: PickleResult, cut: string | null): WeightsProblem[] {
  const where = name === '' ? 'the pickle' : showName(name);
  const problems: WeightsProblem[] = [];
  if (!pickle.isComplete) {
    const why = pickle.problems.at(-1)?.message ?? 'it does not end';
    problems.push(problemOf('WEIGHTS_PICKLE', `${where} was read in part: ${why}`));
  }
  if (cut !== null) problems.push(problemOf('WEIGHTS_LIMIT', `${where} was followed in part: ${cut}`));
  return problems;
}
