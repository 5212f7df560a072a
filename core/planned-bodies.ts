/** The contents of planned files, for the writer: opened one by one, or small ones read ahead. */
import type { EntryBody } from './archive-writer.ts';
import { openPinned } from './fs/pinned-file.ts';
import type { PlannedFile } from './mar/plan.ts';

/** Opens the planned content for one reader, and holds a file to what it was when it was planned. What comes from
 * an archive comes compressed, as it lies there. */
export async function withBody<T>(file: PlannedFile, use: (body: EntryBody) => Promise<T>): Promise<T> {
  const { source } = file;
  if (source.kind === 'bytes') return use(bodyOf(source.bytes));
  if (source.kind === 'archived') {
    const { raw } = source;
    const result = await use({ size: raw.compressedSize, read: raw.read });
    await raw.assertUnchanged();
    return result;
  }
  const pinned = await openPinned(source.path, source.stat);
  try {
    const result = await use(pinned);
    await pinned.assertUnchanged();
    return result;
  } finally {
    await pinned.close();
  }
}

export function bodyOf(bytes: Buffer): EntryBody {
  return {
    size: bytes.length,
    read: async (buffer, length, position) => {
      bytes.copy(buffer, 0, position, position + length);
    },
  };
}

/** At most: what is deflated takes fewer. */
export function bytesToWrite({ size, source }: PlannedFile): number {
  return source.kind === 'archived' ? source.raw.compressedSize : size;
}

const aheadFiles = 16;
const aheadBytes = 256 * 1024;

/**
 * Reads small files before their turn, several at once: opening, reading and closing one is five calls to the
 * system, and for tens of thousands of them waiting for each call in turn is most of the time.
 */
export class SmallFilesAhead {
  readonly #files: readonly PlannedFile[];
  readonly #reading = new Map<PlannedFile, Promise<Buffer>>();
  #next = 0;

  constructor(files: readonly PlannedFile[]) {
    this.#files = files;
  }

  /** The bytes of the file whose turn it is, or undefined for one that is too large to be read ahead. */
  async take(file: PlannedFile): Promise<Buffer | undefined> {
    while (this.#next < this.#files.length && this.#reading.size < aheadFiles) {
      const coming = this.#files[this.#next++] as PlannedFile;
      if (bytesToWrite(coming) > aheadBytes) continue;
      const reading = readWhole(coming);
      reading.catch(() => {}); // Met when its turn comes.
      this.#reading.set(coming, reading);
    }
    const reading = this.#reading.get(file);
    this.#reading.delete(file);
    return reading;
  }

  /** Waits until no file is open any more. */
  async settle(): Promise<void> {
    await Promise.allSettled(this.#reading.values());
  }
}

function readWhole(file: PlannedFile): Promise<Buffer> {
  return withBody(file, async (body) => {
    const bytes = Buffer.allocUnsafe(body.size);
    await body.read(bytes, body.size, 0);
    return bytes;
  });
}
