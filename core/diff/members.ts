/** Two archives that are entries of others, such as `.pt` files: their members, compared as entries are. */
import type { Archive } from '../archive.ts';
import type { MembersDetails } from '../contract/diff.ts';
import { compareEntries, silentMeter } from './entries.ts';
import { openMembers } from './side.ts';

const maxListed = 1000;
const maxMembers = 100_000;

/** Null where they have more members than one would want to hear of. */
export async function compareMembers(
  before: Archive,
  after: Archive,
  signal: AbortSignal | undefined,
  depth: number,
): Promise<MembersDetails | null> {
  if (Math.max(before.entries.length, after.entries.length) > maxMembers) return null;
  const [old, now] = [openMembers(before), openMembers(after)];
  const options = { proves: false, patches: false, signal, meter: silentMeter(), depth };
  const { entries, summary } = await compareEntries(old, now, options);
  const changed = entries.filter(({ change }) => change !== 'unchanged');
  const { wrapping: _, ...counts } = summary;
  return {
    summary: counts,
    entries: changed.slice(0, maxListed),
    more: Math.max(0, changed.length - maxListed),
  };
}
