/**
 * The engine in a process of its own, seen from the server: started, and started again when it dies. What was
 * granted is granted again, open windows stay open and are told. A process that keeps dying is left dead.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { EngineEvent } from '../core/contract/api.ts';
import { Problem } from '../core/contract/errors.ts';
import { type FromEngine, RemoteProblem, type ToEngine } from '../core/contract/rpc.ts';
import { remove } from '../core/fs/atomic.ts';
import type { EngineOptions } from '../core/service/engine.ts';
import { asProblemData } from '../core/service/problem-data.ts';
import { EngineDeaths, wordsForDeath } from './engine-deaths.ts';
import type { FromEngineProcess, ToEngineProcess } from './engine-messages.ts';

export interface EngineProcessOptions {
  readonly engine: EngineOptions;
  /** In it lies what each process takes for the system's temporary folder. */
  readonly temporaryFolder: string;
  /** What it writes to standard error: bugs, with their stacks. */
  readonly log?: ((text: string) => void) | undefined;
  /** Another program in its place, for tests. */
  readonly program?: string;
}

export interface EngineConnection {
  /** Resolves when the process has taken it, so that a caller need not pile up more. */
  receive(text: string): Promise<void>;
  close(): void;
}

interface Asked {
  readonly settled: Promise<void>;
  readonly resolve: () => void;
  readonly reject: (problem: Problem | RemoteProblem) => void;
}

/** The source runs as it is in development, the bundle beside dist/cli.js when built. */
const isSource = import.meta.url.endsWith('.ts');
const program = fileURLToPath(new URL(isSource ? './engine.ts' : './server-engine.js', import.meta.url));

/** Half of the machine's memory, but not all that a very large one has: V8's heap, without buffers. */
const heapMebibytes = Math.max(512, Math.min(4096, Math.floor(totalmem() / 2 ** 21)));

const closingMs = 12_000;

export class EngineProcess {
  readonly #options: EngineProcessOptions;
  readonly #deaths = new EngineDeaths();
  readonly #grants = new Map<string, Asked>();
  readonly #windows = new Map<number, (text: string) => void>();
  #child: ChildProcess | null = null;
  /** What windows are told once it is left dead. */
  #stopped: EngineEvent | null = null;
  #lastWindow = 0;
  #isClosing = false;

  constructor(options: EngineProcessOptions) {
    this.#options = options;
    this.#start();
  }

  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** This file or folder may be named by callers from now on, also of a process that takes this one's place. */
  grant(path: string): Promise<void> {
    if (this.#child === null) return Promise.reject(Problem.of('ENGINE_GONE', {}));
    const known = this.#grants.get(path);
    if (known !== undefined) return known.settled;
    const { promise, resolve, reject } = promiseWithResolvers();
    this.#grants.set(path, { settled: promise, resolve, reject });
    this.#tell({ is: 'grant', path });
    return promise;
  }

  connect(send: (text: string) => void): EngineConnection {
    const window = ++this.#lastWindow;
    this.#windows.set(window, send);
    if (this.#stopped === null) this.#tell({ is: 'connect', window });
    else sayTo(send, this.#stopped);
    return {
      receive: async (text) => {
        if (this.#child === null) refuse(text, send);
        else await this.#tell({ is: 'text', window, text });
      },
      close: () => {
        if (this.#windows.delete(window)) this.#tell({ is: 'close', window });
      },
    };
  }

  /** Cancels all jobs, and waits until they have taken back what they wrote. */
  async close(): Promise<void> {
    this.#isClosing = true;
    const child = this.#child;
    if (child === null) return;
    const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    if (child.exitCode !== null || child.signalCode !== null) return;
    if (child.connected) child.disconnect();
    const deadline = setTimeout(() => child.kill('SIGKILL'), closingMs);
    await ended;
    clearTimeout(deadline);
  }

  #start(): void {
    // One for each, so that what a dead one left can go while the next one works.
    const temporaryFolder = mkdtempSync(join(this.#options.temporaryFolder, 'engine-'));
    const child = fork(this.#options.program ?? program, [], {
      // What this process was started with, such as --input-type, is not meant for that one.
      execArgv: [`--max-old-space-size=${heapMebibytes}`],
      env: { ...process.env, TMPDIR: temporaryFolder, TEMP: temporaryFolder, TMP: temporaryFolder },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child = child;
    let said = '';
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4096);
      this.#options.log?.(text);
    });
    child.on('message', (message) => {
      if (child === this.#child) this.#receive(message as FromEngineProcess);
    });
    child.on('error', (error) => {
      said += error.message;
      // A process that never began has no end to wait for.
      if (child.pid === undefined) this.#replace(child, error.message);
    });
    child.on('close', (code, signal) => {
      void remove(temporaryFolder);
      this.#replace(child, wordsForDeath(code, signal, said));
    });

    this.#tell({ is: 'start', options: this.#options.engine });
    for (const path of this.#grants.keys()) this.#tell({ is: 'grant', path });
    for (const window of this.#windows.keys()) this.#tell({ is: 'connect', window });
  }

  #replace(dead: ChildProcess, why: string): void {
    if (dead !== this.#child) return;
    this.#child = null;
    if (this.#isClosing) return;
    this.#options.log?.(`the engine ended: ${why}\n`);
    if (this.#deaths.isTooMany()) {
      this.#stopped = { is: 'engine stopped', why };
      for (const { reject } of this.#grants.values()) reject(Problem.of('ENGINE_GONE', {}));
      this.#sayToAll(this.#stopped);
    } else {
      this.#start();
      this.#sayToAll({ is: 'engine restarted', why });
    }
  }

  #receive(message: FromEngineProcess): void {
    switch (message.is) {
      case 'text':
        this.#windows.get(message.window)?.(message.text);
        return;
      case 'granted':
        this.#grants.get(message.path)?.resolve();
        return;
      case 'refused':
        // Perhaps it was granted to an earlier process, and is no longer there.
        this.#grants.get(message.path)?.reject(new RemoteProblem(message.problem));
        this.#grants.delete(message.path);
        return;
    }
  }

  #tell(message: ToEngineProcess): Promise<void> {
    return new Promise((resolve) => {
      const child = this.#child;
      // What a dying process did not take is not lost on its window, which is told to ask again.
      if (child === null || !child.connected) resolve();
      else child.send(message, () => resolve());
    });
  }

  #sayToAll(event: EngineEvent): void {
    for (const send of [...this.#windows.values()]) sayTo(send, event);
  }
}

function sayTo(send: (text: string) => void, event: EngineEvent): void {
  send(JSON.stringify({ event } satisfies FromEngine));
}

/** Nobody is there to answer, and an answer is due. */
function refuse(text: string, send: (text: string) => void): void {
  let asked: Partial<Extract<ToEngine, { readonly id: number }>> | null;
  try {
    asked = JSON.parse(text);
  } catch {
    return;
  }
  if (typeof asked?.id !== 'number') return;
  const problem = asProblemData(Problem.of('ENGINE_GONE', {}));
  send(JSON.stringify({ id: asked.id, problem } satisfies FromEngine));
}

function promiseWithResolvers() {
  let resolve = () => {};
  let reject: Asked['reject'] = () => {};
  const promise = new Promise<void>((...both) => {
    [resolve, reject] = both;
  });
  // Whoever asked hears of it; a grant that is asked again for a new process has nobody who does.
  promise.catch(() => {});
  return { promise, resolve, reject };
}
