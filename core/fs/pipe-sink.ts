/** A destination that can only be appended to: standard output, a download. Counts and hashes what it takes. */
import { createHash } from 'node:crypto';
import type { Writable } from 'node:stream';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import type { ByteSink } from './copy.ts';
import { outputProblem } from './system-error.ts';

export class PipeSink implements ByteSink {
  readonly #destination: Writable;
  readonly #signal: AbortSignal | undefined;
  readonly #hash = createHash('sha256');
  readonly #onError: (error: Error) => void;
  #failure: unknown;
  #bytes = 0;

  constructor(destination: Writable, signal: AbortSignal | undefined) {
    this.#destination = destination;
    this.#signal = signal;
    // An error may arrive between two writes, when nobody waits for one.
    this.#onError = (error) => {
      this.#failure ??= error;
    };
    destination.on('error', this.#onError);
  }

  get bytes(): number {
    return this.#bytes;
  }

  async write(bytes: Uint8Array): Promise<void> {
    throwIfCancelled(this.#signal);
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
    await new Promise<void>((resolve, reject) => {
      if (this.#failure !== undefined || this.#destination.destroyed) return reject(this.#failure);
      // A reader that stops reading must not make cancelling impossible.
      const cancel = () => settle(Problem.cancelled());
      // A stream that is destroyed may forget the callback of the write that was under way.
      const close = () => settle(this.#failure ?? Problem.of('OUTPUT_CLOSED', {}));
      const settle = (error: unknown) => {
        this.#signal?.removeEventListener('abort', cancel);
        this.#destination.off('close', close);
        if (error) reject(error);
        else resolve();
      };
      this.#signal?.addEventListener('abort', cancel);
      this.#destination.on('close', close);
      // A copy: a stream may hold on to what it was given for longer than until its callback.
      this.#destination.write(Buffer.from(bytes), settle);
    }).catch((error) => {
      throw error === undefined ? Problem.of('OUTPUT_CLOSED', {}) : outputProblem(error, 'standard output');
    });
  }

  /** The SHA-256 of all that was written; the sink is done with its destination afterwards. */
  finish(): string {
    this.#destination.off('error', this.#onError);
    return this.#hash.digest('hex');
  }
}
