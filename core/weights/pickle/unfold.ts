/** How much a value stands for when all of it is there, in one pass over its parts. */
import type { Turns } from './turns.ts';
import { asContainer, type Container, isPickleObject, type PickleValue } from './values.ts';

interface Size {
  readonly unfolded: number;
  readonly depth: number;
}

const partsBetweenTurns = 10_000;

/** What lies in itself is followed once: classes may refer to what holds them. */
export async function unfold(root: PickleValue, turns: Turns): Promise<Size> {
  const sizes = new Map<Container, Size>();
  const open = new Set<Container>();
  const left: PickleValue[] = [root];
  for (let steps = 0; left.length > 0; steps++) {
    if (steps % partsBetweenTurns === 0) await turns.mayGoOn();
    const value = left.at(-1) as PickleValue;
    const container = asContainer(value);
    if (container !== null && !sizes.has(container) && !open.has(container)) {
      open.add(container);
      // Met again on top of the list when all of these are measured.
      for (const part of partsOf(value)) {
        const inner = asContainer(part);
        if (inner !== null && !sizes.has(inner) && !open.has(inner)) left.push(part);
      }
      continue;
    }
    left.pop();
    if (container === null || !open.delete(container)) continue;
    let [unfolded, depth] = [1, 0];
    for (const part of partsOf(value)) {
      const inner = asContainer(part);
      const size = inner === null ? undefined : sizes.get(inner);
      unfolded += size?.unfolded ?? 1;
      depth = Math.max(depth, size?.depth ?? 0);
    }
    sizes.set(container, { unfolded, depth: depth + 1 });
  }
  const container = asContainer(root);
  return (container && sizes.get(container)) ?? { unfolded: 1, depth: 0 };
}

function* partsOf(value: PickleValue): Generator<PickleValue> {
  if (!isPickleObject(value)) return;
  if (value.kind === 'dict') yield* value.pairs;
  else if (value.kind === 'call') {
    yield* [value.args, value.kwargs, value.state ?? null];
    yield* value.items;
    yield* value.pairs;
  } else if ('items' in value) yield* value.items;
}
