/** The archives that the reading benches open: made once under .cache/bench, from a seed, by Python's zipfile. */
import { existsSync } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { outputOf } from '../test/support/commands.ts';
import type { Settings } from './bench.ts';
import { benchFolder, type Facts, generation, type Inputs } from './inputs.ts';
import { Prose } from './prose.ts';

const maker = resolve(import.meta.dirname, 'make_archive.py');

export const manifestName = 'MAR-INF/MANIFEST.json';
const manifest = JSON.stringify({
  createdOn: '29/02/2024 12:00:00',
  runtime: 'python',
  model: { modelName: 'bench', serializedFile: 'weights.bin', handler: 'handler.py', modelVersion: '1.0' },
  archiverVersion: '0.12.0',
});
const handler = 'def handle(data, context):\n    return data\n';

export interface Archive {
  readonly path: string;
  readonly sizeBytes: number;
  /** Every file but the manifest. */
  readonly facts: Facts;
  /** Of the files, unpacked. */
  readonly totalBytes: number;
}

interface Wanted {
  readonly method: 'stored' | 'deflated';
  readonly texts?: Readonly<Record<string, string>>;
  /** Paths by name. */
  readonly files?: Readonly<Record<string, string>>;
  readonly holes?: readonly (readonly [name: string, size: number, crc: number])[];
}

type Say = Settings['say'];

/** An archive of a bench's inputs, in which some texts may take the place of files. */
export async function archiveOf(
  inputs: Inputs,
  method: Wanted['method'],
  say: Say,
  { variant = '', texts = {} }: { variant?: string; texts?: Readonly<Record<string, string>> } = {},
): Promise<Archive> {
  const facts = { ...inputs.facts, ...factsOf(texts) };
  return archive(`${basename(inputs.folder)}-${method}${variant}`, facts, say, () => {
    const names = Object.keys(inputs.facts).filter((name) => !(name in texts));
    const pathOf = (name: string) => {
      const extra = join(inputs.folder, 'extra', name);
      return [name, existsSync(extra) ? extra : join(inputs.folder, name)];
    };
    return { method, texts, files: Object.fromEntries(names.map(pathOf)) };
  });
}

/** Small deflated entries; `changed` of them, evenly spread, say something else. */
export async function entriesArchive(count: number, changed: number, say: Say): Promise<Archive> {
  const prose = new Prose(3);
  const texts: Record<string, string> = { 'handler.py': handler, 'weights.bin': '0'.repeat(1024) };
  const every = changed === 0 ? Number.POSITIVE_INFINITY : Math.floor(count / changed);
  for (let index = 0; index < count; index++) {
    const text = prose.text(60 + (index % 200));
    const isChanged = index % every === 0 && index / every < changed;
    const shelf = String(Math.floor(index / 1000)).padStart(3, '0');
    texts[`${shelf}/label-${index}.txt`] = isChanged && changed > 0 ? `${text}\nchanged\n` : text;
  }
  const name = `entries-${count}-changed-${changed}`;
  return archive(name, factsOf(texts), say, () => ({ method: 'deflated', texts }));
}

/** An archive of texts alone. */
export async function textArchive(
  name: string,
  more: Readonly<Record<string, string>>,
  say: Say,
): Promise<Archive> {
  const texts = { 'handler.py': handler, 'weights.bin': '0'.repeat(1024), ...more };
  return archive(name, factsOf(texts), say, () => ({ method: 'deflated', texts }));
}

/** Stored zeros of so many bytes in all, which take no place on the disk. */
export async function sparseArchive(entries: number, totalBytes: number, say: Say): Promise<Archive> {
  const size = Math.floor(totalBytes / entries);
  const crc = crcOfZeros(size);
  const holes = Array.from({ length: entries }, (_, index) => [`part-${index}.bin`, size, crc] as const);
  const facts = Object.fromEntries(holes.map(([name]) => [name, { size, crc32: crc }]));
  const texts = { 'handler.py': handler, 'weights.bin': '0'.repeat(1024) };
  const all = { ...factsOf(texts), ...facts };
  return archive(`sparse-${totalBytes}-in-${entries}`, all, say, () => ({ method: 'stored', texts, holes }));
}

async function archive(name: string, facts: Facts, say: Say, wanted: () => Wanted): Promise<Archive> {
  const path = join(benchFolder, `input-${generation}`, 'archives', `${name}.mar`);
  if (!existsSync(path)) {
    say(`building archive: ${name}`);
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.tmp`;
    await rm(temporary, { force: true });
    const { method, texts = {}, files = {}, holes = [] } = wanted();
    const asked = { path: temporary, method, texts: { [manifestName]: manifest, ...texts }, files, holes };
    const command = { program: 'python3', args: [maker] };
    await outputOf(command, () => Readable.from([Buffer.from(JSON.stringify(asked))]));
    await rename(temporary, path);
  }
  const totalBytes = Object.values(facts).reduce((sum, { size }) => sum + size, 0);
  return { path, sizeBytes: (await stat(path)).size, facts, totalBytes };
}

function factsOf(texts: Readonly<Record<string, string>>): Facts {
  const facts = Object.entries(texts).map(([name, text]) => {
    const bytes = Buffer.from(text);
    return [name, { size: bytes.length, crc32: crc32(bytes) }] as const;
  });
  return Object.fromEntries(facts);
}

function crcOfZeros(size: number): number {
  const zeros = Buffer.alloc(4 * 2 ** 20);
  let crc = 0;
  for (let done = 0; done < size; done += zeros.length) {
    crc = crc32(zeros.subarray(0, Math.min(zeros.length, size - done)), crc);
  }
  return crc;
}
