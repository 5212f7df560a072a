/**
 * Watches over the engine's process: starts it, gives every window a port to it, and when it dies starts another,
 * tells the windows, and grants again what was granted. One that dies at once, again and again, is left alone.
 */
import { MessageChannelMain, type MessagePortMain, type UtilityProcess, utilityProcess } from 'electron';
import type { EngineEvent } from '../core/contract/api.ts';
import type { EngineArguments, FromEngineProcess, ToEngineProcess } from './engine-protocol.ts';

/** A window, as far as the engine is concerned. */
export interface Caller {
  readonly id: number;
  givePort(port: MessagePortMain): void;
  loseEngine(): void;
  tell(event: EngineEvent): void;
}

export interface EngineProcessOptions extends EngineArguments {
  /** The built file to run. */
  readonly path: string;
  readonly now?: () => number;
}

const mostDeaths = 3;
const withinMs = 60_000;
/** Cancelled work removes what it wrote, which on a slow disk takes a while. */
const mostClosingMs = 10_000;
/** Of the engine's own objects; file contents are read in pieces outside of it. */
const heapMiB = 2048;

interface Waiting {
  readonly path: string;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

export class EngineProcess {
  readonly #options: EngineProcessOptions;
  readonly #now: () => number;
  readonly #callers = new Map<number, Caller>();
  readonly #granted = new Set<string>();
  readonly #waiting = new Map<number, Waiting>();
  #child: UtilityProcess | null = null;
  #deaths: number[] = [];
  /** Said by V8 before the process ends. */
  #lastWords: string | null = null;
  #stopped: string | null = null;
  #isClosing = false;
  #lastId = 0;

  constructor(options: EngineProcessOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
  }

  start(): void {
    if (this.#child !== null || this.#isClosing) return;
    const { path, stateFolder, samplesFolder, passingFolder } = this.#options;
    const args = JSON.stringify({ stateFolder, samplesFolder, passingFolder } satisfies EngineArguments);
    const child = utilityProcess.fork(path, [args], {
      serviceName: 'MAR Studio Engine',
      execArgv: [`--max-old-space-size=${heapMiB}`],
      stdio: 'inherit',
    });
    this.#child = child;
    this.#lastWords = null;
    child.on('message', (message: FromEngineProcess) => this.#answered(message));
    child.on('error', (_type, location) => {
      this.#lastWords = location;
    });
    child.on('exit', (code) => this.#died(child, code));
    for (const path of this.#granted) this.#post({ grant: path, id: 0 });
    for (const [id, { path }] of this.#waiting) this.#post({ grant: path, id });
    for (const caller of this.#callers.values()) this.#givePort(caller);
  }

  /** Starts again after it was left alone. */
  startAgain(): void {
    if (this.#stopped === null) return;
    this.#stopped = null;
    this.#deaths = [];
    this.start();
    this.#tellAll({ is: 'engine restarted', why: 'It was started again.' });
  }

  /** A window's page is there, or there anew: its old port, if any, leads nowhere. */
  connect(caller: Caller): void {
    this.#callers.set(caller.id, caller);
    if (this.#child !== null) this.#givePort(caller);
    if (this.#stopped !== null) caller.tell({ is: 'engine stopped', why: this.#stopped });
  }

  disconnect(id: number): void {
    this.#callers.delete(id);
  }

  /** Resolves when calls may name the path. */
  grant(path: string): Promise<void> {
    if (this.#granted.has(path)) return Promise.resolve();
    if (this.#stopped !== null) return Promise.reject(new Error(this.#stopped));
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { path, resolve, reject });
      this.#post({ grant: path, id });
    });
  }

  /** Work is cancelled and leaves no file; an engine that can't even do that is killed. */
  close(): Promise<void> {
    const child = this.#child;
    this.#isClosing = true;
    if (child === null) return Promise.resolve();
    return new Promise((resolve) => {
      const kill = setTimeout(() => child.kill(), mostClosingMs);
      child.once('exit', () => {
        clearTimeout(kill);
        resolve();
      });
      this.#post({ close: true });
    });
  }

  #post(message: ToEngineProcess, ports: MessagePortMain[] = []): void {
    this.#child?.postMessage(message, ports);
  }

  #givePort(caller: Caller): void {
    const { port1, port2 } = new MessageChannelMain();
    this.#post({ connect: caller.id }, [port1]);
    caller.givePort(port2);
  }

  #answered({ granted, refusal }: FromEngineProcess): void {
    const waiting = this.#waiting.get(granted);
    if (waiting === undefined) return;
    this.#waiting.delete(granted);
    if (refusal === null) {
      this.#granted.add(waiting.path);
      waiting.resolve();
    } else waiting.reject(new Error(refusal));
  }

  #died(child: UtilityProcess, code: number): void {
    if (this.#child !== child) return;
    this.#child = null;
    if (this.#isClosing) return;
    const why = this.#reason(code);
    for (const caller of this.#callers.values()) caller.loseEngine();
    const now = this.#now();
    this.#deaths = [...this.#deaths.filter((at) => now - at < withinMs), now];
    if (this.#deaths.length >= mostDeaths) this.#stop(why);
    else {
      this.start();
      this.#tellAll({ is: 'engine restarted', why });
    }
  }

  #stop(why: string): void {
    const words = `${why} It has ended ${this.#deaths.length} times within a minute, and is not started again.`;
    this.#stopped = words;
    for (const { reject } of this.#waiting.values()) reject(new Error(words));
    this.#waiting.clear();
    this.#tellAll({ is: 'engine stopped', why: words });
  }

  #reason(code: number): string {
    if (/heap|memory|oom/i.test(this.#lastWords ?? '')) return 'The engine ran out of memory.';
    return `The engine ended by itself (exit code ${code}).`;
  }

  #tellAll(event: EngineEvent): void {
    for (const caller of this.#callers.values()) caller.tell(event);
  }
}
