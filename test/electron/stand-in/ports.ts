/** Electron's ports and its utility process, made of Node's: a real channel to a thread with a heap of its own. */
import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';

/** The main process's kind of port. */
export class StandInPort extends EventEmitter {
  readonly raw: MessagePort;

  constructor(raw: MessagePort) {
    super();
    this.raw = raw;
    raw.on('close', () => this.emit('close'));
  }

  start(): void {
    this.raw.on('message', (data) => this.emit('message', { data, ports: [] }));
  }

  postMessage(message: unknown): void {
    this.raw.postMessage(message);
  }

  close(): void {
    this.raw.close();
  }
}

export class MessageChannelMain {
  readonly port1: StandInPort;
  readonly port2: StandInPort;

  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new StandInPort(port1);
    this.port2 = new StandInPort(port2);
  }
}

interface ForkOptions {
  readonly execArgv?: readonly string[];
  readonly serviceName?: string;
}

export interface ThreadData {
  readonly path: string;
}

export class StandInProcess extends EventEmitter {
  readonly path: string;
  readonly args: readonly string[];
  readonly options: ForkOptions;
  readonly #worker: Worker;
  readonly ended: Promise<number>;

  constructor(path: string, args: readonly string[], options: ForkOptions) {
    super();
    this.path = path;
    this.args = args;
    this.options = options;
    const heap = /--max-old-space-size=(\d+)/.exec((options.execArgv ?? []).join(' '))?.[1];
    this.#worker = new Worker(new URL('./utility-thread.ts', import.meta.url), {
      workerData: { path } satisfies ThreadData,
      argv: [...args],
      execArgv: [],
      ...(heap === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: Number(heap) } }),
    });
    this.#worker.on('message', (message) => this.emit('message', message));
    // An error that nobody caught ends the process; V8's own is said first.
    this.#worker.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ERR_WORKER_OUT_OF_MEMORY')
        this.emit('error', 'FatalError', 'v8 heap: out of memory', '');
    });
    this.ended = new Promise((resolve) => {
      this.#worker.on('exit', (code) => {
        this.emit('exit', code);
        resolve(code);
      });
    });
  }

  postMessage(message: unknown, ports: readonly StandInPort[] = []): void {
    this.#worker.postMessage(
      { message, ports: ports.map(({ raw }) => raw) },
      ports.map(({ raw }) => raw),
    );
  }

  kill(): boolean {
    void this.#worker.terminate();
    return true;
  }
}

export const started: StandInProcess[] = [];

export const utilityProcess = {
  fork(path: string, args: readonly string[] = [], options: ForkOptions = {}): StandInProcess {
    const child = new StandInProcess(path, args, options);
    started.push(child);
    return child;
  },
};
