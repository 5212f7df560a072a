/** Bytes of an entry or a file, fetched page by page as they come into sight. */
import type { ProblemData } from '../../../../core/contract/api.ts';
import { decodeBase64 } from '../../../parts/bytes.ts';
import { asProblem, isCancelled } from '../../../parts/words.ts';
import { app } from '../../../state/app.svelte.ts';

const pageBytes = 64 * 1024;
const mostPages = 64;

export class BytePages {
  /** Counts what has arrived, so that rows are drawn again. */
  arrived = $state(0);
  problem = $state.raw<ProblemData | null>(null);
  size = $state<number | null>(null);
  readonly #path: string;
  readonly #entry: string | null;
  readonly #pages = new Map<number, Uint8Array | null>();
  readonly #gone = new AbortController();

  constructor(path: string, entry: string | null) {
    this.#path = path;
    this.#entry = entry;
  }

  /** What is there of these bytes; what is missing is asked for, and `arrived` tells. */
  bytes(offset: number, length: number): Uint8Array {
    const page = Math.floor(offset / pageBytes);
    const known = this.#pages.get(page);
    const within = offset - page * pageBytes;
    if (known === undefined || known === null) return new Uint8Array();
    const here = known.subarray(within, within + length);
    // What is asked for may begin in one page and end in the next.
    if (here.length === length || known.length < pageBytes) return here;
    const rest = this.bytes((page + 1) * pageBytes, length - here.length);
    const all = new Uint8Array(here.length + rest.length);
    all.set(here);
    all.set(rest, here.length);
    return all;
  }

  want(from: number, to: number): void {
    for (let page = Math.floor(from / pageBytes); page * pageBytes < to; page++)
      if (!this.#pages.has(page)) void this.#fetch(page);
  }

  close(): void {
    this.#gone.abort();
  }

  async #fetch(page: number): Promise<void> {
    this.#pages.set(page, null);
    const [oldest] = this.#pages.keys();
    if (this.#pages.size > mostPages && oldest !== undefined) this.#pages.delete(oldest);
    const input = { path: this.#path, entry: this.#entry, offset: page * pageBytes, length: pageBytes };
    try {
      const { size, base64 } = await app.call('readBytes', input, this.#gone.signal);
      this.#pages.set(page, decodeBase64(base64));
      this.size = size;
      this.arrived++;
    } catch (error) {
      this.#pages.delete(page);
      if (!isCancelled(error)) this.problem = asProblem(error);
    }
  }
}
