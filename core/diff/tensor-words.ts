/** What became of many tensors, in one sentence: layers by their numbers, everything else by name. */
import type { TensorChange } from '../contract/diff.ts';
import { formatCount } from '../contract/format.ts';
import type { TensorDifference } from '../contract/weights.ts';

const mostGroups = 4;

/** Empty where nothing changed. `computed` says what is computed otherwise with the numbers, empty where nothing is. */
export function movedSentence(
  changes: readonly TensorChange[],
  areValuesCompared: boolean,
  computed = '',
): string {
  const of = (...wanted: TensorChange['change'][]) => changes.filter(({ change }) => wanted.includes(change));
  const moved = of('values');
  const isLoRA = moved.length > 0 && moved.every(({ lowRank }) => lowRank !== undefined);
  // Whatever else changed, a model with these in it answers with nonsense.
  const appeared = [
    appearedPart(changes, 'NaN', ({ nanBefore, nanAfter }) => nanAfter > nanBefore),
    appearedPart(changes, 'infinite numbers', ({ infBefore, infAfter }) => infAfter > infBefore),
  ];
  const others = [
    part(moved, changes, isLoRA ? 'moved by changes of low rank, as where a LoRA was merged' : 'moved'),
    castPart(of('dtype'), changes),
    part(of('shape'), changes, 'changed shape'),
    part(of('renamed'), changes, 'renamed'),
    part(of('added'), changes, 'added'),
    part(of('removed'), changes, 'removed'),
    areValuesCompared || changes.length === 0
      ? part(of('unknown'), changes, 'not compared')
      : 'values not compared',
  ];
  const isOnlyComputed = changes.length > 0 && others.every((text) => text === '');
  const otherwise = computed !== '' && isOnlyComputed ? `the numbers are equal, ${computed}` : computed;
  return [...appeared, otherwise, ...others].filter((text) => text !== '').join('; ');
}

function part(some: readonly TensorChange[], all: readonly TensorChange[], verb: string): string {
  if (some.length === 0) return '';
  if (some.length === all.length && some.length > 1)
    return `all ${formatCount(some.length, 'tensor')} ${verb}`;
  return `${namesOf(some.map(({ name }) => name))} ${verb}`;
}

function appearedPart(
  changes: readonly TensorChange[],
  what: string,
  appeared: (stats: TensorDifference) => boolean,
): string {
  const some = changes.filter(({ stats }) => stats !== undefined && appeared(stats));
  return some.length === 0 ? '' : `${what} appeared in ${namesOf(some.map(({ name }) => name))}`;
}

/** Where numbers are the old ones in another dtype, that is all there is to say. */
function castPart(some: readonly TensorChange[], all: readonly TensorChange[]): string {
  const byDtypes = new Map<string, TensorChange[]>();
  for (const one of some) {
    const verb = one.stats?.isCast ? 'cast' : one.stats === undefined ? 'changed' : 'moved and changed';
    const key = `${verb} from ${one.before?.dtype} to ${one.after?.dtype}`;
    const others = byDtypes.get(key);
    if (others === undefined) byDtypes.set(key, [one]);
    else others.push(one);
  }
  return [...byDtypes].map(([verb, group]) => part(group, all, verb)).join('; ');
}

interface Group {
  readonly title: string;
  readonly numbers: Set<number>;
}

/** "layers 22 to 31 and lm_head" */
export function namesOf(names: readonly string[]): string {
  const groups = new Map<string, Group>();
  for (const name of names) {
    const { key, number } = placeOf(name);
    const group = groups.get(key) ?? { title: key, numbers: new Set<number>() };
    if (number !== null) group.numbers.add(number);
    groups.set(key, group);
  }
  // Layers first: they say most.
  const all = [...groups.values()].sort((a, b) => Number(b.numbers.size > 0) - Number(a.numbers.size > 0));
  // A model may have a hundred thousand modules: they are counted once, and few are put into words.
  const lasts = new Map<string, number>();
  for (const { title } of all) lasts.set(lastPart(title), (lasts.get(lastPart(title)) ?? 0) + 1);
  const shown = all.slice(0, mostGroups).map((group) => {
    // By their last name, as long as it means one of them only.
    const last = lastPart(group.title);
    const title = lasts.get(last) === 1 ? last : group.title;
    if (group.numbers.size === 0) return title;
    const noun = title === '' ? 'layers' : title;
    const isOne = group.numbers.size === 1 && /(^|\.)(layers|blocks)$/.test(noun);
    return `${isOne ? noun.slice(0, -1) : noun} ${rangesOf([...group.numbers])}`;
  });
  if (all.length > shown.length) shown.push(formatCount(all.length - shown.length, 'other module'));
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`;
}

/** Up to the first number in it; without one, the module that it belongs to. */
function placeOf(name: string): { key: string; number: number | null } {
  const parts = name.split('.');
  const at = parts.findIndex((text) => /^\d{1,6}$/.test(text));
  if (at !== -1) return { key: parts.slice(0, at).join('.'), number: Number(parts[at]) };
  return { key: parts.length === 1 ? name : parts.slice(0, -1).join('.'), number: null };
}

const lastPart = (title: string) => title.slice(title.lastIndexOf('.') + 1);

/** "0 to 3, 7 and 22 to 31" */
export function rangesOf(numbers: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const number of [...numbers].sort((a, b) => a - b)) {
    const last = ranges.at(-1);
    if (last !== undefined && number === last[1] + 1) last[1] = number;
    else ranges.push([number, number]);
  }
  const texts = ranges.map(([first, last]) =>
    first === last ? `${first}` : last === first + 1 ? `${first} and ${last}` : `${first} to ${last}`,
  );
  if (texts.length > mostGroups) return `${texts.slice(0, mostGroups).join(', ')} …`;
  return texts.join(', ');
}
