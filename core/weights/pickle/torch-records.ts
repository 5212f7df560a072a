/** The records of one of torch's ZIP files: which of them are pickles, and which storages those may name. */
import type { PickleContext } from './judge.ts';
import type { Guess } from './streams.ts';

export class TorchRecords {
  readonly #names: ReadonlySet<string>;
  readonly #isTorchScript: boolean;
  readonly #isTorch: boolean;

  constructor(names: readonly string[]) {
    const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
    this.#names = new Set(names);
    // torch itself goes by this record.
    this.#isTorchScript = has(/^([^/]+\/)?constants\.pkl$/);
    const isPackage = has(/^([^/]+\/)?\.data\/(extern_modules|version)$/);
    this.#isTorch = this.#isTorchScript || isPackage || has(/^([^/]+\/)?data\.pkl$/);
  }

  contextOf(name: string): PickleContext {
    const isPickle = this.#isTorch && name.endsWith('.pkl');
    return {
      storages: isPickle ? { has: (key) => this.#hasStorage(name, key) } : 'none',
      isTorchScript: this.#isTorchScript,
      mayHoldArrays: !this.#isTorch,
    };
  }

  guessOf(name: string): Guess {
    if (!this.#isTorch) return 'perhaps';
    if (name.endsWith('.pkl')) return 'pickle';
    return /^([^/]+\/)?(data|constants|tensors)\/[^/]+$|\.storage$/.test(name) ? 'raw' : 'perhaps';
  }

  isCode(name: string): boolean {
    return this.#isTorch && /^([^/]+\/)?code\/.*\.py$/.test(name);
  }

  /** "archive/data.pkl" has its storages in "archive/data/", a package keeps those of all its pickles together. */
  #hasStorage(pickle: string, key: string): boolean {
    const slash = pickle.lastIndexOf('/') + 1;
    const stem = pickle.slice(slash).replace(/\.pkl$/, '');
    const root = /^[^/]+\//.exec(pickle)?.[0] ?? '';
    return (
      /^[\w.-]+$/.test(key) &&
      [`${pickle.slice(0, slash)}${stem}/${key}`, `${root}.data/${key}.storage`, `.data/${key}.storage`].some(
        (record) => this.#names.has(record),
      )
    );
  }
}
