/** ZIP files of a test, written from pieces and opened. */
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Archive } from '../../core/archive.ts';
import { openArchive } from '../../core/open.ts';
import { type Piece, writePieces } from '../hostile/pieces.ts';
import { scratchFolder } from './scratch.ts';

export async function writeScratch(
  t: TestContext,
  pieces: readonly Piece[],
  name = 'a.mar',
): Promise<string> {
  const path = join(await scratchFolder(t), name);
  writePieces(path, pieces);
  return path;
}

/** Opens it, and closes it when the test ends. */
export async function openScratch(t: TestContext, pieces: readonly Piece[], name?: string): Promise<Archive> {
  const archive = await openArchive(await writeScratch(t, pieces, name));
  t.after(() => archive.close());
  return archive;
}

export async function readAll(archive: Archive, index: number): Promise<Buffer> {
  const entry = archive.entries[index];
  if (!entry) throw new Error(`there is no entry ${index}`);
  const chunks: Buffer[] = [];
  for await (const chunk of archive.read(entry)) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

export const codesOf = (archive: Archive): string[] => [...new Set(archive.findings.map(({ code }) => code))];
