/** Two entries that are weights: their tensors, and what their files say of themselves. */
import type { Archive, ArchiveEntry } from '../archive.ts';
import type { RandomAccess } from '../audit/rule.ts';
import type { Details, ValueChange } from '../contract/diff.ts';
import type { ProgressMeter } from '../contract/progress.ts';
import { openWeights } from '../weights/open-weights.ts';
import type { Weights } from '../weights/tensor.ts';
import { compareCode } from './code.ts';
import { computedWords } from './computed-words.ts';
import { compareGraphs } from './graph.ts';
import { mappedName } from './pair-tensors.ts';
import { ofTheEntry } from './sums.ts';
import { compareTensors, type TensorOptions } from './tensors.ts';

export interface WeightsEntry {
  readonly archive: Archive;
  readonly entry: ArchiveEntry;
  /** Its bytes, where they are at hand; null where the archive has to be asked. */
  readonly content: RandomAccess | null;
  /** Of its content, where that was read. */
  readonly sha256: string | null;
}

export interface WeightsWork extends TensorOptions {
  readonly meter: ProgressMeter;
  readonly signal: AbortSignal | undefined;
}

/** The last few comparisons, by content: whoever looks at one with other options does not wait for its numbers again. */
const known = new Map<string, Details>();
const mostKnown = 8;

/** Null where contents were not read to their ends. */
function keyOf(before: WeightsEntry, after: WeightsEntry, { map, values }: TensorOptions): string | null {
  const contents = [before, after].map(({ sha256 }) => sha256);
  return contents.includes(null) ? null : JSON.stringify([...contents, map, values]);
}

/** Null where they share nothing that is read here: they are compared in another way then. */
export async function compareWeights(
  before: WeightsEntry,
  after: WeightsEntry,
  work: WeightsWork,
): Promise<Details | null> {
  const key = keyOf(before, after, work);
  const seen = key === null ? undefined : known.get(key);
  if (seen !== undefined) return seen;
  const details = await withWeights(before, work.signal, (old) =>
    withWeights(after, work.signal, async (now) => {
      work.meter.entry(after.entry.name);
      return compareOpened(old, now, work);
    }),
  );
  // The numbers of ONNX may lie in another file, whose content is not in the key.
  const formats = [details?.weights?.before, details?.weights?.after];
  if (key === null || details === null || formats.includes('onnx')) return details;
  const [oldest] = known.keys();
  if (oldest !== undefined && known.size >= mostKnown) known.delete(oldest);
  known.set(key, details);
  return details;
}

async function compareOpened(old: Weights, now: Weights, work: WeightsWork): Promise<Details | null> {
  const { signal, meter } = work;
  const hasTensors = old.tensors.length > 0 && now.tensors.length > 0;
  const hasCode = [old, now].every(({ texts }) => texts.some(({ language }) => language === 'python'));
  const hasGraphs = old.graph !== undefined && now.graph !== undefined;
  if (!hasTensors && !hasCode && !hasGraphs) return null;
  const code = hasCode ? await compareCode(old, now, signal) : [];
  const graphs =
    old.graph && now.graph
      ? await compareGraphs(old.graph, now.graph, signal)
      : { changes: null, left: null };
  const compared = await compareTensors(old, now, {
    ...work,
    expect: (bytes) => meter.expect(bytes),
    onBytes: (bytes) => meter.add(bytes),
    computed: computedWords(code, graphs.changes),
  });
  // Another format has other things to say of itself.
  const changes = old.format === now.format ? aboutChanges(old, now, hasGraphs) : [];
  const [fault = null] = [...old.problems, ...now.problems];
  const sentence = compared.weights.sentence || (fault === null ? '' : 'what could be read of them is equal');
  const left = fault === null ? graphs.left : `not all of it could be read: ${fault.message}`;
  return {
    ...{ tensors: compared.tensors, weights: { ...compared.weights, sentence } },
    ...(code.length === 0 ? {} : { code }),
    ...(graphs.changes === null ? {} : { graph: graphs.changes }),
    ...(changes.length === 0 ? {} : { changes, sameMeaning: false }),
    ...(left === null ? {} : { fallback: left }),
  };
}

/**
 * Whether they are weights of one model, by the names and shapes of their tensors: the share that both have. Names may begin
 * otherwise: a wrapper such as DataParallel puts "module." before all of them.
 */
export async function sharedTensors(
  before: WeightsEntry,
  after: WeightsEntry,
  { map, signal }: Pick<WeightsWork, 'map' | 'signal'>,
): Promise<number> {
  const share = await withWeights(before, signal, (old) =>
    withWeights(after, signal, async (now) => {
      const waiting = new Map<string, number>();
      for (const { name, shape } of old.tensors) {
        const key = nameAndShape(mappedName(name, map), shape);
        waiting.set(key, (waiting.get(key) ?? 0) + 1);
      }
      const both = now.tensors.filter(({ name, shape }) => {
        const key = nameAndShape(name, shape);
        const left = waiting.get(key) ?? 0;
        if (left > 0) waiting.set(key, left - 1);
        return left > 0;
      });
      return both.length / Math.max(1, old.tensors.length, now.tensors.length);
    }),
  );
  return share ?? 0;
}

/** The last two parts of the name: the module and what it is of the module. */
const nameAndShape = (name: string, shape: readonly number[]) =>
  `${name.split('.').slice(-2).join('.')} ${shape.join(',')}`;

async function withWeights<T>(
  { archive, entry, content }: WeightsEntry,
  signal: AbortSignal | undefined,
  use: (weights: Weights) => Promise<T | null>,
): Promise<T | null> {
  let weights: Weights | null;
  try {
    weights = await openWeights(archive, entry, { signal, content });
  } catch (error) {
    // Why it can't be opened is told by the way it is compared instead.
    ofTheEntry(error);
    return null;
  }
  if (weights === null) return null;
  try {
    return await use(weights);
  } finally {
    await weights.close();
  }
}

/** What the comparison of graphs tells one by one is not told again in a line. */
const toldByGraphs = new Set(['inputs', 'outputs', 'opset', 'nodes', 'functions']);

function aboutChanges(before: Weights, after: Weights, hasGraphs: boolean): ValueChange[] {
  const olds = new Map(before.about.map(({ name, value }) => [name, value]));
  const nows = new Map(after.about.map(({ name, value }) => [name, value]));
  const changes: ValueChange[] = [];
  for (const name of new Set([...olds.keys(), ...nows.keys()])) {
    const [old, now] = [olds.get(name), nows.get(name)];
    if (old === now || (hasGraphs && toldByGraphs.has(name))) continue;
    const change = old === undefined ? 'added' : now === undefined ? 'removed' : 'changed';
    changes.push({ path: name, change, before: old ?? null, after: now ?? null });
  }
  return changes;
}
