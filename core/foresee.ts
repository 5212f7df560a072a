/** How each content will be kept, and how long compressing it will take, by compressing parts of it as all will be. */
import type { EntryBody } from './archive-writer.ts';
import type { DeflateEngine } from './deflate/engine.ts';
import { deflateParallel, pieceBytes } from './deflate/parallel.ts';
import type { Foreseen } from './estimate.ts';
import type { Plan, PlannedFile } from './mar/plan.ts';
import { withBody } from './planned-bodies.ts';
import { foreseeEntry, smallBytes } from './zip/writer.ts';

/** Of one content; as many pieces as share a look at what pays. */
const trialBytes = 4 * pieceBytes;
/** Of all: whoever packs a thousand large files must not wait for most of the work twice. */
const mostTrialBytes = 8 * trialBytes;

export class Foreseer {
  readonly #plan: Plan;
  readonly #engine: DeflateEngine;
  readonly #signal: AbortSignal | undefined;
  #triedBytes = 0;
  #triedSeconds = 0;

  constructor(plan: Plan, engine: DeflateEngine, signal: AbortSignal | undefined) {
    this.#plan = plan;
    this.#engine = engine;
    this.#signal = signal;
  }

  async foresee(file: PlannedFile): Promise<Foreseen & { readonly method: 'stored' | 'deflated' | 'gzip' }> {
    const { format, compression, level } = this.#plan;
    if (format === 'no-archive') return { method: 'stored', bytes: file.size, seconds: 0 };
    return withBody(file, async (body) => {
      const started = performance.now();
      const kept = await foreseeEntry(body, { compression, level, engine: this.#engine });
      // Large content that deflating was asked for is deflated even where it then does not shrink.
      const isDeflated = kept.method === 'deflated' || compression === 'deflate';
      const seconds =
        file.size <= smallBytes
          ? (performance.now() - started) / 1000
          : isDeflated
            ? await this.#deflating(body)
            : 0;
      return { bytes: kept.bytes, method: format === 'tgz' ? 'gzip' : kept.method, seconds };
    });
  }

  /** A part from the middle is deflated on all cores, and proven, as the writer will do with all of it. */
  async #deflating({ size, read }: EntryBody): Promise<number> {
    if (this.#triedBytes < mostTrialBytes) {
      const bytes = Math.min(size, trialBytes);
      const from = Math.floor((size - bytes) / 2);
      const started = performance.now();
      await deflateParallel({
        ...{ size: bytes, engine: this.#engine, level: this.#plan.level, closes: true },
        read: (buffer, length, position) => read(buffer, length, from + position),
        write: async () => {},
        ...{ signal: this.#signal, path: this.#plan.output },
      });
      const seconds = (performance.now() - started) / 1000;
      this.#triedBytes += bytes;
      this.#triedSeconds += seconds;
      return (seconds / bytes) * size;
    }
    return (this.#triedSeconds / this.#triedBytes) * size;
  }
}
