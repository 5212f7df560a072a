/** Weights that real libraries wrote, with something done to them: to their bytes, or to a record of their ZIP. */
import { readFileSync } from 'node:fs';
import { openArchive } from '../../core/open.ts';
import { joined } from '../hostile/pieces.ts';
import { zip, zipEntry } from '../hostile/zip-builder.ts';
import type { Random } from '../support/random.ts';
import { expectedFiles, fixture } from '../unit/weights/expected.ts';
import { mutateBytes } from './mutate-bytes.ts';

interface Seed {
  readonly name: string;
  readonly bytes: Buffer;
  /** Of a ZIP: its records, so that one can be changed without spoiling its checksum. */
  readonly records: readonly (readonly [name: string, body: Buffer])[] | null;
}

const skipped = new Set(['hdf5', 'torch-package', 'torch-export']);

export async function weightsSeeds(): Promise<readonly Seed[]> {
  const seeds: Seed[] = [];
  for (const [name, { format }] of expectedFiles) {
    if (skipped.has(format)) continue;
    const bytes = readFileSync(fixture(name));
    const isZip = bytes.readUInt32LE(0) === 0x04034b50;
    seeds.push({ name, bytes, records: isZip ? await recordsOf(fixture(name)) : null });
  }
  return seeds;
}

async function recordsOf(path: string): Promise<(readonly [string, Buffer])[]> {
  const archive = await openArchive(path);
  try {
    const records: (readonly [string, Buffer])[] = [];
    for (const entry of archive.entries) {
      const chunks: Buffer[] = [];
      for await (const chunk of archive.read(entry)) chunks.push(Buffer.from(chunk));
      records.push([entry.name, Buffer.concat(chunks)]);
    }
    return records;
  } finally {
    await archive.close();
  }
}

export function weightsSample(
  seeds: readonly Seed[],
  random: Random,
): { readonly name: string; readonly bytes: Buffer } {
  const { name, bytes, records } = random.oneOf(seeds);
  if (records === null || random.pick(5) === 0) return { name, bytes: mutateBytes(bytes, random) };
  // The pickle says what there is, so it is changed most.
  const pickles = records.filter(([record]) => record.endsWith('.pkl'));
  const [changed] = random.oneOf(pickles.length > 0 && random.pick(4) > 0 ? pickles : records);
  const entries = records.map(([record, body]) =>
    zipEntry(record, record === changed ? mutateBytes(body, random) : body, {
      method: random.pick(8) === 0 ? 8 : 0,
    }),
  );
  return { name, bytes: joined(zip(entries)) };
}
