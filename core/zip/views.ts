/** Holds the two lists of a ZIP file against each other, and both against the bytes they claim. */
import type { Report } from '../audit/rule.ts';
import { zipRules as rules } from '../audit/rules/zip.ts';
import { formatCrc32, showName } from '../contract/format.ts';
import type { Descriptor } from './descriptor.ts';
import type { Directory } from './directory.ts';
import type { DirectoryRecord } from './directory-record.ts';
import { encryptedFlag, hasDescriptor, type LocalHeader, utf8Flag } from './local-header.ts';
import { count, hex } from './numbers.ts';

/** A listed entry beside its local header; null where there is none. */
export interface ListedEntry {
  readonly record: DirectoryRecord;
  readonly offset: number;
  readonly header: LocalHeader | null;
  readonly descriptor: Descriptor | null;
  /** Behind its content and descriptor, as the directory has it. */
  readonly end: number;
}

/** Every field that both headers have. A descriptor leaves zeros in the local one, which contradict nothing. */
export function compareHeaders({ record, header }: ListedEntry, report: Report): void {
  if (header === null || header.repeats(record)) return;
  const path = record.text;
  const differ = (field: string, local: string, central: string) => {
    const values = `${local} at the entry and ${central} in the directory`;
    report(rules.mismatch, path, `${showName(path)} has field=${field} ${values}`);
  };
  if (!header.name.equals(record.name)) differ('name', showName(header.text), showName(record.text));
  if (header.method !== record.method) differ('method', String(header.method), String(record.method));
  for (const [bit, mask] of [
    ['encrypted', encryptedFlag],
    ['descriptor', 1 << 3],
    ['utf8', utf8Flag],
  ] as const) {
    const local = header.flags & mask;
    if (local !== (record.flags & mask))
      differ(`flags (${bit})`, local ? 'set' : 'clear', local ? 'clear' : 'set');
  }
  const mayBeUnsaid = (value: number) => hasDescriptor(header) && (value === 0 || value === 0xffffffff);
  if (header.crc32 !== record.crc32 && !mayBeUnsaid(header.crc32)) {
    differ('crc32', formatCrc32(header.crc32), formatCrc32(record.crc32));
  }
  for (const field of ['compressedSize', 'size'] as const) {
    if (header[field] !== record[field] && !mayBeUnsaid(header[field])) {
      differ(field, count(header[field]), count(record[field]));
    }
  }
}

/** A part of the file that something claims. */
export interface Claim {
  readonly start: number;
  readonly end: number;
  readonly name: string;
}

/** The claims must follow each other without a gap from the first byte to the directory, that to the end record. */
export function checkLayout(
  claims: readonly Claim[],
  directory: Directory,
  endStart: number,
  report: Report,
): Gap[] {
  const gaps: Gap[] = [];
  let reach = 0;
  let last: Claim | null = null;
  for (const claim of [...claims].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (claim.start > reach) gaps.push({ start: reach, end: claim.start, next: claim.name });
    if (last && claim.start < reach) {
      const message = `${showName(claim.name)} at ${hex(claim.start)} lies within ${showName(last.name)}, which ends at ${hex(reach)}`;
      report(rules.overlap, claim.name, message);
    }
    if (claim.end > reach) {
      reach = claim.end;
      last = claim;
    }
  }
  if (last && reach > directory.start) {
    const places = `ends at ${hex(reach)}, and the directory begins at ${hex(directory.start)}`;
    report(rules.overlap, last.name, `${showName(last.name)} ${places}`);
  }
  if (reach < directory.start) gaps.push({ start: reach, end: directory.start, next: null });
  if (directory.end < endStart) gaps.push({ start: directory.end, end: endStart, next: null });
  return gaps;
}

export interface Gap {
  readonly start: number;
  readonly end: number;
  /** The entry that follows, or null where none does. */
  readonly next: string | null;
}

export function reportGap(
  { start, end, next }: Gap,
  holdsEnd: boolean,
  hasEntries: boolean,
  report: Report,
): void {
  const bytes = `${count(end - start)} bytes from ${hex(start)} to ${hex(end)}`;
  if (holdsEnd) {
    report(rules.multipleEnds, null, `${bytes} hold the end of another archive`);
  }
  if (start === 0 && hasEntries) {
    report(rules.prefix, null, `${bytes} stand before the first entry: TorchServe would load 0 files`);
  } else if (next === null) {
    report(rules.gap, null, `${bytes} belong to no entry`);
  } else {
    report(
      rules.gap,
      next,
      `${bytes} belong to no entry: ${showName(next)} and what follows is invisible to TorchServe`,
    );
  }
}
