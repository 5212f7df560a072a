/** Pickles one after the other in a file, with raw bytes between them: read without reading those. */
import { Problem } from '../../contract/errors.ts';
import type { ReadContext } from '../content.ts';
import { type PickleResult, type PickleWatcher, readPickle } from '../pickle/machine.ts';
import { Turns } from '../pickle/turns.ts';
import type { WeightsBytes } from '../tensor.ts';

const firstBytes = 64 * 1024;
const mostBytes = 64 * 1024 * 1024;

export class PickleStream {
  at = 0;
  readonly bytes: WeightsBytes;
  readonly #path: string;
  readonly #format: string;
  readonly #turns: Turns;

  constructor(bytes: WeightsBytes, { path, signal }: ReadContext, format: string) {
    this.bytes = bytes;
    this.#path = path;
    this.#format = format;
    this.#turns = new Turns(signal);
  }

  /** The pickle that begins here; afterwards the stream stands behind it. */
  async pickle(watch: (window: Buffer) => PickleWatcher = () => ({})): Promise<PickleResult> {
    for (let length = firstBytes; ; length = Math.min(mostBytes, length * 8)) {
      const window = await this.bytes.read(this.at, length);
      const pickle = await readPickle(window, 0, { watcher: watch(window), turns: this.#turns });
      // It may only have ended because the window did.
      const isAll = window.length < length || length >= mostBytes;
      if (!pickle.isComplete && !isAll) continue;
      this.at += pickle.end;
      return pickle;
    }
  }

  async uint64(): Promise<number> {
    return Number((await this.take(8)).readBigUInt64LE(0));
  }

  async take(length: number): Promise<Buffer> {
    const bytes = await this.bytes.read(this.at, length);
    if (bytes.length < length)
      throw this.broken(`it is cut off at byte ${this.bytes.size.toLocaleString('en-US')}`);
    this.at += length;
    return bytes;
  }

  broken(detail: string): Problem {
    return Problem.of('WEIGHTS_BROKEN', { path: this.#path, format: this.#format, detail });
  }
}
