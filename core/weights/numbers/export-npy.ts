/** A tensor as a file of NumPy: its numbers as they are, or as float32 where NumPy has no such kind. */
import { Problem, throwIfCancelled } from '../../contract/errors.ts';
import { type JobOptions, ProgressMeter } from '../../contract/progress.ts';
import { writeFileAtomically } from '../../fs/atomic.ts';
import type { OutputFile } from '../../fs/output-file.ts';
import type { Tensor } from '../tensor.ts';
import { BlockPair, type NumberBlock } from './decode.ts';
import { numberKind } from './dtypes.ts';
import { blockNumbers } from './loops.ts';
import { NumberReader, UnreadableNumbers } from './read-numbers.ts';
import type { StoredNumbers } from './stored-numbers.ts';
import { type Numbers, numbersOf, stepOf, stretchOf } from './stretches.ts';

/** What NumPy calls them. All are written with the low end first. */
const descriptions: Readonly<Record<string, string>> = {
  float64: '<f8',
  float32: '<f4',
  float16: '<f2',
  int64: '<i8',
  int32: '<i4',
  int16: '<i2',
  int8: '|i1',
  uint64: '<u8',
  uint32: '<u4',
  uint16: '<u2',
  uint8: '|u1',
  bool: '|b1',
  complex128: '<c16',
  complex64: '<c8',
};

export interface ExportNpyOptions extends JobOptions {
  /** Take the place of a file that is there. */
  readonly force?: boolean;
}

/** Answers the dtype that was written. The file is there whole or not at all. */
export async function exportNpy(
  tensor: Tensor,
  path: string,
  options: ExportNpyOptions = {},
): Promise<string> {
  const numbers = numbersOf(tensor);
  const asIs = numbers.quantised === undefined ? descriptions[numbers.dtype] : undefined;
  const isComplex = numberKind(numbers.dtype)?.isComplex ?? false;
  const description = asIs ?? (isComplex ? '<c8' : '<f4');
  const bytes = Number(description.slice(2)) * numbers.count;
  const { signal, force = false } = options;
  const meter = new ProgressMeter(options.onProgress, 'exporting', bytes);
  const write = async (file: OutputFile): Promise<void> => {
    await file.write(header(description, numbers.shape));
    for await (const block of blocksOf(numbers, asIs === undefined, signal)) {
      await file.write(block);
      meter.add(block.length);
    }
  };
  const nothingToCheck = async () => {};
  try {
    await writeFileAtomically(path, { force, signal, expectedBytes: bytes }, write, nothingToCheck);
  } catch (error) {
    if (!(error instanceof UnreadableNumbers)) throw error;
    throw Problem.of('TENSOR_NOT_READABLE', { path: tensor.name, detail: error.message });
  }
  meter.finish();
  return description;
}

/** As in the format's version 1.0, whose header is padded so that the numbers begin at a multiple of 64. */
function header(description: string, shape: readonly number[]): Buffer {
  const sizes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${description}', 'fortran_order': False, 'shape': (${sizes}), }`;
  const length = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, length & 0xff, length >> 8]);
  return Buffer.concat([start, Buffer.from(`${text.padEnd(length - 1)}\n`, 'latin1')]);
}

async function* blocksOf(
  numbers: Numbers,
  isDecoded: boolean,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const { before: room } = new BlockPair();
  const step = stepOf(numbers);
  for (let from = 0; from < numbers.count; from += step) {
    const to = Math.min(numbers.count, from + step);
    const { numbers: stored, source } = await stretchOf(numbers, from, to);
    const reader = new NumberReader(stored, source);
    for (let at = from; at < to; at += blockNumbers) {
      throwIfCancelled(signal);
      const count = Math.min(blockNumbers, to - at);
      const length = reader.read(at, at + count, room.bytes);
      yield isDecoded ? decoded(room, stored, at, count) : room.bytes.subarray(0, length);
    }
  }
}

function decoded(room: NumberBlock, stored: StoredNumbers, from: number, count: number): Uint8Array {
  room.decode(stored, from, count);
  const parts = numberKind(stored.dtype)?.isComplex ? 2 * count : count;
  return new Uint8Array(new Float32Array(room.numbers.subarray(0, parts)).buffer);
}
