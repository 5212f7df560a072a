/**
 * Whether the change of a matrix is the product of two thin ones, as where a LoRA was merged. Of a matrix of low rank each
 * part is of low rank too, so a part of bounded size is looked at: rows and columns at even distances.
 */
import type { LowRank } from '../../contract/diff.ts';
import { throwIfCancelled } from '../../contract/errors.ts';
import type { Tensor } from '../tensor.ts';
import { BlockPair } from './decode.ts';
import { isFloat, numberKind } from './dtypes.ts';
import { storedNumbers } from './stored-numbers.ts';

/** Rows, and columns, that are looked at. */
const most = 192;
const least = 32;
/** A rank above a third of the size is not low. */
const share = 1 / 3;
/** What may be left of the change, as a share of its length, where nothing was rounded. */
const leftOver = 1e-4;
const firstLook = 16;
let pair: BlockPair | undefined;

/** Null where the change is not of low rank, or nobody can tell cheaply. */
export async function rankOfChange(
  before: Tensor,
  after: Tensor,
  signal: AbortSignal | undefined,
): Promise<LowRank | null> {
  const [rows = 0, columns = 0] = after.shape;
  if (after.shape.length !== 2 || Math.min(rows, columns) < least || !isFloat(after.dtype)) return null;
  if (numberKind(after.dtype)?.isComplex) return null;
  const [old, now] = [await sampleOf(before, signal), await sampleOf(after, signal)];
  if (old === null || now === null) return null;
  const change = now.rows.map((row, at) => row.map((value, column) => value - (old.rows[at]?.[column] ?? 0)));
  const of = Math.min(change.length, change[0]?.length ?? 0);
  const rank = rankOf(change, noiseOf(now.rows, after.dtype), Math.floor(of * share));
  return rank === null || rank === 0 || !isSpread(change, rank) ? null : { rank, of };
}

/** A few rows, columns or numbers that changed are of low rank as well, and no product of thin matrices. */
function isSpread(change: readonly Float64Array[], rank: number): boolean {
  const rows = change.filter((row) => row.some((value) => value !== 0)).length;
  const columns = change[0]?.filter((_, column) => change.some((row) => row[column] !== 0)).length ?? 0;
  return Math.min(rows, columns) > 2 * rank;
}

/** Vectors, each at right angles to the others, are taken out until next to nothing is left; null where too many are needed. */
export function rankOf(change: readonly Float64Array[], noise: number, mostRank: number): number | null {
  const left = change.map((row) => Float64Array.from(row));
  const lengthOf = (row: Float64Array) => row.reduce((sum, value) => sum + value * value, 0);
  const total = left.reduce((sum, row) => sum + lengthOf(row), 0);
  if (!Number.isFinite(total)) return null;
  const enough = Math.max(total * leftOver ** 2, 4 * noise);
  // What is no more than rounding has no rank to speak of.
  if (total <= enough) return null;
  for (let rank = 0; rank <= mostRank; rank++) {
    const lengths = left.map(lengthOf);
    const rest = lengths.reduce((sum, length) => sum + length, 0);
    if (rest <= enough) return rank;
    // Of a change of full rank hardly anything is gone by now, and most changes are such.
    if (rank === firstLook && rest > 0.85 * total) return null;
    const longest = lengths.indexOf(Math.max(...lengths));
    const scale = 1 / Math.sqrt(lengths[longest] as number);
    const direction = (left[longest] as Float64Array).map((value) => value * scale);
    for (const row of left) takeOut(row, direction);
  }
  return null;
}

function takeOut(row: Float64Array, direction: Float64Array): void {
  let along = 0;
  for (let at = 0; at < row.length; at++) along += (row[at] as number) * (direction[at] as number);
  for (let at = 0; at < row.length; at++) row[at] = (row[at] as number) - along * (direction[at] as number);
}

/** The squares of what rounding to a dtype adds, all together: even over a step, a twelfth of its square. */
function noiseOf(rows: readonly Float64Array[], dtype: string): number {
  const digits = { float64: 52, float32: 23, float16: 10, bfloat16: 7 }[dtype] ?? 3;
  let squares = 0;
  for (const row of rows)
    for (const value of row) squares += 2 ** (2 * (Math.floor(Math.log2(Math.abs(value) || 1e-30)) - digits));
  return squares / 12;
}

/** Where the numbers of a row lie side by side; null where reading them would take many steps. */
async function sampleOf(tensor: Tensor, signal: AbortSignal | undefined) {
  const { count: _, ...stored } = storedNumbers(tensor);
  const { values } = tensor;
  const [rows = 0, columns = 0] = stored.shape;
  const [rowStride = 0, columnStride = 0] = stored.strides;
  const bytes = numberKind(stored.dtype)?.bytes ?? 1;
  const width = Math.min(columns, 16 * 1024);
  if (values === null || columnStride !== 1 || !stored.littleEndian || stored.quantised !== undefined)
    return null;
  const step = Math.max(1, Math.floor(width / most));
  pair ??= new BlockPair();
  const { before: block } = pair;
  const found: Float64Array[] = [];
  for (let at = 0; at < Math.min(rows, most); at++) {
    throwIfCancelled(signal);
    const row = Math.floor((at * rows) / Math.min(rows, most));
    const read = await values.storage.read(stored.start + row * rowStride * bytes, width * bytes);
    if (read.length < width * bytes) return null;
    block.bytes.set(read);
    block.decode({ ...stored, count: width }, 0, width);
    found.push(
      Float64Array.from({ length: Math.min(width, most) }, (_, column) => block.numbers[column * step] ?? 0),
    );
  }
  return { rows: found };
}
