/**
 * Runs one pickle on symbols: nothing is imported, called or built. Whatever would happen is written down the moment it
 * would, so that what is thrown away afterwards, or an error that follows, hides nothing.
 */
import { EndOfBytes, PickleInput, TooLong } from './input.ts';
import { Memo } from './memo.ts';
import { opcodeNames } from './opcodes.ts';
import { Overflow, PickleStack, Underflow } from './stack.ts';
import { stepOf } from './steps.ts';
import { Turns } from './turns.ts';
import { unfold } from './unfold.ts';
import {
  asContainer,
  type CallKind,
  type Container,
  type PickleCall,
  type PickleGlobal,
  type PickleValue,
} from './values.ts';

export interface PickleBudget {
  readonly opcodes: number;
  /** Values that are kept for later, by PUT and its like. */
  readonly memo: number;
  /** Values on the stack at once. */
  readonly stack: number;
  /** Containers, texts and calls that are made. */
  readonly values: number;
  /** Different classes and functions that are named. */
  readonly globals: number;
  /** Containers in containers. */
  readonly depth: number;
  /** Values that the whole would have if each were written out where it is referred to. */
  readonly unfolded: number;
  /** Bytes of a text: a longer one is passed over. */
  readonly textBytes: number;
  /** Bytes of an integer. */
  readonly longBytes: number;
}

const usualBudget: PickleBudget = {
  opcodes: 10_000_000,
  memo: 1_000_000,
  stack: 1_000_000,
  values: 5_000_000,
  globals: 100_000,
  depth: 10_000,
  unfolded: 1_000_000_000,
  textBytes: 1024 * 1024,
  longBytes: 64 * 1024,
};

export interface PickleResult {
  /** What lies on top when the pickle stops, or where it had to be left. */
  readonly value: PickleValue;
  /** The place after the last byte that belongs to it. */
  readonly end: number;
  readonly opcodes: number;
  /** Each class and function once, in the order in which they are named first. */
  readonly globals: readonly NamedGlobal[];
  /** Each thing that is called or filled, once for every way it is. */
  readonly calls: readonly CalledTarget[];
  readonly problems: readonly PickleProblem[];
  /** Where it ends too early: bytes up to here were wanted. */
  readonly wanted: number | null;
  /** It was read up to its STOP, within the budget. */
  readonly isComplete: boolean;
}

export interface NamedGlobal {
  readonly module: string;
  readonly name: string;
  /** Where the first opcode that names it lies. */
  readonly position: number;
}

export interface CalledTarget {
  readonly by: CallKind | 'BUILD' | 'APPENDS' | 'SETITEMS' | 'ADDITEMS';
  readonly module: string;
  readonly name: string;
  readonly position: number;
}

export interface PickleProblem {
  /** evasion: what no pickler writes, and hides from who looks; limit: too large; broken: it ends or fails. */
  readonly kind: 'evasion' | 'limit' | 'broken';
  readonly position: number;
  readonly message: string;
}

/** Who is told while the pickle runs. */
export interface PickleWatcher {
  /** Something is called, with what is known of its arguments at that moment. */
  called?(call: PickleCall, position: number): void;
  /** An object is given its state; returns where to read on, if what follows belongs to the object. */
  built?(target: PickleValue, state: PickleValue, next: number): number | Promise<number> | null;
  /** Bytes, or a text that stands for bytes. */
  bytes?(bytes: Buffer, position: number): void;
  /** Something outside is referred to; returns what it stands for, where that is known. */
  persistent?(id: PickleValue, position: number): PickleValue | undefined;
}

export interface PickleOptions {
  readonly budget?: Partial<PickleBudget>;
  readonly watcher?: PickleWatcher;
  /** Lists, dictionaries and sets keep no more than their first items: for who only wants to know what would be called. */
  readonly isShallow?: boolean;
  /** Of all the work that the pickle is a part of. */
  readonly turns?: Turns;
}

/** Reads the pickle that begins at `start`. Never throws for what the bytes are. */
export async function readPickle(
  bytes: Uint8Array,
  start = 0,
  options: PickleOptions = {},
): Promise<PickleResult> {
  const machine = new Machine(new PickleInput(bytes, start), options);
  await machine.run(options.turns ?? new Turns());
  return machine.result();
}

/** Ends a pickle that can't be read on. */
class Halt extends Error {}

const mostProblems = 100;
/** A few milliseconds, whether opcodes are short or hold long texts. */
const betweenTurns = { opcodes: 5000, bytes: 256 * 1024 };
/** Of a shallow container: what classes with a handful of fields need. */
const shallowItems = 64;

export class Machine {
  readonly input: PickleInput;
  readonly stack: PickleStack;
  readonly memo = new Memo();
  readonly budget: PickleBudget;
  readonly watcher: PickleWatcher;
  readonly isShallow: boolean;
  /** Where the opcode lies that is being run. */
  at: number;
  readonly #start: number;
  #opcodes = 0;
  #values = 0;
  #isStopped = false;
  #top: PickleValue = null;
  #wanted: number | null = null;
  /** Where the frame ends that is being read; -1 outside of frames. */
  #frameEnd = -1;
  /** Where to read on behind bytes that are no opcodes. */
  #goesOnAt: number | Promise<number> | null = null;
  /** Something was filled after it had been placed in something else: only as a whole can that be measured. */
  #isFilledLate = false;
  readonly #globals = new Map<string, PickleGlobal & NamedGlobal>();
  readonly #calls = new Map<string, CalledTarget>();
  readonly #problems: PickleProblem[] = [];

  constructor(input: PickleInput, options: PickleOptions) {
    this.input = input;
    this.budget = { ...usualBudget, ...options.budget };
    this.stack = new PickleStack(this.budget.stack);
    this.watcher = options.watcher ?? {};
    this.isShallow = options.isShallow ?? false;
    this.#start = input.position;
    this.at = input.position;
  }

  async run(turns: Turns): Promise<void> {
    try {
      while (!this.#isStopped) {
        await turns.mayGoOn();
        this.#runSome();
        if (this.#goesOnAt !== null) this.#passTo(await this.#goesOnAt);
      }
      if (!this.#isFilledLate) return;
      const { unfolded, depth } = await unfold(this.#top, turns);
      this.#limit(unfolded, depth);
    } catch (error) {
      this.#failed(error);
    }
  }

  #runSome(): void {
    const opcodes = this.#opcodes + betweenTurns.opcodes;
    const position = this.input.position + betweenTurns.bytes;
    while (this.#opcodes < opcodes && this.input.position < position) {
      this.#step();
      if (this.#isStopped || this.#goesOnAt !== null) return;
    }
  }

  result(): PickleResult {
    const problems = this.#problems;
    return {
      value: this.#isStopped ? this.#top : this.stack.top(),
      end: this.input.position,
      opcodes: this.#opcodes,
      globals: [...this.#globals.values()],
      calls: [...this.#calls.values()],
      problems,
      wanted: this.#wanted,
      isComplete: this.#isStopped && problems.every(({ kind }) => kind === 'evasion'),
    };
  }

  #step(): void {
    this.at = this.input.position;
    if (this.#opcodes >= this.budget.opcodes)
      this.halt('limit', `it has more than ${this.budget.opcodes.toLocaleString('en-US')} opcodes`);
    const byte = this.input.uint1();
    const name = opcodeNames[byte];
    if (name === undefined)
      this.halt('evasion', `the byte 0x${byte.toString(16).padStart(2, '0')} is no opcode`);
    this.#opcodes++;
    stepOf[byte]?.(this);
    if (this.#frameEnd !== -1 && this.input.position >= this.#frameEnd) this.#leaveFrame();
  }

  /**
   * Readers that go by the frames and readers that pass over them see the same opcodes as long as none crosses the
   * end of a frame; where one does, they part.
   */
  #leaveFrame(): void {
    if (this.input.position > this.#frameEnd) this.evasion('an opcode crosses the end of its frame');
    this.#frameEnd = -1;
  }

  enterFrame(length: number): void {
    if (this.#frameEnd !== -1 && this.at < this.#frameEnd) this.evasion('a frame begins inside a frame');
    this.#frameEnd = this.input.position + length;
    if (length === 0) this.#frameEnd = -1;
  }

  goOnAt(position: number | Promise<number>): void {
    this.#goesOnAt = position;
  }

  /** Bytes that are no opcodes lie between frames. */
  #passTo(position: number): void {
    if (this.#frameEnd !== -1) this.evasion('the bytes of an array lie inside a frame');
    this.input.position = position;
    this.#goesOnAt = null;
  }

  stop(): void {
    this.#top = this.stack.pop();
    this.#isStopped = true;
    if (this.#frameEnd > this.input.position)
      this.evasion(
        this.#frameEnd > this.input.bytes.length
          ? 'a frame is longer than the file'
          : 'a frame goes on after the end',
      );
  }

  protocol(version: number): void {
    if (version > 5) this.evasion(`it claims protocol ${version}, and there are 0 to 5`);
    if (this.at !== this.#start) this.evasion('it declares its protocol after its begin');
  }

  push(value: PickleValue): void {
    this.stack.push(value);
  }

  /** What a container keeps of the values that it is made of. */
  kept(values: PickleValue[]): PickleValue[] {
    return this.isShallow && values.length > shallowItems ? values.slice(0, shallowItems) : values;
  }

  /** Puts more into a container. */
  fill(items: PickleValue[], values: readonly PickleValue[]): void {
    for (const value of values) {
      if (this.isShallow && items.length >= shallowItems) return;
      items.push(value);
    }
  }

  /** Counts what takes memory. */
  made(): void {
    if (++this.#values > this.budget.values)
      this.halt('limit', `it makes more than ${this.budget.values.toLocaleString('en-US')} values`);
  }

  /** What stands for a whole tree says how large that is, though it is kept but once. */
  measure(values: readonly PickleValue[]): { unfolded: number; depth: number } {
    let unfolded = 1;
    let depth = 0;
    for (const value of values) {
      const part = asContainer(value);
      unfolded += part?.unfolded ?? 1;
      if (part === null) continue;
      if (part.depth > depth) depth = part.depth;
      part.isHeld = true;
    }
    this.#limit(unfolded, depth + 1);
    return { unfolded, depth: depth + 1 };
  }

  /** Adds what came into a container. */
  grow(container: Container, values: readonly PickleValue[]): void {
    const { unfolded, depth } = this.measure(values);
    container.unfolded += unfolded - 1;
    container.depth = Math.max(container.depth, depth);
    this.#limit(container.unfolded, container.depth);
    if (container.isHeld) this.#isFilledLate = true;
  }

  #limit(unfolded: number, depth: number): void {
    if (depth > this.budget.depth)
      this.halt('limit', `containers lie in each other more than ${this.budget.depth} deep`);
    if (unfolded > this.budget.unfolded)
      this.halt(
        'limit',
        `written out it would have more than ${this.budget.unfolded.toLocaleString('en-US')} values`,
      );
  }

  get globalCount(): number {
    return this.#globals.size;
  }

  global(module: string, name: string): PickleGlobal {
    const key = `${module}\n${name}`;
    const known = this.#globals.get(key);
    if (known) return known;
    if (this.#globals.size >= this.budget.globals)
      this.halt('limit', `it names more than ${this.budget.globals.toLocaleString('en-US')} globals`);
    this.made();
    const made = { kind: 'global', module, name, position: this.at } as const;
    this.#globals.set(key, made);
    return made;
  }

  /** Writes down that something is called or filled. */
  target(by: CalledTarget['by'], callee: PickleGlobal): void {
    const key = `${by}\n${callee.module}\n${callee.name}`;
    if (this.#calls.has(key)) return;
    this.#calls.set(key, { by, module: callee.module, name: callee.name, position: this.at });
  }

  evasion(message: string): void {
    this.#report('evasion', message);
  }

  halt(kind: PickleProblem['kind'], message: string): never {
    this.#report(kind, message);
    throw new Halt(message);
  }

  #failed(error: unknown): void {
    if (error instanceof EndOfBytes) {
      this.#wanted = error.wanted;
      this.#report('broken', 'it ends before its STOP');
    } else if (error instanceof TooLong) this.#report('limit', 'a line of it is longer than 64 MiB');
    else if (error instanceof Underflow)
      this.#report('evasion', 'it takes more from the stack than there is');
    else if (error instanceof Overflow)
      this.#report('limit', `it lays more than ${this.budget.stack} values on the stack`);
    else if (!(error instanceof Halt)) throw error;
  }

  #report(kind: PickleProblem['kind'], message: string): void {
    const isLast = kind !== 'evasion';
    if (isLast || this.#problems.length < mostProblems)
      this.#problems.push({ kind, position: this.at, message });
  }
}
