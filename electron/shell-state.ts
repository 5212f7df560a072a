/** What the shell remembers from one run to the next, in one small file that is replaced whole. */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { type ThemeName, themeNames } from '../core/contract/host.ts';
import { type Check, flag, list, nullable, oneOf, path, record } from './schema.ts';
import type { SavedWindow } from './window-state.ts';

export interface ShellState {
  /** As the window that was last closed stood. */
  readonly window: SavedWindow | null;
  readonly theme: ThemeName;
  /** Paths that calls may name again. */
  readonly kept: readonly string[];
}

const whole: Check<number> = (value): value is number => Number.isSafeInteger(value);
const shape: Check<ShellState> = record({
  window: nullable(record({ x: whole, y: whole, width: whole, height: whole, isMaximized: flag })),
  theme: oneOf(themeNames),
  kept: list(path, 200),
});

const fresh: ShellState = { window: null, theme: 'system', kept: [] };

export class ShellStateFile {
  readonly #path: string;
  #state: ShellState;

  constructor(path: string) {
    this.#path = path;
    this.#state = readState(path);
  }

  get state(): ShellState {
    return this.#state;
  }

  /** A window's place is not worth a message: where it can't be written, the next start begins afresh. */
  change(changes: Partial<ShellState>): void {
    this.#state = { ...this.#state, ...changes };
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      const temporary = `${this.#path}.tmp`;
      writeFileSync(temporary, JSON.stringify(this.#state), { mode: 0o600 });
      renameSync(temporary, this.#path);
    } catch (error) {
      console.error(`${this.#path} can't be written: ${error instanceof Error ? error.message : error}`);
    }
  }
}

function readState(path: string): ShellState {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return shape(value) ? value : fresh;
  } catch {
    return fresh;
  }
}
