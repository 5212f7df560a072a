/** GGUF: a header of typed values, a table of tensors, then their numbers, most of them in blocks of a few bits each. */
import { Problem } from '../contract/errors.ts';
import { formatCount } from '../contract/format.ts';
import { aboutText } from './about.ts';
import type { WeightsContent } from './content.ts';
import { GgufReader, HeaderFlaw } from './gguf-reader.ts';
import type { Tensor, WeightsBytes } from './tensor.ts';
import { countOf, problemOf, type Storage, tensorOf } from './tensor-of.ts';

/** Of each type: its name, how many numbers a block holds, and how many bytes. */
const types = new Map<number, readonly [name: string, numbers: number, bytes: number]>([
  [0, ['float32', 1, 4]],
  [1, ['float16', 1, 2]],
  [2, ['q4_0', 32, 18]],
  [3, ['q4_1', 32, 20]],
  [6, ['q5_0', 32, 22]],
  [7, ['q5_1', 32, 24]],
  [8, ['q8_0', 32, 34]],
  [9, ['q8_1', 32, 40]],
  [10, ['q2_k', 256, 84]],
  [11, ['q3_k', 256, 110]],
  [12, ['q4_k', 256, 144]],
  [13, ['q5_k', 256, 176]],
  [14, ['q6_k', 256, 210]],
  [15, ['q8_k', 256, 292]],
  [16, ['iq2_xxs', 256, 66]],
  [17, ['iq2_xs', 256, 74]],
  [18, ['iq3_xxs', 256, 98]],
  [19, ['iq1_s', 256, 50]],
  [20, ['iq4_nl', 32, 18]],
  [21, ['iq3_s', 256, 110]],
  [22, ['iq2_s', 256, 82]],
  [23, ['iq4_xs', 256, 136]],
  [24, ['int8', 1, 1]],
  [25, ['int16', 1, 2]],
  [26, ['int32', 1, 4]],
  [27, ['int64', 1, 8]],
  [28, ['float64', 1, 8]],
  [29, ['iq1_m', 256, 56]],
  [30, ['bfloat16', 1, 2]],
  [34, ['tq1_0', 256, 54]],
  [35, ['tq2_0', 256, 66]],
  [39, ['mxfp4', 32, 17]],
  [40, ['nvfp4', 64, 36]],
  [41, ['q1_0', 128, 18]],
]);

const mostTensors = 1_000_000;
const mostValues = 100_000;

export async function readGguf(bytes: WeightsBytes, path: string): Promise<WeightsContent> {
  try {
    return await readFile(bytes);
  } catch (error) {
    if (!(error instanceof HeaderFlaw)) throw error;
    throw Problem.of('WEIGHTS_BROKEN', { path, format: 'GGUF', detail: error.message });
  }
}

async function readFile(bytes: WeightsBytes): Promise<WeightsContent> {
  const reader = await GgufReader.open(bytes);
  const { version, tensorCount, valueCount, littleEndian } = reader;
  if (tensorCount > mostTensors) throw new HeaderFlaw(`it claims ${formatCount(tensorCount, 'tensor')}`);
  if (valueCount > mostValues) throw new HeaderFlaw(`it claims ${formatCount(valueCount, 'value')}`);
  const about = [{ name: 'version', value: `${version}, ${littleEndian ? 'little' : 'big'}-endian` }];
  let alignment = 32;
  for (let left = valueCount; left > 0; left--) {
    const name = await reader.text();
    const value = await reader.value();
    about.push({ name: aboutText(name), value: aboutText(value) });
    if (name === 'general.alignment') alignment = Number(value);
  }
  if (!Number.isSafeInteger(alignment) || alignment < 1)
    throw new HeaderFlaw(`its alignment is ${alignment}`);
  const rows: TensorRow[] = [];
  for (let left = tensorCount; left > 0; left--) rows.push(await readRow(reader));
  const dataStart = Math.ceil(reader.at / alignment) * alignment;
  const storage: Storage = { bytes, where: '', offset: 0 };
  const tensors = rows.map((row) => tensorOfRow(row, storage, dataStart, littleEndian));
  return { format: 'gguf', tensors, about, texts: [], problems: [] };
}

interface TensorRow {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: number;
  readonly offset: number;
}

async function readRow(reader: GgufReader): Promise<TensorRow> {
  const name = await reader.text();
  const dimensions = await reader.uint32();
  if (dimensions > 64) throw new HeaderFlaw(`a tensor has ${formatCount(dimensions, 'dimension')}`);
  const shape: number[] = [];
  // The fastest comes first here, and last everywhere else.
  for (let left = dimensions; left > 0; left--) shape.unshift(await reader.uint64());
  return { name, shape, type: await reader.uint32(), offset: await reader.uint64() };
}

function tensorOfRow(row: TensorRow, storage: Storage, dataStart: number, littleEndian: boolean): Tensor {
  const { name, shape, type, offset } = row;
  const start = dataStart + offset;
  const [dtype, numbers, blockBytes] = types.get(type) ?? [`type ${type}`, 1, 0];
  if (numbers === 1) return tensorOf({ name, dtype, shape, storage, start, littleEndian });
  const count = countOf(shape);
  const perRow = shape.at(-1) ?? 1;
  const isWhole = typeof count === 'number' && perRow % numbers === 0;
  const told = { name, dtype, shape, storage, start, littleEndian };
  if (typeof count === 'string') return tensorOf(told);
  if (isWhole) return tensorOf({ ...told, blockBytes: (count / numbers) * blockBytes });
  const message = `rows of ${formatCount(perRow, 'number')} can't be cut into blocks of ${numbers}`;
  return tensorOf({ ...told, blockBytes: 0, problem: problemOf('TENSOR_SHAPE', message) });
}
