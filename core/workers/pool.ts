/** Threads for work that Node has no thread of its own for: the portable compressor, running hashes, many small files, tensors. */
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { throwIfCancelled } from '../contract/errors.ts';
import type { DeflateOptions } from '../deflate/engine.ts';
import type { NumberAnswer, NumberTask } from '../weights/numbers/tasks.ts';
import type { UnpackBatch, UnpackFailure } from '../zip/unpack-batch.ts';
import type { WorkerAnswer, WorkerRequest, WorkerValue } from './protocol.ts';

/** The source runs as it is in development, the bundle beside dist/cli.js when built. */
const workerUrl = new URL(import.meta.url.endsWith('.ts') ? './worker.ts' : './worker.js', import.meta.url);

/** A thread takes some 10 MiB before it does anything. */
const mostThreads = 16;

class Thread {
  // What this process was started with, such as --input-type, is not meant for its threads.
  readonly #worker = new Worker(workerUrl, { execArgv: [] });
  readonly #waiting: { resolve: (value: WorkerAnswer) => void; reject: (error: Error) => void }[] = [];
  #failure: Error | undefined;

  constructor() {
    this.#worker.unref();
    this.#worker.on('message', (answer: WorkerAnswer) => this.#waiting.shift()?.resolve(answer));
    this.#worker.on('error', (error) =>
      this.#fail(error instanceof Error ? error : new Error(String(error))),
    );
    this.#worker.on('exit', () => this.#fail(new Error('a worker thread stopped')));
  }

  get load(): number {
    return this.#waiting.length;
  }

  async ask(request: WorkerRequest): Promise<WorkerValue> {
    // A dead thread would never answer.
    if (this.#failure !== undefined) throw this.#failure;
    // An idle thread must not keep the process alive, a working one must.
    this.#worker.ref();
    try {
      const answer = await new Promise<WorkerAnswer>((resolve, reject) => {
        this.#waiting.push({ resolve, reject });
        this.#worker.postMessage(request);
      });
      if (!answer.ok) throw new Error(answer.message);
      return answer.value;
    } finally {
      if (this.#waiting.length === 0) this.#worker.unref();
    }
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(error);
  }
}

export class WorkerPool {
  readonly #threads: Thread[] = [];
  readonly #signal: AbortSignal | undefined;
  readonly #onAbort = () => void this.close();

  /** A compressor can't be told to stop, so the signal ends its thread. */
  constructor(signal: AbortSignal | undefined) {
    this.#signal = signal;
    signal?.addEventListener('abort', this.#onAbort);
  }

  async deflate(input: Uint8Array, options: DeflateOptions): Promise<Uint8Array> {
    // Sending a view copies all the memory it looks into, so anything but shared memory is cut out first.
    const cut = <B extends Uint8Array | undefined>(bytes: B) =>
      bytes === undefined || bytes.buffer instanceof SharedArrayBuffer ? bytes : Uint8Array.from(bytes);
    const dictionary = cut(options.dictionary);
    const request = { kind: 'deflate', input: cut(input), options: { ...options, dictionary } } as const;
    return (await this.#ask(request)) as Uint8Array;
  }

  async unpack(batch: UnpackBatch): Promise<UnpackFailure | null> {
    return (await this.#ask({ kind: 'unpack', batch })) as UnpackFailure | null;
  }

  /** One answer for each task, in their order. */
  async numbers(tasks: readonly NumberTask[]): Promise<readonly NumberAnswer[]> {
    return (await this.#ask({ kind: 'numbers', tasks })) as readonly NumberAnswer[];
  }

  /** As many requests as keep all threads busy: one at work, and one that waits for its end. */
  get worthwhileRequests(): number {
    return 2 * Math.min(mostThreads, availableParallelism());
  }

  async close(): Promise<void> {
    this.#signal?.removeEventListener('abort', this.#onAbort);
    await Promise.all(this.#threads.map((thread) => thread.close()));
  }

  async #ask(request: WorkerRequest): Promise<WorkerValue> {
    throwIfCancelled(this.#signal);
    return this.#idlest()
      .ask(request)
      .catch((error) => {
        throwIfCancelled(this.#signal);
        throw error;
      });
  }

  #idlest(): Thread {
    const idle = this.#threads.find((thread) => thread.load === 0);
    if (idle !== undefined) return idle;
    if (this.#threads.length < Math.min(mostThreads, availableParallelism())) {
      const thread = new Thread();
      this.#threads.push(thread);
      return thread;
    }
    return this.#threads.reduce((least, thread) => (thread.load < least.load ? thread : least));
  }
}

/** A running SHA-256 on a thread of its own. Bytes in shared memory are not copied on their way there. */
export class HashThread {
  readonly #thread = new Thread();

  async update(bytes: Uint8Array): Promise<void> {
    await this.#thread.ask({ kind: 'hash', bytes });
  }

  async digest(): Promise<string> {
    return (await this.#thread.ask({ kind: 'digest' })) as string;
  }

  async close(): Promise<void> {
    await this.#thread.close();
  }
}
