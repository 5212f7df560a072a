/** A file being written: small writes are gathered, large ones go straight through, bytes behind can be patched. */
import type { FileHandle } from 'node:fs/promises';
import { Problem } from '../contract/errors.ts';
import { outputProblem } from './system-error.ts';

const gatherBytes = 1024 * 1024;

export class OutputFile {
  readonly handle: FileHandle;
  readonly path: string;
  readonly #gathered = Buffer.allocUnsafe(gatherBytes);
  #gatheredBytes = 0;
  /** Where the gathered bytes begin in the file. */
  #flushedBytes = 0;

  /** `path` is the name to show when writing fails: the one the user knows, not a temporary one. */
  constructor(handle: FileHandle, path: string) {
    this.handle = handle;
    this.path = path;
  }

  /** How many bytes the file holds once all is flushed. */
  get position(): number {
    return this.#flushedBytes + this.#gatheredBytes;
  }

  /** The bytes may be reused as soon as the promise resolves. */
  async write(bytes: Uint8Array): Promise<void> {
    if (bytes.length > gatherBytes - this.#gatheredBytes) await this.flush();
    if (bytes.length >= gatherBytes) {
      await this.#writeAt(bytes, this.#flushedBytes);
      this.#flushedBytes += bytes.length;
    } else {
      this.#gathered.set(bytes, this.#gatheredBytes);
      this.#gatheredBytes += bytes.length;
    }
  }

  /** Overwrites bytes that were written before. */
  async patch(bytes: Uint8Array, position: number): Promise<void> {
    if (position >= this.#flushedBytes) {
      this.#gathered.set(bytes, position - this.#flushedBytes);
    } else {
      if (position + bytes.length > this.#flushedBytes) await this.flush();
      await this.#writeAt(bytes, position);
    }
  }

  /** Forgets everything from `position` on. */
  async rewind(position: number): Promise<void> {
    await this.flush();
    await this.handle.truncate(position).catch((error) => {
      throw outputProblem(error, this.path);
    });
    this.#flushedBytes = position;
  }

  async flush(): Promise<void> {
    if (this.#gatheredBytes === 0) return;
    const bytes = this.#gathered.subarray(0, this.#gatheredBytes);
    await this.#writeAt(bytes, this.#flushedBytes);
    this.#flushedBytes += bytes.length;
    this.#gatheredBytes = 0;
  }

  async sync(): Promise<void> {
    await this.handle.sync().catch((error) => {
      throw outputProblem(error, this.path, 'syncing');
    });
  }

  async #writeAt(bytes: Uint8Array, position: number): Promise<void> {
    // The system may write less than it was asked to, near a full disk for one.
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.handle
        .write(bytes, done, bytes.length - done, position + done)
        .catch((error) => {
          throw outputProblem(error, this.path);
        });
      if (bytesWritten === 0) {
        throw Problem.of('IO_ERROR', {
          path: this.path,
          operation: 'writing',
          system: 'the system takes no more bytes and does not say why',
        });
      }
      done += bytesWritten;
    }
  }
}
