/** Temporary folders that go with the test that asked for them, and the contents of a folder as facts. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  createWriteStream,
  openSync,
  readdirSync,
  readSync,
  statSync,
  type WriteStream,
} from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { finished } from 'node:stream/promises';
import type { TestContext } from 'node:test';
import type { Contents, FileFacts } from './readers.ts';

export const makeScratch = (): Promise<string> => mkdtemp(join(tmpdir(), 'mar-studio-interop-'));

export const removeScratch = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 3 });

export async function scratchFolder(t: TestContext): Promise<string> {
  const folder = await makeScratch();
  t.after(() => removeScratch(folder));
  return folder;
}

/** Every file below a folder, links followed, names with forward slashes. */
export function folderContents(folder: string): Contents {
  const contents = new Map<string, FileFacts>();
  for (const child of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, child);
    if (statSync(path).isFile()) contents.set(child.split(sep).join('/'), fileFacts(path));
  }
  return contents;
}

const buffer = Buffer.alloc(1 << 20);

/** Synchronous, because a test may ask about 70,000 files, and a stream for each costs minutes. */
export function fileFacts(path: string): FileFacts {
  const hash = createHash('sha256');
  const file = openSync(path, 'r');
  try {
    let size = 0;
    for (;;) {
      const count = readSync(file, buffer);
      if (count === 0) break;
      hash.update(buffer.subarray(0, count));
      size += count;
    }
    return { size, sha256: hash.digest('hex') };
  } finally {
    closeSync(file);
  }
}

/** Gives `write` a stream into a new file, and closes it when that is done. */
export async function streamInto<T>(path: string, write: (stream: WriteStream) => Promise<T>): Promise<T> {
  const stream = createWriteStream(path);
  try {
    return await write(stream);
  } finally {
    stream.end();
    await finished(stream);
  }
}
