/** The archives that the interface is measured with, made once under .cache/: many entries, long texts, long work. */
import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { joined, type Piece, writePieces } from '../test/hostile/pieces.ts';
import { max16, zip, zipEntry } from '../test/hostile/zip-builder.ts';
import { benchFolder, generation } from './inputs.ts';

const folder = join(benchFolder, `input-${generation}`, 'interface');

const manifest = JSON.stringify({
  createdOn: '29/02/2024 12:00:00',
  runtime: 'python',
  model: { modelName: 'bench', serializedFile: 'weights.bin', handler: 'handler.py', modelVersion: '1.0' },
  archiverVersion: '0.12.0',
});
const manifestEntry = zipEntry('MAR-INF/MANIFEST.json', manifest);
const handlerEntry = zipEntry('handler.py', 'def handle(data, context):\n    return data\n');
const model = [manifestEntry, handlerEntry, zipEntry('weights.bin', '0'.repeat(1024))];

/** Small files, a hundred to a folder and ten folders to a shelf. */
export function manyEntries(count: number): Promise<string> {
  return archive(`entries-${count}`, () => {
    const files = Array.from({ length: count - model.length }, (_, index) => {
      const shelf = `shelf-${String(Math.floor(index / 1000)).padStart(3, '0')}`;
      const box = `box-${Math.floor(index / 100) % 10}`;
      return zipEntry(`${shelf}/${box}/label-${index}.txt`, `${index}\n`.repeat(1 + (index % 7)));
    });
    const pieces = zip([...model, ...files], {
      wideEnd: {},
      end: { entries: Math.min(count, max16) },
    });
    return [joined(pieces)];
  });
}

/** The same text twice, where the second one says something else in so many places. */
export async function longTexts(lines: number, hunks: number): Promise<readonly [string, string]> {
  const every = Math.floor(lines / hunks);
  const side = (name: string, isAfter: boolean) =>
    archive(`text-${lines}-${hunks}-${name}`, () => {
      const text = Array.from({ length: lines }, (_, at) => {
        const isChanged = isAfter && at % every === Math.floor(every / 2);
        return `value_${at} = compute(${at * 7}, ${isChanged ? 'scale=2.0' : 'scale=1.0'})\n`;
      });
      return zip([...model, zipEntry('model.py', text.join(''))]);
    });
  return [await side('before', false), await side('after', true)];
}

/** Stored zeros that take no place on the disk, and some seconds to verify. */
export function longWork(holeBytes: number): Promise<string> {
  return archive(`zeros-${holeBytes}`, () => zip([...model, zipEntry('zeros.bin', [{ holeBytes }])]));
}

async function archive(name: string, pieces: () => readonly Piece[]): Promise<string> {
  const path = join(folder, `${name}.mar`);
  if (existsSync(path)) return path;
  await mkdir(folder, { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  writePieces(temporary, pieces());
  await rename(temporary, path);
  return path;
}
