/** Reads every entry of an archive from its first byte to its last, several at once. */
import { availableParallelism } from 'node:os';
import type { Archive, ArchiveEntry } from '../archive.ts';
import { Problem } from '../contract/errors.ts';
import { showName } from '../contract/format.ts';
import type { Finding } from '../contract/model.ts';
import type { ProgressMeter } from '../contract/progress.ts';
import type { ReadProof } from '../contract/verification.ts';
import { findingOf, type Rule, type RuleFamily } from './rule.ts';
import { type Sample, Samples } from './samples.ts';

export interface ReadBodies extends ReadProof {
  /** By the index of the entry. */
  readonly samples: readonly (Sample | undefined)[];
  readonly findings: readonly Finding[];
}

/** Deflate spends at least two bits on 258 bytes: only entries that share their bytes unfold further. */
const largestRatio = 1032;
const bomb: Rule = {
  code: 'LIMIT_OUTPUT',
  severity: 'error',
  title: 'The entries unfold to more than their bytes can hold.',
  why: 'The same bytes are used over and over, to fill the disk of whoever unpacks the archive.',
  hint: 'do not unpack this archive',
};
export const reading: RuleFamily = { name: 'reading', rules: [bomb] };

export async function readBodies(
  archive: Archive,
  meter: ProgressMeter,
  signal: AbortSignal | undefined,
  onFinding: (finding: Finding) => void = () => {},
): Promise<ReadBodies> {
  const files = archive.entries.filter(({ type }) => type === 'file');
  const samples: (Sample | undefined)[] = [];
  const limitBytes =
    archive.container === 'directory' ? Number.POSITIVE_INFINITY : archive.size * largestRatio;
  const kept = new Samples();
  const findings: Finding[] = [];
  const read = { entries: 0, bytes: 0, checksums: 0 };
  const readOne = async (entry: ArchiveEntry) => {
    const sample = kept.begin(entry.size);
    samples[entry.index] = sample;
    meter.entry(entry.name);
    try {
      for await (const chunk of archive.read(entry, signal)) {
        sample.take(chunk);
        read.bytes += chunk.length;
        meter.add(chunk.length);
        if (read.bytes > limitBytes) return;
      }
      read.entries++;
      if (entry.crc32 !== null) read.checksums++;
    } catch (error) {
      const finding = findingIn(entry, error);
      findings.push(finding);
      onFinding(finding);
    }
  };

  // A tar has no other way than from its front to its end.
  const inOrder = archive.container === 'tar' || archive.container === 'tar.gz';
  const waiting = files.values();
  const lane = async () => {
    for (const entry of waiting) {
      if (read.bytes > limitBytes) return;
      await readOne(entry);
    }
  };
  const lanes = Array.from({ length: inOrder ? 1 : availableParallelism() + 1 }, lane);
  // All of them end before the archive is closed, also when one fails.
  for (const result of await Promise.allSettled(lanes)) if (result.status === 'rejected') throw result.reason;
  if (read.bytes > limitBytes) {
    const sizes = `${limitBytes.toLocaleString('en-US')} bytes from ${archive.size.toLocaleString('en-US')}`;
    findings.push(findingOf(bomb, null, `the entries unfold to more than ${sizes}: the rest was not read`));
  }
  return { ...read, samples, findings };
}

/** What an entry is at fault for is a finding; what keeps the work from being done ends it. */
function findingIn(entry: ArchiveEntry, error: unknown): Finding {
  const isOfTheEntry =
    error instanceof Problem &&
    !['CANCELLED', 'INPUT_CHANGED', 'INPUT_MISSING', 'IO_ERROR'].includes(error.code);
  if (!isOfTheEntry) throw error;
  return findingOfProblem(entry, error);
}

/** A problem met in the content of an entry, as something to know about the archive. */
export function findingOfProblem(entry: ArchiveEntry, error: Problem): Finding {
  const message = error.message.includes(showName(entry.name))
    ? error.message
    : `${showName(entry.name)}: ${error.message}`;
  return { code: error.code, severity: 'error', path: entry.name, message, hint: error.hint };
}
