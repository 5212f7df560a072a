/** Code inside two weights, file by file: of TorchScript, or of torch.package. */
import type { CodeChange } from '../contract/diff.ts';
import { throwIfCancelled } from '../contract/errors.ts';
import { formatBytes } from '../contract/format.ts';
import { recordProblem } from '../weights/records.ts';
import type { Weights, WeightsText } from '../weights/tensor.ts';
import { wholeBytes } from './content.ts';
import { isText } from './decode-text.ts';
import { compareText } from './text.ts';

const mostFiles = 100_000;
/** More files than that are named, and their lines are left to whoever has the file at hand. */
const mostWithLines = 1_000;
const nothing = Buffer.alloc(0);

/** Those that changed, in the order of the new weights, those that are gone at the end. */
export async function compareCode(
  before: Weights,
  after: Weights,
  signal: AbortSignal | undefined,
): Promise<CodeChange[]> {
  const olds = codeOf(before);
  const changes: CodeChange[] = [];
  /** Of both sides and all files: as much as of one text. */
  const room = { bytes: 2 * wholeBytes, files: mostWithLines };
  for (const [key, now] of codeOf(after)) {
    throwIfCancelled(signal);
    const old = olds.get(key) ?? null;
    olds.delete(key);
    const change = await compareFile(old, now, room);
    if (change !== null) changes.push(change);
  }
  for (const old of olds.values()) {
    throwIfCancelled(signal);
    const change = await compareFile(old, null, room);
    if (change !== null) changes.push(change);
  }
  return changes;
}

interface Room {
  bytes: number;
  files: number;
}

/** By name, and of several of one name by their order: none hides behind another. */
function codeOf({ texts }: Weights): Map<string, WeightsText> {
  const files = new Map<string, WeightsText>();
  const seen = new Map<string, number>();
  for (const text of texts) {
    if (text.language !== 'python' || files.size >= mostFiles) continue;
    const place = seen.get(text.name) ?? 0;
    seen.set(text.name, place + 1);
    files.set(JSON.stringify([text.name, place]), text);
  }
  return files;
}

/** Null where both are equal. */
async function compareFile(
  old: WeightsText | null,
  now: WeightsText | null,
  room: Room,
): Promise<CodeChange | null> {
  const path = ((now ?? old) as WeightsText).name;
  const change = old === null ? 'added' : now === null ? 'removed' : 'changed';
  const [before, after] = [await contentOf(old), await contentOf(now)];
  const problem = [before, after].find((content) => typeof content === 'string');
  if (typeof before === 'string' || typeof after === 'string')
    return { path, change, fallback: `not compared: ${problem}` };
  if (change === 'changed' && before.equals(after)) return null;
  const bytes = before.length + after.length;
  if (room.bytes < bytes) {
    return {
      path,
      change,
      fallback: `beyond the ${formatBytes(2 * wholeBytes)} of code that are compared by lines`,
    };
  }
  if (room.files === 0) {
    const most = mostWithLines.toLocaleString('en-US');
    return { path, change, fallback: `beyond the ${most} files that are compared by lines` };
  }
  if (!isText(before) || !isText(after)) return { path, change, fallback: 'not text to its end' };
  room.bytes -= bytes;
  room.files--;
  return { path, change, ...compareText(before, after) };
}

/** Or why it can't be read. */
async function contentOf(text: WeightsText | null): Promise<Buffer | string> {
  if (text === null) return nothing;
  try {
    return await text.read();
  } catch (error) {
    return recordProblem(error).message;
  }
}
