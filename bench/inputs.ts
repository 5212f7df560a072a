/** What the benches work on: built once under .cache/bench, seeded, so that every machine has the same. */
import { existsSync } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { NormalFloats, NormalityCheck } from './normal-floats.ts';
import { Prose } from './prose.ts';

export const benchFolder = resolve(import.meta.dirname, '../.cache/bench');

/** Raise it when any generator changes, so that no old input is taken for a new one. */
export const generation = 1;

/** Every file by its name in the archive. */
export type Facts = Readonly<Record<string, { readonly size: number; readonly crc32: number }>>;

export interface Inputs {
  /** Holds `weights.bin`, `handler.py` and, where there are extra files, the folder `extra`. */
  readonly folder: string;
  readonly hasExtraFiles: boolean;
  readonly facts: Facts;
  readonly totalBytes: number;
}

type Say = (line: string) => void;

/** One file of float32 weights. */
export async function weightInputs(sizeBytes: number, say: Say): Promise<Inputs> {
  return inputs(`weights-${sizeBytes}`, false, say, async (folder) => ({
    'handler.py': await writeHandler(folder),
    'weights.bin': await writeWeights(join(folder, 'weights.bin'), sizeBytes),
  }));
}

/** Little weight and many small text files, a thousand to a folder. */
export async function manyFileInputs(files: number, say: Say): Promise<Inputs> {
  return inputs(`files-${files}`, true, say, async (folder) => {
    const facts: Record<string, FileFacts> = {
      'handler.py': await writeHandler(folder),
      'weights.bin': await writeWeights(join(folder, 'weights.bin'), 2 ** 20),
    };
    const prose = new Prose(1);
    for (let index = 0; index < files; index++) {
      const shelf = String(Math.floor(index / 1000)).padStart(3, '0');
      const name = `${shelf}/label-${index}.txt`;
      if (index % 1000 === 0) await mkdir(join(folder, 'extra', shelf), { recursive: true });
      const text = Buffer.from(prose.text(100 + ((index * 7919) % 1900)));
      await writeFile(join(folder, 'extra', name), text);
      facts[name] = { size: text.length, crc32: crc32(text) };
    }
    return facts;
  });
}

/** Little weight and a few large text files: a corpus, as language models carry vocabularies. */
export async function textInputs(
  label: string,
  sizes: Readonly<Record<string, number>>,
  say: Say,
): Promise<Inputs> {
  const total = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  return inputs(`${label}-${total}`, true, say, async (folder) => {
    const facts: Record<string, FileFacts> = {
      'handler.py': await writeHandler(folder),
      'weights.bin': await writeWeights(join(folder, 'weights.bin'), 2 ** 20),
    };
    await mkdir(join(folder, 'extra'));
    const prose = new Prose(2);
    for (const [name, size] of Object.entries(sizes)) {
      facts[name] = await writeInSteps(join(folder, 'extra', name), size, (bytes) =>
        Buffer.from(prose.text(bytes)),
      );
    }
    return facts;
  });
}

type FileFacts = Facts[string];

async function inputs(
  name: string,
  hasExtraFiles: boolean,
  say: Say,
  build: (folder: string) => Promise<Facts>,
): Promise<Inputs> {
  const folder = join(benchFolder, `input-${generation}`, name);
  const factsFile = `${folder}.json`;
  if (!existsSync(factsFile)) {
    say(`building inputs: ${name}`);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const facts = await build(folder);
    await writeFile(`${factsFile}.tmp`, JSON.stringify(facts));
    await rename(`${factsFile}.tmp`, factsFile);
  }
  const facts: Facts = JSON.parse(await readFile(factsFile, 'utf8'));
  const totalBytes = Object.values(facts).reduce((sum, { size }) => sum + size, 0);
  return { folder, hasExtraFiles, facts, totalBytes };
}

async function writeHandler(folder: string): Promise<FileFacts> {
  const text = Buffer.from('def handle(data, context):\n    return data\n');
  await writeFile(join(folder, 'handler.py'), text);
  return { size: text.length, crc32: crc32(text) };
}

async function writeWeights(path: string, sizeBytes: number): Promise<FileFacts> {
  const generator = new NormalFloats(20_240_229);
  const check = new NormalityCheck();
  const facts = await writeInSteps(path, sizeBytes, (bytes) => {
    const floats = new Float32Array(bytes / 4);
    generator.fill(floats);
    check.add(floats);
    return Buffer.from(floats.buffer);
  });
  check.assertStandardNormal();
  return facts;
}

async function writeInSteps(path: string, size: number, next: (bytes: number) => Buffer): Promise<FileFacts> {
  const stepBytes = 4 * 2 ** 20;
  let crc = 0;
  const file: FileHandle = await open(path, 'w');
  try {
    for (let done = 0; done < size; done += stepBytes) {
      const bytes = next(Math.min(stepBytes, size - done));
      crc = crc32(bytes, crc);
      await file.writeFile(bytes);
    }
  } finally {
    await file.close();
  }
  return { size, crc32: crc };
}
