/** What a scan has found so far, and what it may still spend. */
import type { PickleProof } from '../../contract/verification.ts';
import { listVersion, type Standing } from './allowed.ts';
import type { Effort, JudgedPickle } from './judge.ts';
import type { Turns } from './turns.ts';

export interface FoundGlobal {
  readonly module: string;
  readonly name: string;
  readonly standing: Standing;
  /** To be read after the name: "runs commands"; null where it is allowed. */
  readonly reason: string | null;
  /** The record in the content, such as "archive/data.pkl", or "". */
  readonly where: string;
  /** In that record, as it is when it is unpacked. */
  readonly position: number;
}

export interface FoundFault {
  readonly message: string;
  readonly where: string;
  readonly position: number;
}

export interface PickleScan extends PickleProof {
  readonly globals: readonly FoundGlobal[];
  readonly evasions: readonly FoundFault[];
  /** What could not be looked at to its end. */
  readonly incomplete: readonly FoundFault[];
  /** Operators that TorchScript code calls, though they reach outside of the model: "aten::save". */
  readonly operators: readonly { readonly name: string; readonly reason: string; readonly where: string }[];
}

/** Opcodes that all pickles of a model may have together: a small archive can hold many that are slow to read. */
const opcodesOfAll = 40_000_000;
const opcodesOfOne = 10_000_000;

/** Bytes that are unpacked to be looked at, of all files together. */
const unpackedOfAll = 1024 * 1024 * 1024;

export interface Allowance {
  opcodes: number;
  unpackedBytes: number;
}

export const usualAllowance = (): Allowance => ({ opcodes: opcodesOfAll, unpackedBytes: unpackedOfAll });

const fewOpcodes = 1000;
const bytesAnOpcode = 16;
const mostOfAKind = 200;

export class Tally {
  readonly allowance: Allowance;
  readonly turns: Turns;
  #streams = 0;
  #opcodes = 0;
  readonly #globals = new Map<string, FoundGlobal>();
  readonly #evasions = new Map<string, FoundFault>();
  readonly #incomplete = new Map<string, FoundFault>();
  readonly #operators = new Map<string, PickleScan['operators'][number]>();

  constructor(allowance: Allowance, turns: Turns) {
    this.allowance = allowance;
    this.turns = turns;
  }

  /** What one pickle may take: always enough to tell that bytes are none. */
  get effortLeft(): Effort {
    const opcodes = Math.max(fewOpcodes, Math.min(opcodesOfOne - this.#opcodes, this.allowance.opcodes));
    return { opcodes, turns: this.turns };
  }

  get isSpent(): boolean {
    return this.allowance.opcodes <= 0;
  }

  /** Opcodes of what turned out to be no pickle were spent all the same; so was the time to read many bytes. */
  spend(opcodes: number, bytes: number): void {
    this.allowance.opcodes -= opcodes + Math.floor(bytes / bytesAnOpcode);
  }

  /** How much may be unpacked of what has this limit of its own. */
  unpackable(limit: number): number {
    return Math.max(0, Math.min(limit, this.allowance.unpackedBytes));
  }

  unpacked(bytes: number): void {
    this.allowance.unpackedBytes -= bytes;
  }

  /** `offset`: where in the record the bytes begin that were judged. */
  add(pickle: JudgedPickle, where: string, offset: number): void {
    this.#streams += pickle.streams;
    this.#opcodes += pickle.result.opcodes;
    for (const { module, name, standing, reason, position } of pickle.globals)
      if (this.#globals.size < 10_000)
        // One pickle may put to another use what the one before it uses well.
        keepFirst(this.#globals, `${where}\n${standing}\n${module}\n${name}`, {
          ...{ module, name, standing, reason, where },
          position: offset + position,
        });
    for (const { message, position } of pickle.evasions) this.evasion(message, where, offset + position);
    for (const { kind, message, position } of pickle.result.problems)
      if (kind !== 'evasion') this.unread(message, where, offset + position);
    if (pickle.isNestedCut)
      this.unread('more lies in it that looks like pickles than was looked at', where, offset);
  }

  evasion(message: string, where: string, position = 0): void {
    if (this.#evasions.size < mostOfAKind)
      keepFirst(this.#evasions, `${where}\n${message}`, { message, where, position });
  }

  /** Something could not be looked at, or not to its end. */
  unread(message: string, where: string, position = 0): void {
    if (this.#incomplete.size < mostOfAKind)
      keepFirst(this.#incomplete, `${where}\n${message}`, { message, where, position });
  }

  operator(name: string, reason: string, where: string): void {
    if (this.#operators.size < mostOfAKind) keepFirst(this.#operators, name, { name, reason, where });
  }

  result(): PickleScan {
    const globals = [...this.#globals.values()];
    const isFound =
      this.#evasions.size > 0 ||
      this.#operators.size > 0 ||
      globals.some((one) => one.standing !== 'allowed');
    return {
      verdict: isFound
        ? 'findings'
        : this.#incomplete.size > 0
          ? 'incomplete'
          : 'no disallowed globals found',
      streams: this.#streams,
      opcodes: this.#opcodes,
      globals,
      evasions: [...this.#evasions.values()],
      incomplete: [...this.#incomplete.values()],
      operators: [...this.#operators.values()],
      listVersion,
    };
  }
}

function keepFirst<T>(map: Map<string, T>, key: string, value: T): void {
  if (!map.has(key)) map.set(key, value);
}
