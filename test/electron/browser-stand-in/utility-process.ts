/** A utility process that is one, so that it can be killed: its ports go over the channel that Node gives a child. */
import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { StandInPort } from '../stand-in/ports.ts';

/** Between the two: a message with the numbers of its ports, or what goes over one of them. */
export type Passed =
  | { readonly message: unknown; readonly ports: readonly number[] }
  | { readonly port: number; readonly data: unknown }
  | { readonly closed: number };

interface ForkOptions {
  readonly execArgv?: readonly string[];
  readonly serviceName?: string;
}

let lastPort = 0;
export const running: { readonly name: string; readonly pid: number }[] = [];

class UtilityProcess extends EventEmitter {
  readonly #child: ChildProcess;
  readonly #ports = new Map<number, StandInPort>();

  constructor(path: string, args: readonly string[], { execArgv = [], serviceName = '' }: ForkOptions) {
    super();
    const entry = fileURLToPath(new URL('utility-entry.ts', import.meta.url));
    this.#child = fork(entry, [path, ...args], { execArgv: [...execArgv], serialization: 'advanced' });
    const one = { name: serviceName, pid: this.#child.pid ?? 0 };
    running.push(one);
    this.#child.on('message', (passed: Passed) => {
      if ('port' in passed) this.#ports.get(passed.port)?.postMessage(passed.data);
      else if ('message' in passed) this.emit('message', passed.message);
    });
    this.#child.on('exit', (code, signal) => {
      running.splice(running.indexOf(one), 1);
      this.emit('exit', code ?? (signal === null ? 1 : 9));
    });
  }

  postMessage(message: unknown, ports: readonly StandInPort[] = []): void {
    const ids = ports.map((port) => {
      const id = ++lastPort;
      this.#ports.set(id, port);
      port.raw.on('message', (data) => this.#pass({ port: id, data }));
      port.raw.on('close', () => this.#pass({ closed: id }));
      return id;
    });
    this.#pass({ message, ports: ids });
  }

  kill(): boolean {
    return this.#child.kill();
  }

  #pass(passed: Passed): void {
    // One that was killed is found out a moment later.
    if (this.#child.connected) this.#child.send(passed, () => {});
  }
}

export const utilityProcess = {
  fork: (path: string, args: readonly string[] = [], options: ForkOptions = {}) =>
    new UtilityProcess(path, args, options),
};
