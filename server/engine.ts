/** The engine's process, as the loopback server starts it (engine-process.ts). It ends when the server goes away. */
import { type Connection, Engine } from '../core/service/engine.ts';
import { asProblemData } from '../core/service/problem-data.ts';
import type { FromEngineProcess, ToEngineProcess } from './engine-messages.ts';

/** For jobs to take back what they wrote. */
const longestClosingMs = 10_000;

const windows = new Map<number, Connection>();
let engine: Engine | null = null;

process.on('message', (message: ToEngineProcess) => {
  if (message.is === 'start') engine = new Engine(message.options);
  else if (engine !== null) receive(engine, message);
});
process.on('disconnect', () => {
  setTimeout(() => process.exit(), longestClosingMs).unref();
  void Promise.resolve(engine?.close()).finally(() => process.exit());
});

// A terminal sends its Ctrl-C to both processes. The server hears it, and closes this one in order.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});

function receive(engine: Engine, message: Exclude<ToEngineProcess, { readonly is: 'start' }>): void {
  switch (message.is) {
    case 'grant':
      void grant(engine, message.path);
      return;
    case 'connect': {
      const { window } = message;
      windows.set(
        window,
        engine.connect((text) => send({ is: 'text', window, text })),
      );
      return;
    }
    case 'text':
      windows.get(message.window)?.receive(message.text);
      return;
    case 'close':
      windows.get(message.window)?.close();
      windows.delete(message.window);
      return;
  }
}

async function grant(engine: Engine, path: string): Promise<void> {
  try {
    await engine.grant(path);
    send({ is: 'granted', path });
  } catch (error) {
    send({ is: 'refused', path, problem: asProblemData(error) });
  }
}

function send(message: FromEngineProcess): void {
  // The callback takes the error of a server that just went away.
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
}
