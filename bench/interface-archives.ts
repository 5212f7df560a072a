/** The archives that the interface is measured with, written once under .cache/: many entries, and long texts. */
import { existsSync } from 'node:fs';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { benchFolder, generation } from './inputs.ts';

const folder = join(benchFolder, `input-${generation}`, 'interface');

const manifest = JSON.stringify({
  createdOn: '29/02/2024 12:00:00',
  runtime: 'python',
  model: { modelName: 'bench', serializedFile: 'weights.bin', handler: 'handler.py', modelVersion: '1.0' },
  archiverVersion: '0.12.0',
});
const fixed: Readonly<Record<string, string>> = {
  'MAR-INF/MANIFEST.json': manifest,
  'handler.py': 'def handle(data, context):\n    return data\n',
  'weights.bin': '0'.repeat(1024),
};

/** Small files, a hundred to a folder and ten folders to a shelf. */
export function manyEntries(count: number): Promise<string> {
  return archive(`entries-${count}`, () => {
    const texts: Record<string, string> = { ...fixed };
    for (let index = Object.keys(fixed).length; index < count; index++) {
      const shelf = `shelf-${String(Math.floor(index / 1000)).padStart(3, '0')}`;
      const box = `box-${String(Math.floor(index / 100) % 10)}`;
      texts[`${shelf}/${box}/label-${index}.txt`] = `${index}\n`.repeat(1 + (index % 7));
    }
    return texts;
  });
}

/** The same text twice, where the second one says something else in so many places. */
export async function longTexts(lines: number, hunks: number): Promise<readonly [string, string]> {
  const every = Math.floor(lines / hunks);
  const side = (isAfter: boolean) =>
    archive(`text-${lines}-hunks-${hunks}-${isAfter ? 'after' : 'before'}`, () => {
      const text = Array.from({ length: lines }, (_, at) => {
        const isChanged = isAfter && at % every === Math.floor(every / 2);
        return `value_${at} = compute(${at * 7}, ${isChanged ? 'scale=2.0' : 'scale=1.0'})\n`;
      });
      return { ...fixed, 'model.py': text.join('') };
    });
  return [await side(false), await side(true)];
}

async function archive(name: string, texts: () => Readonly<Record<string, string>>): Promise<string> {
  const path = join(folder, `${name}.mar`);
  if (existsSync(path)) return path;
  await mkdir(folder, { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, storedZip(texts()));
  await rename(temporary, path);
  return path;
}

/** Every entry stored; with a Zip64 end, since there may be more than 65,535. */
function storedZip(texts: Readonly<Record<string, string>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let at = 0;
  for (const [name, text] of Object.entries(texts)) {
    const [nameBytes, body] = [Buffer.from(name), Buffer.from(text)];
    // Version, flags, method, time, date, checksum, both sizes, lengths of name and extra fields.
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(0x585d, 8);
    common.writeUInt32LE(crc32(body), 10);
    common.writeUInt32LE(body.length, 14);
    common.writeUInt32LE(body.length, 18);
    common.writeUInt16LE(nameBytes.length, 22);
    const place = Buffer.alloc(14);
    place.writeUInt32LE(0o100644 * 2 ** 16, 6);
    place.writeUInt32LE(at, 10);
    directory.push(Buffer.from('PK\u0001\u0002\u0014\u0003', 'latin1'), common, place, nameBytes);
    parts.push(Buffer.from('PK\u0003\u0004', 'latin1'), common, nameBytes, body);
    at += 30 + nameBytes.length + body.length;
  }
  const index = Buffer.concat(directory);
  return Buffer.concat([...parts, index, zip64End(Object.keys(texts).length, index.length, at)]);
}

function zip64End(count: number, size: number, at: number): Buffer {
  const end = Buffer.alloc(56 + 20 + 22);
  end.write('PK\u0006\u0006', 0, 'latin1');
  end.writeBigUInt64LE(44n, 4);
  end.writeUInt16LE(0x032d, 12);
  end.writeUInt16LE(45, 14);
  end.writeBigUInt64LE(BigInt(count), 24);
  end.writeBigUInt64LE(BigInt(count), 32);
  end.writeBigUInt64LE(BigInt(size), 40);
  end.writeBigUInt64LE(BigInt(at), 48);
  end.write('PK\u0006\u0007', 56, 'latin1');
  end.writeBigUInt64LE(BigInt(at + size), 64);
  end.writeUInt32LE(1, 72);
  end.write('PK\u0005\u0006', 76, 'latin1');
  const few = Math.min(count, 0xffff);
  end.writeUInt16LE(few, 84);
  end.writeUInt16LE(few, 86);
  end.writeUInt32LE(size, 88);
  end.writeUInt32LE(at, 92);
  return end;
}
