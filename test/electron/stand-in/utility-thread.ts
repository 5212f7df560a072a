/** The thread that stands for a utility process: gives it `process.parentPort`, then runs its file. */
import { EventEmitter } from 'node:events';
import { pathToFileURL } from 'node:url';
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { StandInPort, type ThreadData } from './ports.ts';

class ParentPort extends EventEmitter {
  postMessage(message: unknown): void {
    parentPort?.postMessage(message);
  }
}

const port = new ParentPort();
Object.defineProperty(process, 'parentPort', { value: port });
// Held until the file listens, as Electron does.
const early: { message: unknown; ports: MessagePort[] }[] = [];
let isRunning = false;
parentPort?.on('message', (given: { message: unknown; ports: MessagePort[] }) => {
  if (isRunning) deliver(given);
  else early.push(given);
});
await import(pathToFileURL((workerData as ThreadData).path).href);
isRunning = true;
for (const given of early) deliver(given);

function deliver({ message, ports }: { message: unknown; ports: MessagePort[] }): void {
  port.emit('message', { data: message, ports: ports.map((raw) => new StandInPort(raw)) });
}
