/** The records of one of torch's ZIP files: which of them are pickles, and which storages those may name. */
import type { PickleContext } from './judge.ts';
import type { Guess } from './streams.ts';

/** What torch.jit.load reads, without Python, in the folder of its "constants.pkl". */
const torchScriptPickles =
  'data constants attributes bytecode traced_inputs mobile_debug_handles callstack_debug_map'.split(' ');
const torchScriptPickle = new RegExp(
  `^([^/]+/)?((${torchScriptPickles.join('|')})\\.pkl|(delegated_backends|code/.*)\\.debug_pkl)$`,
);

export class TorchRecords {
  readonly #names: ReadonlySet<string>;
  readonly #isTorch: boolean;

  constructor(names: readonly string[]) {
    const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
    this.#names = new Set(names);
    // torch itself goes by this record.
    const isTorchScript = has(/^([^/]+\/)?constants\.pkl$/);
    const isPackage = has(/^([^/]+\/)?\.data\/(extern_modules|version)$/);
    this.#isTorch = isTorchScript || isPackage || has(/^([^/]+\/)?data\.pkl$/);
  }

  contextOf(name: string): PickleContext {
    const isPickle = this.#isTorch && name.endsWith('.pkl');
    return {
      storages: isPickle ? { has: (key) => this.#hasStorage(name, key) } : 'none',
      isTorchScript: this.#isTorchScripts(name),
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

  /** Python reads any other pickle, and imports `__torch__` from the archive like every other module. */
  #isTorchScripts(name: string): boolean {
    const found = torchScriptPickle.exec(name);
    return found !== null && this.#names.has(`${found[1] ?? ''}constants.pkl`);
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
