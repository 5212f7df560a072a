/** Where packages come from matters more than which: those changes stand first. */
import type { RequirementChange, ValueChange } from '../../../core/contract/diff.ts';

export const isSource = (change: ValueChange | RequirementChange) =>
  'name' in change && (change.how === 'source' || change.how === 'option');

export function sourcesFirst<T extends ValueChange | RequirementChange>(changes: readonly T[]): readonly T[] {
  const sources = changes.filter(isSource);
  return sources.length === 0 ? changes : [...sources, ...changes.filter((change) => !isSource(change))];
}
