/** Runs in a process of its own: opens archives one after the other, reads what they hold, and answers. */
import { createHash } from 'node:crypto';
import type { Archive, ArchiveEntry } from '../../core/archive.ts';
import { Problem } from '../../core/contract/errors.ts';
import { openArchive } from '../../core/open.ts';
import type { Opened, Question } from './opened.ts';

const nothing: Opened = {
  problem: null,
  bug: null,
  container: null,
  findings: [],
  listed: [],
  served: { files: [], error: null },
  bodies: [],
  peakBytes: 0,
};

async function answer({ path, readBodies }: Question): Promise<Opened> {
  try {
    const archive = await openArchive(path);
    try {
      return await describe(archive, readBodies);
    } finally {
      await archive.close();
    }
  } catch (error) {
    if (error instanceof Problem) return { ...nothing, problem: error.code };
    return { ...nothing, bug: error instanceof Error ? `${error.stack}` : String(error) };
  }
}

async function describe(archive: Archive, readBodies: boolean): Promise<Opened> {
  const bodies = new Set<string>();
  const hashes = new Map<ArchiveEntry, string>();
  const files = archive.entries.filter(({ type }) => type === 'file');
  for (const entry of readBodies ? files : []) {
    try {
      const hash = createHash('sha256');
      for await (const chunk of archive.read(entry)) hash.update(chunk);
      hashes.set(entry, hash.digest('hex'));
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      bodies.add(error.code);
    }
  }
  const shown = (name: string, size: number, entry: ArchiveEntry | null) => ({
    name,
    size,
    sha256: (entry && hashes.get(entry)) ?? null,
  });
  return {
    ...nothing,
    container: archive.container,
    findings: archive.findings.map(({ code, severity }) => ({ code, severity })),
    listed: files.map((entry) => shown(entry.name, entry.size, entry)),
    served: {
      files: archive.served.files.map(({ name, size, entry }) => shown(name, size, entry)),
      error: archive.served.error,
    },
    bodies: [...bodies],
  };
}

process.on('message', async (question: Question) => {
  const opened = await answer(question);
  process.send?.({ ...opened, peakBytes: process.resourceUsage().maxRSS * 1024 });
});
