/**
 * Two graphs of ONNX. A model may have a million nodes, most of them the same in both: those are known by their checksums
 * alone, and only what is left is read and paired.
 */
import type { GraphChanges, GraphNode, GraphValueChange } from '../contract/diff.ts';
import { throwIfCancelled } from '../contract/errors.ts';
import { formatCount } from '../contract/format.ts';
import type { NamedText } from '../weights/about.ts';
import { MessageFlaw } from '../weights/protobuf.ts';
import type { StoredNode, WeightsGraph } from '../weights/tensor.ts';

/** Of each side; nobody has met a model of so many. */
const mostNodes = 1_000_000;
/** On each side: more differ only where nothing was kept, and then nobody reads a list. */
const mostPaired = 100_000;
const mostPairedLetters = 64_000_000;
/** Of all together. */
const mostListed = 1_000;
const mostLetters = 4_000_000;

export interface ComparedGraphs {
  /** Null where nothing is computed otherwise. */
  readonly changes: GraphChanges | null;
  /** What was not looked at, in words. */
  readonly left: string | null;
}

export async function compareGraphs(
  before: WeightsGraph,
  after: WeightsGraph,
  signal: AbortSignal | undefined,
): Promise<ComparedGraphs> {
  const { isWhole, ...nodes } = await compareNodes(before, after, signal);
  const changes: GraphChanges = {
    nodes,
    inputs: valueChanges(before.inputs, after.inputs),
    outputs: valueChanges(before.outputs, after.outputs),
    opset: valueChanges(before.opset, after.opset),
    functions: valueChanges(before.functions, after.functions),
  };
  const { added, removed, changed, more } = nodes;
  const { inputs, outputs, opset, functions } = changes;
  const count = [added, removed, changed, inputs, outputs, opset, functions].reduce(
    (sum, { length }) => sum + length,
    more,
  );
  const left = isWhole ? null : `of its graph the first ${formatCount(mostNodes, 'node')} were compared`;
  return { changes: count === 0 ? null : changes, left };
}

/** By name; of several of one name by their order. */
function valueChanges(before: readonly NamedText[], after: readonly NamedText[]): GraphValueChange[] {
  const olds = new Map<string, string[]>();
  for (const { name, value } of before) pushTo(olds, name, value);
  // The first is taken first, from the end of its list: from its begin each would move all of a hundred thousand.
  for (const values of olds.values()) values.reverse();
  const changes: GraphValueChange[] = [];
  for (const { name, value } of after) {
    const old = olds.get(name)?.pop();
    if (old === undefined) changes.push({ name, change: 'added', before: null, after: value });
    else if (old !== value) changes.push({ name, change: 'changed', before: old, after: value });
  }
  for (const [name, values] of olds)
    for (const value of values.reverse())
      changes.push({ name, change: 'removed', before: value, after: null });
  return changes;
}

interface Pair {
  readonly old: GraphNode;
  readonly now: GraphNode;
}

async function compareNodes(
  before: WeightsGraph,
  after: WeightsGraph,
  signal: AbortSignal | undefined,
): Promise<GraphChanges['nodes'] & { readonly isWhole: boolean }> {
  const [oldSums, nowSums] = [await sumsOf(before, signal), await sumsOf(after, signal)];
  const olds = await readThose(before, placesOfOthers(oldSums, nowSums), signal);
  const nows = await readThose(after, placesOfOthers(nowSums, oldSums), signal);
  const pairs = pairNodes(olds.nodes, nows.nodes);
  const list = { room: mostListed, letters: mostLetters };
  const total = pairs.changed.length + pairs.added.length + pairs.removed.length;
  const changed = pairs.changed
    .filter(({ old, now }) => hasRoom(list, old, now))
    .map(({ old, now }) => ({ before: old, after: now }));
  const added = pairs.added.filter((node) => hasRoom(list, node));
  const removed = pairs.removed.filter((node) => hasRoom(list, node));
  const listed = changed.length + added.length + removed.length;
  const isWhole = Math.max(oldSums.length, nowSums.length) < mostNodes;
  return { added, removed, changed, more: total - listed + Math.max(olds.left, nows.left), isWhole };
}

/** What a reader met before a flaw is compared; the flaw was told when the file was opened. */
async function eachNode(
  graph: WeightsGraph,
  signal: AbortSignal | undefined,
  use: (node: StoredNode, place: number) => Promise<void>,
): Promise<void> {
  let place = 0;
  try {
    for await (const node of graph.nodes()) {
      if (place === mostNodes) return;
      if (place % 1000 === 0) throwIfCancelled(signal);
      await use(node, place++);
    }
  } catch (error) {
    if (!(error instanceof MessageFlaw)) throw error;
  }
}

async function sumsOf(graph: WeightsGraph, signal: AbortSignal | undefined): Promise<string[]> {
  const sums: string[] = [];
  await eachNode(graph, signal, async (node) => {
    sums.push(await node.sum());
  });
  return sums;
}

/** Of those that the other graph does not have, each as often as it is missing there. */
function placesOfOthers(sums: readonly string[], others: readonly string[]): ReadonlySet<number> {
  const waiting = new Map<string, number>();
  for (const sum of others) waiting.set(sum, (waiting.get(sum) ?? 0) + 1);
  const places = new Set<number>();
  for (const [place, sum] of sums.entries()) {
    const left = waiting.get(sum) ?? 0;
    if (left > 0) waiting.set(sum, left - 1);
    else places.add(place);
  }
  return places;
}

/** `left` is how many there are beyond those that are read. */
async function readThose(
  graph: WeightsGraph,
  places: ReadonlySet<number>,
  signal: AbortSignal | undefined,
): Promise<{ readonly nodes: GraphNode[]; readonly left: number }> {
  const nodes: GraphNode[] = [];
  let [left, letters] = [0, 0];
  if (places.size === 0) return { nodes, left };
  await eachNode(graph, signal, async (stored, place) => {
    if (!places.has(place)) return;
    if (nodes.length >= mostPaired || letters > mostPairedLetters) {
      left++;
      return;
    }
    const node = (await stored.read()) ?? brokenNode();
    letters += textOf(node).length;
    nodes.push(node);
  });
  return { nodes, left };
}

const brokenNode = (): GraphNode => ({
  ...{ name: '', operator: '(broken)', inputs: [], outputs: [], attributes: [] },
});

/** By name; without one by operator and outputs; and where another operator stands between the same values. */
function pairNodes(before: readonly GraphNode[], after: readonly GraphNode[]) {
  let [removed, added] = [before, after];
  const changed: Pair[] = [];
  const byKey = (keyOf: (node: GraphNode) => string | null) => {
    const waiting = new Map<string, GraphNode[]>();
    // The last first, so that the first is taken first from the end of its list.
    for (const node of [...removed].reverse()) {
      const key = keyOf(node);
      if (key !== null) pushTo(waiting, key, node);
    }
    const paired = new Set<GraphNode>();
    added = added.filter((now) => {
      const key = keyOf(now);
      const old = key === null ? undefined : waiting.get(key)?.pop();
      if (old === undefined) return true;
      paired.add(old);
      // Where only its documentation differs, nothing is computed otherwise.
      if (textOf(old) !== textOf(now)) changed.push({ old, now });
      return false;
    });
    removed = removed.filter((old) => !paired.has(old));
  };
  byKey(({ name }) => (name === '' ? null : name));
  byKey(({ operator, outputs }) => JSON.stringify([operator, outputs]));
  byKey(({ inputs, outputs }) => JSON.stringify([inputs, outputs]));
  return { removed, added, changed };
}

/** Attributes have no order. */
const textOf = ({ name, operator, inputs, outputs, attributes }: GraphNode) =>
  JSON.stringify([name, operator, inputs, outputs, [...attributes].sort()]);

function hasRoom(list: { room: number; letters: number }, ...nodes: readonly GraphNode[]): boolean {
  const letters = nodes.reduce((sum, node) => sum + textOf(node).length, 0);
  if (list.room === 0 || letters > list.letters) return false;
  list.room--;
  list.letters -= letters;
  return true;
}

function pushTo<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
