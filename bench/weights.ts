/** Weights to be listed: many gigabytes by their size, zeros that were never written by what they hold. */
import { existsSync } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import { manifestName, manifestText } from '../test/hostile/case.ts';
import { type Piece, writePieces } from '../test/hostile/pieces.ts';
import { zip, zipEntry } from '../test/hostile/zip-builder.ts';
import { dict, pickle, tensor } from '../test/unit/weights/builders.ts';
import { benchFolder, generation } from './inputs.ts';

export interface WeightsArchive {
  readonly path: string;
  readonly sizeBytes: number;
  readonly tensors: number;
}

/** A `.mar` that holds, stored, a file of torch.save with so many tensors and so many bytes. */
export async function torchArchive(
  tensors: number,
  bytes: number,
  say: (line: string) => void,
): Promise<WeightsArchive> {
  const path = join(benchFolder, `input-${generation}`, 'archives', `torch-${bytes}-in-${tensors}.mar`);
  if (!existsSync(path)) {
    say(`building ${tensors} tensors of torch`);
    await mkdir(dirname(path), { recursive: true });
    const weights = torchFile(tensors, Math.floor(bytes / tensors / 4));
    const entries = [
      zipEntry(manifestName, manifestText),
      zipEntry('handler.py', 'def handle(data, context):\n    return data\n'),
      zipEntry('model.pt', weights, { both: { crc32: crcOfAll(weights) } }),
    ];
    writePieces(`${path}.tmp`, zip(entries));
    await rename(`${path}.tmp`, path);
  }
  return { path, sizeBytes: (await stat(path)).size, tensors };
}

function torchFile(tensors: number, numbers: number): Piece[] {
  const named: Record<string, Buffer> = {};
  for (let index = 0; index < tensors; index++) {
    const shape = [BigInt(numbers)];
    named[`model.layers.${index}.weight`] = tensor({ key: `${index}`, shape, strides: [1n] });
  }
  const storages = Array.from({ length: tensors }, (_, index) =>
    zipEntry(`model/data/${index}`, [{ holeBytes: numbers * 4 }]),
  );
  return zip([
    zipEntry('model/data.pkl', pickle(dict(named))),
    zipEntry('model/byteorder', 'little'),
    ...storages,
    zipEntry('model/version', '3\n'),
  ]);
}

function crcOfAll(pieces: readonly Piece[]): number {
  const zeros = Buffer.alloc(4 * 2 ** 20);
  let crc = 0;
  for (const piece of pieces) {
    if (!('holeBytes' in piece)) crc = crc32(piece, crc);
    else {
      for (let left = piece.holeBytes; left > 0; left -= zeros.length) {
        crc = crc32(zeros.subarray(0, Math.min(left, zeros.length)), crc);
      }
    }
  }
  return crc;
}
