/** What differs of two entries beside their content: it changes nothing that TorchServe would load. */
import type { ArchiveEntry } from '../archive.ts';
import type { Wrapping } from '../contract/diff.ts';

export function wrappingOf(before: ArchiveEntry, after: ArchiveEntry, isSame: boolean): Wrapping[] {
  const found: Wrapping[] = [];
  const note = (what: Wrapping['what'], old: string, now: string) => {
    if (old !== now) found.push({ what, before: old, after: now });
  };
  note('time', timeOf(before), timeOf(after));
  note('mode', modeOf(before), modeOf(after));
  note('method', before.method, after.method);
  // That other bytes take other room goes without saying.
  if (isSame) note('compressedSize', sizeOf(before), sizeOf(after));
  return found;
}

/** In a ZIP even seconds are all there is, so that is how closely times are looked at. */
function timeOf({ modified }: ArchiveEntry): string {
  const time = modified.getTime();
  return Number.isNaN(time) ? 'none' : new Date(Math.floor(time / 2000) * 2000).toISOString();
}

const sizeOf = ({ compressedSize }: ArchiveEntry) => String(compressedSize ?? 'unknown');
const modeOf = ({ mode }: ArchiveEntry) => `0${(mode & 0o7777).toString(8).padStart(3, '0')}`;

/** Whether what both have stands in another order. */
export function orderDiffers(before: Iterable<string>, after: Iterable<string>): boolean {
  const [olds, nows] = [[...before], [...after]];
  const [inOld, inNow] = [new Set(olds), new Set(nows)];
  const common = olds.filter((name) => inNow.has(name));
  return nows.filter((name) => inOld.has(name)).some((name, at) => name !== common[at]);
}
