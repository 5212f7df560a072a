/** A plan as a subject: what would be packed, judged before a byte is written. */
import type { Manifest } from '../contract/model.ts';
import { openPinned } from '../fs/pinned-file.ts';
import type { PlannedFile } from '../mar/plan.ts';
import type { SourceContent } from '../mar/sources.ts';
import type { RandomAccess, Subject, SubjectEntry } from './rule.ts';

export function planSubject(manifest: Manifest, files: readonly PlannedFile[]): Subject {
  const entries = files.map(planEntry);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  return { manifest, entries, find: (name) => byName.get(name) };
}

function planEntry(file: PlannedFile): SubjectEntry {
  const { name, role, size, source } = file;
  if (source.kind === 'archived') {
    const { open, openWhole, readStart } = source;
    return { name, role, size, open, openWhole, readStart };
  }
  const open = () => openContent(source);
  return {
    name,
    role,
    size,
    open,
    openWhole: open,
    async readStart(limit) {
      const content = await open();
      try {
        return await content.read(0, Math.min(limit, content.size));
      } finally {
        await content.close();
      }
    },
  };
}

async function openContent(source: SourceContent): Promise<RandomAccess> {
  if (source.kind === 'bytes') {
    const { bytes } = source;
    return {
      size: bytes.length,
      read: async (position, length) => bytes.subarray(position, position + length),
      close: async () => {},
    };
  }
  const file = await openPinned(source.path, source.stat);
  return {
    size: file.size,
    async read(position, length) {
      const wanted = Math.max(0, Math.min(length, file.size - position));
      const buffer = Buffer.alloc(wanted);
      await file.read(buffer, wanted, position);
      return buffer;
    },
    close: () => file.close(),
  };
}
