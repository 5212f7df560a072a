/** Reading entries for rules: bounded, decoded, and outlined once however many rules ask. */
import { Problem } from '../contract/errors.ts';
import { formatBytes } from '../contract/format.ts';
import { decodePython } from '../python/decode.ts';
import {
  emptyOutline,
  maxSourceBytes,
  type PythonOutline,
  PythonTooComplex,
  parsePython,
} from '../python/outline.ts';
import { detectWeights, type WeightsFile } from '../weights/detect.ts';
import type { SubjectEntry } from './rule.ts';

/** An entry that no rule could look at, and why. */
export class NotRead extends Error {
  readonly entryName: string;

  constructor(entryName: string, detail: string) {
    super(detail);
    this.entryName = entryName;
  }
}

/** Problems while reading name a path on disk; rules speak of entries. */
async function reading<T>(entry: SubjectEntry, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof Problem && error.code !== 'CANCELLED') throw new NotRead(entry.name, error.message);
    throw error;
  }
}

/** The whole entry; throws NotRead where it is larger than the limit. */
export async function readWhole(entry: SubjectEntry, limit: number): Promise<Buffer> {
  if (entry.size > limit) {
    const sizes = `${formatBytes(entry.size)}, and only files up to ${formatBytes(limit)} are`;
    throw new NotRead(entry.name, `it has ${sizes}`);
  }
  return reading(entry, () => entry.readStart(limit));
}

export function readStart(entry: SubjectEntry, limit: number): Promise<Buffer> {
  return reading(entry, () => entry.readStart(limit));
}

/** Strict UTF-8, or null. */
export function decodeText(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return null;
  }
}

export interface PythonSource {
  /** Empty where there is a fault in the encoding. */
  readonly outline: PythonOutline;
  /** Why Python refuses the bytes before it even parses them. */
  readonly encodingFault: string | null;
}

const sources = new WeakMap<SubjectEntry, Promise<PythonSource>>();

export function readPython(entry: SubjectEntry): Promise<PythonSource> {
  return remember(sources, entry, async () => {
    const bytes = await readWhole(entry, maxSourceBytes);
    const { text, fault } = decodePython(bytes);
    if (text === null) return { outline: emptyOutline, encodingFault: fault };
    const outline = await parsePython(text).catch((error: unknown) => {
      throw error instanceof PythonTooComplex ? new NotRead(entry.name, error.message) : error;
    });
    return { outline, encodingFault: null };
  });
}

const weightsFiles = new WeakMap<SubjectEntry, Promise<WeightsFile>>();

export function readWeights(entry: SubjectEntry): Promise<WeightsFile> {
  return remember(weightsFiles, entry, () =>
    reading(entry, async () => {
      const content = await entry.open();
      if (!content) return detectWeights(await entry.readStart(64 * 1024), null);
      try {
        return await detectWeights(await content.read(0, Math.min(content.size, 64 * 1024)), content);
      } finally {
        await content.close();
      }
    }),
  );
}

function remember<T>(
  known: WeakMap<SubjectEntry, Promise<T>>,
  entry: SubjectEntry,
  read: () => Promise<T>,
): Promise<T> {
  const before = known.get(entry);
  if (before) return before;
  const result = read();
  known.set(entry, result);
  return result;
}
