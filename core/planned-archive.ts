/** What a pack would write, as an archive that can be read: so a plan is compared before a byte is written. */
import type { Archive, ArchiveEntry } from './archive.ts';
import { throwIfCancelled } from './contract/errors.ts';
import type { Plan, PlannedFile } from './mar/plan.ts';
import { withBody } from './planned-bodies.ts';

const stepBytes = 1024 * 1024;

export function plannedArchive(plan: Plan): Archive {
  const files = new Map<ArchiveEntry, PlannedFile>(
    plan.files.map((file, index) => [entryFor(file, index), file]),
  );
  const entries = [...files.keys()];
  return {
    path: plan.output,
    kind: 'mar',
    // As in a folder nothing has a checksum yet: who asks for one reads.
    container: 'directory',
    size: plan.totalBytes,
    entries,
    served: { files: entries.map((entry) => ({ name: entry.name, size: entry.size, entry })), error: null },
    findings: plan.findings,
    read: (entry, signal) => readPlanned(files.get(entry) as PlannedFile, signal),
    openInPlace: async () => null,
    close: async () => {},
  };
}

function entryFor({ name, size, modified, mode }: PlannedFile, index: number): ArchiveEntry {
  return {
    ...{ index, name, rawName: Buffer.from(name), type: 'file', size, modified, mode },
    ...{ compressedSize: null, method: 'stored', crc32: null, linkTarget: null, offset: null },
  };
}

async function* readPlanned(file: PlannedFile, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  for (let at = 0; at < file.size; at += stepBytes) {
    throwIfCancelled(signal);
    const length = Math.min(stepBytes, file.size - at);
    yield await withBody(file, async (body) => {
      const step = Buffer.allocUnsafe(length);
      await body.read(step, length, at);
      return step;
    });
  }
}
