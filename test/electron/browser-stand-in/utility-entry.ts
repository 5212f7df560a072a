/** Where a utility process begins: gives it `process.parentPort`, then runs its file. */
import { EventEmitter } from 'node:events';
import { pathToFileURL } from 'node:url';
import type { Passed } from './utility-process.ts';

const send = (passed: unknown) => process.send?.(passed);

class Port extends EventEmitter {
  readonly #id: number;
  #early: unknown[] | null = [];

  constructor(id: number) {
    super();
    this.#id = id;
  }

  start(): void {
    for (const data of this.#early ?? []) this.emit('message', { data, ports: [] });
    this.#early = null;
  }

  postMessage(data: unknown): void {
    send({ port: this.#id, data } satisfies Passed);
  }

  hear(data: unknown): void {
    if (this.#early === null) this.emit('message', { data, ports: [] });
    else this.#early.push(data);
  }
}

class ParentPort extends EventEmitter {
  postMessage(message: unknown): void {
    send({ message, ports: [] } satisfies Passed);
  }
}

const parent = new ParentPort();
Object.defineProperty(process, 'parentPort', { value: parent });
const ports = new Map<number, Port>();
// Held until the file listens, as Electron does.
let early: Passed[] | null = [];
process.on('message', (passed: Passed) => {
  if (early === null) deliver(passed);
  else early.push(passed);
});
process.on('disconnect', () => process.exit(1));

const [path = '', ...args] = process.argv.slice(2);
process.argv = ['electron', path, ...args];
await import(pathToFileURL(path).href);
for (const passed of early) deliver(passed);
early = null;

function deliver(passed: Passed): void {
  if ('port' in passed) ports.get(passed.port)?.hear(passed.data);
  else if ('closed' in passed) ports.get(passed.closed)?.emit('close');
  else {
    const given = passed.ports.map((id) => {
      const port = new Port(id);
      ports.set(id, port);
      return port;
    });
    parent.emit('message', { data: passed.message, ports: given });
  }
}
