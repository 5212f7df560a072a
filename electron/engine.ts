/**
 * The engine in a process of its own: if an archive costs it its memory, or meets a bug, the windows stay. Only the
 * main process can grant paths; a window's port carries calls and nothing else.
 */
import type { MessagePortMain } from 'electron';
import { Engine } from '../core/service/engine.ts';
import type { EngineArguments, FromEngineProcess, ToEngineProcess } from './engine-protocol.ts';

const engine = new Engine(JSON.parse(process.argv.at(-1) ?? '') as EngineArguments);
const main = process.parentPort;

// One after the other: a window that is connected after a grant can name what was granted.
let done: Promise<void> = Promise.resolve();
main.on('message', ({ data, ports }) => {
  done = done.then(() => handle(data as ToEngineProcess, ports));
});

async function handle(message: ToEngineProcess, ports: readonly MessagePortMain[]): Promise<void> {
  if ('connect' in message) {
    connect(ports[0]);
    return;
  }
  if ('close' in message) {
    await engine.close();
    process.exit(0);
  }
  const refusal = await engine.grant(message.grant).then(
    () => null,
    (error: unknown) => String(error instanceof Error ? error.message : error),
  );
  main.postMessage({ granted: message.id, refusal } satisfies FromEngineProcess);
}

function connect(port: MessagePortMain | undefined): void {
  if (port === undefined) return;
  const connection = engine.connect((text) => port.postMessage(text));
  port.on('message', ({ data }) => {
    if (typeof data === 'string') connection.receive(data);
  });
  port.on('close', () => connection.close());
  port.start();
}
