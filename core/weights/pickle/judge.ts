/** One pickle, run on symbols and held to the lists: what it names, what it does with it, and what it hides. */
import { isRebuild, judgeGlobal, type Standing } from './allowed.ts';
import { arrayAfter } from './joblib.ts';
import { type PickleBudget, type PickleProblem, type PickleResult, readPickle } from './machine.ts';
import type { Turns } from './turns.ts';
import { isGlobal, isPickleObject, type PickleCall, type PickleGlobal, type PickleValue } from './values.ts';

/** Where a pickle was found decides what its storages may be called, and whose classes are data. */
export interface PickleContext {
  /**
   * Which storages exist: those with a record of their own, in torch's old formats any at all, by key or by number,
   * and outside of torch's files none.
   */
  readonly storages: { has(key: string): boolean } | 'keyed' | 'numbered' | 'none';
  readonly isTorchScript: boolean;
  /** joblib lays an array's bytes behind the object that stands for it. */
  readonly mayHoldArrays: boolean;
}

/** What running a pickle may take. */
export interface Effort {
  readonly opcodes: number;
  readonly turns: Turns;
}

export interface JudgedGlobal {
  readonly module: string;
  readonly name: string;
  readonly standing: Standing;
  readonly reason: string | null;
  readonly position: number;
}

export interface JudgedPickle {
  readonly result: PickleResult;
  /** It, and joblib's arrays of objects in it: they are pickles in its midst, and told with it. */
  readonly streams: number;
  /** Every one of them, those that are allowed too. */
  readonly globals: readonly JudgedGlobal[];
  readonly evasions: readonly PickleProblem[];
  /** Bytes and texts in it that begin like a pickle or like what holds one. */
  readonly nested: readonly { readonly bytes: Buffer; readonly position: number }[];
  /** There are more of them than are told. */
  readonly isNestedCut: boolean;
  /** What it refers to as storages, as only torch's files do, each once: by key, how many bytes it has. */
  readonly storages: ReadonlyMap<string, number>;
  /** Bytes in it were passed over, for those of an array. */
  readonly passesArrays: boolean;
}

/** What a stream of a scan may take: containers stay empty in it, so that less is held than of a tree. */
const scanBudget = {
  values: 2_000_000,
  textBytes: 64 * 1024,
  memo: 1_000_000,
} as const satisfies Partial<PickleBudget>;

const noProblems: readonly PickleProblem[] = [];
const mostNested = 1000;
/** Many of them say no more than some. */
const mostProblems = 100;

export async function judgePickle(
  bytes: Buffer,
  start: number,
  context: PickleContext,
  effort: Effort,
): Promise<JudgedPickle> {
  const judged = await judgeOnce(bytes, start, context, effort);
  if (!judged.passesArrays) return judged;
  // Only joblib passes over an array's bytes: whoever else loads the file runs them.
  const other = await judgeOnce(bytes, start, { ...context, mayHoldArrays: false }, effort);
  const known = new Set(judged.globals.map(({ module, name }) => `${module}\n${name}`));
  const more = other.globals.filter(
    ({ module, name, standing }) =>
      standing !== 'allowed' && /^\w+(\.\w+)*$/.test(`${module}.${name}`) && !known.has(`${module}\n${name}`),
  );
  if (more.length === 0 && !other.result.isComplete) return judged;
  const message = 'the bytes of an array in it go on as a pickle, where not joblib loads it';
  const evasion = { kind: 'evasion', position: start, message } as const;
  return { ...judged, globals: [...judged.globals, ...more], evasions: [...judged.evasions, evasion] };
}

async function judgeOnce(
  bytes: Buffer,
  start: number,
  context: PickleContext,
  { opcodes, turns }: Effort,
): Promise<JudgedPickle> {
  const misused = new Map<string, string>();
  const evasions: PickleProblem[] = [];
  const nested: JudgedPickle['nested'][number][] = [];
  let isNestedCut = false;
  const keepNested = (...found: JudgedPickle['nested']) => {
    isNestedCut ||= nested.length + found.length > mostNested;
    nested.push(...found.slice(0, mostNested - nested.length));
  };
  let passesArrays = false;
  const storages = new Map<string, number>();
  // There may be any number of them, so that of each only what is new is kept.
  const inner = { streams: 0, opcodes: 0, globals: new Map<string, JudgedGlobal>(), problems: noProblems };
  const innerAt = async (at: number) => {
    const effort = { opcodes: Math.max(0, opcodes - inner.opcodes), turns };
    const objects = await judgeOnce(bytes, at, { ...context, mayHoldArrays: false }, effort);
    inner.streams++;
    inner.opcodes += objects.result.opcodes;
    for (const one of objects.globals) inner.globals.set(`${one.standing}\n${one.module}\n${one.name}`, one);
    inner.problems = [...inner.problems, ...objects.result.problems].slice(0, mostProblems);
    evasions.push(...objects.evasions.slice(0, mostProblems - evasions.length));
    keepNested(...objects.nested);
    isNestedCut ||= objects.isNestedCut;
    return objects.result.end;
  };
  const result = await readPickle(bytes, start, {
    isShallow: true,
    turns,
    budget: { ...scanBudget, opcodes },
    watcher: {
      called(call) {
        const fault = faultOf(call);
        if (fault && isPickleObject(call.callee) && call.callee.kind === 'global')
          misused.set(`${call.callee.module}\n${call.callee.name}`, fault);
      },
      built(target, state, next) {
        const array = context.mayHoldArrays ? arrayAfter(bytes, target, state, next) : null;
        if (array === null) return null;
        passesArrays = true;
        return array.end ?? innerAt(next);
      },
      bytes(content, position) {
        const likely = likelyNested(content);
        if (likely) keepNested({ bytes: likely, position });
      },
      persistent(id, position) {
        const module = moduleOf(id, context);
        if (module) return module;
        const fault = faultOfStorage(id, context);
        if (fault === null && storages.size < scanBudget.memo) noteStorage(id, storages);
        else if (fault && evasions.length < mostProblems)
          evasions.push({ kind: 'evasion', position, message: fault });
        return undefined;
      },
    },
  });
  const isNothing = !result.isComplete && result.globals.length === 0 && evasions.length === 0;
  const [only, ...rest] = result.problems;
  // Bytes that fail before they name anything hide nothing: they are damaged, or no pickle.
  const problems =
    isNothing && only?.kind === 'evasion' && rest.length === 0
      ? [{ ...only, kind: 'broken' as const }]
      : result.problems;
  if (problems === result.problems)
    evasions.push(...result.problems.filter(({ kind }) => kind === 'evasion'));
  const globals = result.globals.map(({ module, name, position }) => {
    const { standing, reason } = judgeGlobal(module, name, context.isTorchScript);
    const fault = misused.get(`${module}\n${name}`);
    if (fault !== undefined && isReconstructor(module, name))
      return { module, name, position, standing: 'dangerous', reason: fault } as const;
    if (standing !== 'review') return { module, name, position, standing, reason };
    return fault === undefined
      ? ({ module, name, position, standing: 'allowed', reason: null } as const)
      : { module, name, position, standing, reason: fault };
  });
  return {
    result: {
      ...result,
      opcodes: result.opcodes + inner.opcodes,
      problems: [...problems, ...inner.problems],
    },
    streams: 1 + inner.streams,
    globals: [...globals, ...inner.globals.values()],
    evasions,
    nested,
    isNestedCut,
    storages,
    passesArrays,
  };
}

const isText = (value: PickleValue | undefined) => typeof value === 'string';
const isWhole = (value: PickleValue | undefined) => typeof value === 'number';
const kindOf = (value: PickleValue | undefined) =>
  value !== undefined && isPickleObject(value) ? value.kind : typeof value;

/** Protocols 0 and 1 make every object with it: of its class, the plain type below that, and what such a type holds. */
const isReconstructor = (module: string, name: string) =>
  name === '_reconstructor' && /^copy_?reg$/.test(module);
const plainTypes = new Set(
  'object dict list tuple set frozenset str unicode bytes int long float complex'.split(' '),
);
const isPlainType = (value: PickleValue | undefined) =>
  value !== undefined &&
  isPickleObject(value) &&
  value.kind === 'global' &&
  /^(builtins|__builtin__)$/.test(value.module) &&
  plainTypes.has(value.name);

/** Why what is harmless in the hands of NumPy and torch is not so here, or null. */
function faultOf({ callee, args, by, kwargs }: PickleCall): string | null {
  if (!isPickleObject(callee) || callee.kind !== 'global') return null;
  const [first, second, third] = isPickleObject(args) && args.kind === 'tuple' ? args.items : [];
  if (kwargs !== null) return 'is called with arguments by name';
  switch (callee.name) {
    case '_rebuild_from_type_v2': {
      const isRebuilt =
        first !== undefined &&
        isPickleObject(first) &&
        first.kind === 'global' &&
        isRebuild(first.module, first.name);
      return isRebuilt ? null : 'calls a function that torch does not rebuild tensors with';
    }
    case '_reconstruct':
      return first !== undefined && isGlobal(first, 'numpy', 'ndarray') && kindOf(second) === 'tuple'
        ? null
        : 'makes something else than a plain array';
    case '_frombuffer':
      return kindOf(first) === 'bytes' && kindOf(third) === 'tuple'
        ? null
        : 'makes an array of something else than bytes';
    case 'scalar':
      return kindOf(first) === 'call' ? null : 'makes a number of no plain type';
    case 'dtype':
      return isText(first) || kindOf(first) === 'global' ? null : 'is made from something else than a name';
    case 'NumpyArrayWrapper':
      return by === 'NEWOBJ' && kindOf(args) === 'tuple' ? null : 'is not made as joblib makes it';
    case 'bytes':
      return first === undefined ? null : 'makes bytes of what it is given';
    case 'frozenset':
      return kindOf(first) === 'list' && second === undefined
        ? null
        : 'is made of something else than a list';
    case '_reconstructor':
      return kindOf(first) === 'global' && isPlainType(second)
        ? null
        : 'makes an object of what no pickler hands to it';
    default:
      // The classes of numbers may be named; arrays and numbers are made by the functions above.
      return 'is called itself, which no pickler writes';
  }
}

/** The old formats name a module's class with its source text, ('module', class, file, source): torch takes the class. */
function moduleOf(id: PickleValue, { storages }: PickleContext): PickleGlobal | null {
  if (!isPickleObject(id) || id.kind !== 'tuple') return null;
  const [tag, second] = id.items;
  const type = storages === 'keyed' && tag === 'module' ? second : storages === 'numbered' ? tag : undefined;
  return type !== undefined && isPickleObject(type) && type.kind === 'global' ? type : null;
}

/** ('storage', class, key, place, count), and one more in torch's old format. */
function faultOfStorage(id: PickleValue, { storages }: PickleContext): string | null {
  if (storages === 'none') return 'it refers to what stands outside of it, and only files of torch have such';
  if (storages === 'numbered' && /^\d+$/.test(String(id))) return null;
  const [tag, type, key, place, count] = isPickleObject(id) && id.kind === 'tuple' ? id.items : [];
  const isClass =
    type !== undefined &&
    isPickleObject(type) &&
    type.kind === 'global' &&
    /Storage$/.test(type.name) &&
    judgeGlobal(type.module, type.name, false).standing === 'allowed';
  // torch.package numbers its storages.
  if (
    tag !== 'storage' ||
    !isClass ||
    (typeof key !== 'string' && typeof key !== 'number') ||
    !isText(place) ||
    !isWhole(count)
  )
    return 'it refers to something outside of it that is no storage of torch';
  if (typeof storages === 'object' && !storages.has(String(key)))
    return `it refers to the storage ${JSON.stringify(String(key).slice(0, 40))}, which the file does not have`;
  return null;
}

function noteStorage(id: PickleValue, storages: Map<string, number>): void {
  const [, type, key, , count] = isPickleObject(id) && id.kind === 'tuple' ? id.items : [];
  if (typeof key !== 'string' || typeof count !== 'number') return;
  const name = type !== undefined && isPickleObject(type) && type.kind === 'global' ? type.name : '';
  storages.set(key, count * (storageBytes[name.replace('Storage', '')] ?? 1));
}

/** Bytes of one number, where it is more than one. */
const storageBytes: Readonly<Record<string, number>> = {
  ...{ Double: 8, Float: 4, Half: 2, BFloat16: 2, Long: 8, Int: 4, Short: 2 },
  ...{ ComplexDouble: 16, ComplexFloat: 8, QInt32: 4 },
};

/** Bytes may come as a text, a character for each: protocol 2 has no other way. */
function likelyNested(inner: Buffer): Buffer | null {
  if (inner.length < 4) return null;
  if (beginsLikePickle(inner)) return inner;
  // U+0080 in UTF-8, with which such a text begins.
  if (inner[0] === 0xc2 && inner[1] === 0x80) return Buffer.from(inner.toString('utf8'), 'latin1');
  return null;
}

/** PROTO, what holds pickles, or the old protocols: a name, or a mark with one soon after. */
function beginsLikePickle(bytes: Buffer): boolean {
  const [first = 0, second = 0] = bytes;
  if (first === 0x80) return second <= 5;
  if (first === 0x50) return second === 0x4b;
  if (first === 0x1f) return second === 0x8b;
  if (first === 0x93) return second === 0x4e;
  if (first === 0x78) return (first * 256 + second) % 31 === 0;
  return /^[(\]})]{0,4}[ci][A-Za-z_][\w.]*\n/.test(bytes.toString('latin1', 0, 256));
}
