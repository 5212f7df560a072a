/** Reads a zip whole with yauzl alone, without the walk that core/zip puts before it. */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import type { Contents, FileFacts } from './readers.ts';

const open = promisify<string, yauzl.Options, ZipFile>(yauzl.open);

export async function readWithYauzl(path: string): Promise<Contents> {
  const zip = await open(path, { lazyEntries: true });
  const found = new Map<string, FileFacts>();
  await new Promise<void>((resolve, reject) => {
    zip.on('error', reject);
    // After 'end' the file is still open for a moment, and some tests count open files.
    zip.on('close', resolve);
    zip.on('entry', (entry: Entry) => {
      hashEntry(zip, entry)
        .then((facts) => {
          if (found.has(entry.fileName)) throw new Error(`yauzl saw ${entry.fileName} twice`);
          if (!entry.fileName.endsWith('/')) found.set(entry.fileName, facts);
          zip.readEntry();
        })
        .catch(reject);
    });
    zip.readEntry();
  });
  return found;
}

async function hashEntry(zip: ZipFile, entry: Entry): Promise<FileFacts> {
  const stream = await promisify<Entry, NodeJS.ReadableStream>(zip.openReadStream.bind(zip))(entry);
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { size, sha256: hash.digest('hex') };
}
