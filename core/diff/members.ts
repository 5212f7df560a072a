/** Two archives that are entries of others, such as `.pt` files: their members, compared as entries are. */
import type { Archive } from '../archive.ts';
import type { DiffEntry, MembersDetails } from '../contract/diff.ts';
import { type ComparisonOptions, silentMeter } from './compare.ts';
import { compareEntries } from './entries.ts';
import { openMembers } from './side.ts';

const maxListed = 1000;
export const maxMembers = 100_000;

/** Null where they have more members than one would want to hear of. */
export async function compareMembers(
  before: Archive,
  after: Archive,
  options: ComparisonOptions,
): Promise<MembersDetails | null> {
  if (Math.max(before.entries.length, after.entries.length) > maxMembers) return null;
  const [old, now] = [openMembers(before), openMembers(after)];
  const { entries, summary } = await compareEntries(old, now, { ...options, meter: silentMeter() });
  const changed = entries.filter(({ change }) => change !== 'unchanged');
  // What could not be read has to be told, however many changed.
  const isUnread = ({ details }: DiffEntry) => details.problem !== undefined;
  const shown =
    changed.length <= maxListed
      ? changed
      : [...changed.filter(isUnread), ...changed.filter((entry) => !isUnread(entry))].slice(0, maxListed);
  const { wrapping: _, ...counts } = summary;
  return { summary: counts, entries: shown, more: changed.length - shown.length };
}
