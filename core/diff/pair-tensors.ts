/** Which tensor of the new weights stands for which of the old ones: by name, as the map has it, then by equal numbers. */
import { Problem } from '../contract/errors.ts';
import type { Measure } from '../weights/numbers/measure.ts';
import type { Tensor } from '../weights/tensor.ts';

/** Beginnings of old names and what stands for them: [["module.", ""]] takes a prefix away. */
export type TensorMap = readonly (readonly [from: string, to: string])[];

export interface TensorPair {
  readonly old: Tensor | null;
  readonly now: Tensor | null;
  /** Known to be equal, for that is why they are a pair. */
  readonly isSame?: true;
}

interface PairingOptions {
  readonly map: TensorMap;
  /** Null where no numbers are to be read. */
  readonly measure: Measure | null;
}

/** More than this are not held to each other by their numbers: so many new names are another model. */
const mostUnpaired = 20_000;

/** Fewer that were renamed are no rule for the others. */
const leastRenamed = 2;

/** In the order of the new ones; those that are gone come last. */
export async function pairTensors(
  before: readonly Tensor[],
  after: readonly Tensor[],
  { map, measure }: PairingOptions,
): Promise<TensorPair[]> {
  const olds = new Map<string, Tensor>();
  const removed = new Set(before);
  for (const old of before) {
    const name = mappedName(old.name, map);
    if (!olds.has(name)) olds.set(name, old);
  }
  const partners = new Map<Tensor, Tensor>();
  for (const now of after) {
    const old = olds.get(now.name);
    if (old === undefined || !removed.delete(old)) continue;
    partners.set(now, old);
  }
  const added = after.filter((now) => !partners.has(now));
  const renamed = measure === null ? new Map() : await byNumbers([...removed], added, measure);
  for (const old of renamed.values()) removed.delete(old);
  const rule = sharedBeginning(renamed);
  if (rule !== null) {
    const rest = new Map([...removed].map((old) => [mappedName(old.name, [rule]), old]));
    for (const now of added) {
      const old = rest.get(now.name);
      if (old === undefined || renamed.has(now) || !removed.delete(old)) continue;
      partners.set(now, old);
    }
  }
  return [
    ...after.map((now): TensorPair => {
      const same = renamed.get(now);
      return same === undefined ? { old: partners.get(now) ?? null, now } : { old: same, now, isSame: true };
    }),
    ...[...removed].map((old): TensorPair => ({ old, now: null })),
  ];
}

/** Where all that were renamed begin otherwise in the same way, such as with "module.", the others do so as well. */
function sharedBeginning(renamed: ReadonlyMap<Tensor, Tensor>): readonly [string, string] | null {
  if (renamed.size < leastRenamed) return null;
  let rule: readonly [string, string] | null = null;
  for (const [now, old] of renamed) {
    const [from, to] = beginningsOf(old.name, now.name);
    if (rule !== null && (rule[0] !== from || rule[1] !== to)) return null;
    rule = [from, to];
  }
  return rule;
}

/** What is left of two names without the parts that both end with. */
function beginningsOf(old: string, now: string): [string, string] {
  const [olds, nows] = [old.split('.'), now.split('.')];
  while (olds.length > 0 && nows.length > 0 && olds.at(-1) === nows.at(-1)) {
    olds.pop();
    nows.pop();
  }
  const beginning = (parts: readonly string[]) => (parts.length === 0 ? '' : `${parts.join('.')}.`);
  return [beginning(olds), beginning(nows)];
}

/** The longest beginning counts. */
export function mappedName(name: string, map: TensorMap): string {
  let best: readonly [string, string] | null = null;
  for (const rule of map)
    if (name.startsWith(rule[0]) && (best === null || rule[0].length > best[0].length)) best = rule;
  return best === null ? name : best[1] + name.slice(best[0].length);
}

/** New tensors with the old ones that they equal. Of several those go together whose names end alike. */
async function byNumbers(
  removed: readonly Tensor[],
  added: readonly Tensor[],
  measure: Measure,
): Promise<Map<Tensor, Tensor>> {
  const pairs = new Map<Tensor, Tensor>();
  if (Math.max(removed.length, added.length) > mostUnpaired) return pairs;
  const forms = new Set(added.map(formOf));
  const olds = await printsOf(
    removed.filter((old) => forms.has(formOf(old))),
    measure,
  );
  const oldForms = new Set([...olds.keys()].map(formOf));
  const nows = await printsOf(
    added.filter((now) => oldForms.has(formOf(now))),
    measure,
  );
  for (const parts of [2, 1, 0]) {
    const waiting = new Map<string, Tensor[]>();
    for (const [old, print] of olds) {
      const key = `${print} ${endOf(old.name, parts)}`;
      const others = waiting.get(key);
      if (others === undefined) waiting.set(key, [old]);
      else others.push(old);
    }
    for (const [now, print] of nows) {
      const old = waiting.get(`${print} ${endOf(now.name, parts)}`)?.shift();
      if (old === undefined || !(await measure.areEqual(old, now))) continue;
      pairs.set(now, old);
      olds.delete(old);
      nows.delete(now);
    }
  }
  return pairs;
}

async function printsOf(tensors: readonly Tensor[], measure: Measure): Promise<Map<Tensor, string>> {
  const prints = new Map<Tensor, string>();
  await Promise.all(
    tensors.map(async (tensor) => {
      // A single number says nothing of where it came from.
      if (tensor.values === null || tensor.parameters < 2) return;
      try {
        prints.set(tensor, `${formOf(tensor)} ${await measure.fingerprint(tensor)}`);
      } catch (error) {
        // Told when it is compared, or gone.
        if (!(error instanceof Problem) || error.code !== 'TENSOR_NOT_READABLE') throw error;
      }
    }),
  );
  // In the order of the file, whichever answer came first.
  return new Map(
    tensors.flatMap((tensor) => (prints.has(tensor) ? [[tensor, prints.get(tensor) as string]] : [])),
  );
}

const formOf = ({ dtype, shape }: Tensor) => `${dtype} ${shape.join(',')}`;
const endOf = (name: string, parts: number) => (parts === 0 ? '' : name.split('.').slice(-parts).join('.'));
