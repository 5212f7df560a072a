/** A loopback host with real sockets, and the two kinds of visitors: one that speaks bytes, and one that is a window. */
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import type { CallInput, CallName, CallOutput, EngineEvent } from '../../core/contract/api.ts';
import { Caller } from '../../core/contract/rpc.ts';
import { Host, type HostOptions } from '../../server/host.ts';
import { makeScratch, removeScratch } from '../support/scratch.ts';

export interface RunningHost {
  readonly host: Host;
  /** What is granted. */
  readonly root: string;
  /** As the page's own requests name it. */
  readonly origin: string;
  close(): Promise<void>;
}

export async function startHost(options: Partial<HostOptions> = {}): Promise<RunningHost> {
  const scratch = await makeScratch();
  const rendererFolder = await writeInterface(join(scratch, 'renderer'));
  const root = join(scratch, 'root');
  await mkdir(root);
  await writeFile(join(scratch, 'secret.txt'), 'outside');
  const engine = { stateFolder: join(scratch, 'state'), samplesFolder: null };
  const host = await Host.start({ grants: [root], port: 0, rendererFolder, engine, ...options });
  return {
    host,
    root,
    origin: `http://127.0.0.1:${host.port}`,
    close: async () => {
      await host.close();
      await removeScratch(scratch);
    },
  };
}

async function writeInterface(folder: string): Promise<string> {
  await mkdir(join(folder, 'assets'), { recursive: true });
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>MAR Studio</title>');
  await writeFile(join(folder, 'assets', 'main.js'), 'export {};');
  await writeFile(join(folder, 'notes.unknown'), 'not for anybody');
  return folder;
}

export interface Answer {
  readonly status: number;
  readonly head: string;
  readonly body: string;
}

export async function openSocket(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1' });
  // A refusal may end it while it is still being written to.
  socket.on('error', () => {});
  await once(socket, 'connect');
  return socket;
}

/** All that comes back before the connection ends; status 0 if that is nothing. */
export async function answerOn(socket: Socket): Promise<Answer> {
  let text = '';
  socket.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  if (!socket.closed) await once(socket, 'close').catch(() => {});
  const [head = '', ...rest] = text.split('\r\n\r\n');
  return { status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0), head, body: rest.join('\r\n\r\n') };
}

/** The bytes as they are given, in Latin-1, so that no client makes them better than they are. */
export async function raw(port: number, request: string): Promise<Answer> {
  const socket = await openSocket(port);
  const answer = answerOn(socket);
  socket.write(request, 'latin1');
  return answer;
}

/** A request with one good Host line and what is given. */
export function request(
  port: number,
  line: string,
  headers: readonly string[] = [],
  body = '',
): Promise<Answer> {
  const lines = [`${line} HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'Connection: close', ...headers];
  return raw(port, `${lines.join('\r\n')}\r\n\r\n${body}`);
}

/** What the page sends along when it drops a file. */
export function uploadHeaders({ host, origin }: RunningHost): string[] {
  return [
    `Origin: ${origin}`,
    'Sec-Fetch-Site: same-origin',
    'Content-Type: application/octet-stream',
    `X-MAR-Studio-Token: ${host.token.text}`,
  ];
}

export interface TestWindow {
  readonly socket: WebSocket;
  /** All events so far. */
  readonly events: readonly EngineEvent[];
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  /** Resolves with the next event of this kind, or with one that came already. */
  event(is: EngineEvent['is']): Promise<EngineEvent>;
  close(): void;
}

export async function openWindow({ host, origin }: RunningHost): Promise<TestWindow> {
  const socket = new WebSocket(`ws://127.0.0.1:${host.port}/socket`, { origin });
  await once(socket, 'open');
  const events: EngineEvent[] = [];
  const waiting = new Set<() => void>();
  const caller = new Caller((event) => {
    events.push(event);
    for (const look of waiting) look();
  });
  socket.on('message', (data) => caller.receive(data.toString()));
  socket.send(JSON.stringify({ token: host.token.text }));
  caller.attach({ send: (text) => socket.send(text) });
  return {
    socket,
    events,
    call: (name, input) => caller.call(name, input),
    event: (is) =>
      new Promise((resolve) => {
        const look = () => {
          const found = events.find((event) => event.is === is);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    close: () => socket.terminate(),
  };
}

/** How the server ends a WebSocket that was opened with these headers: its status, or its close code. */
export async function endOfSocket(
  { host }: RunningHost,
  headers: Readonly<Record<string, string>>,
  path = '/socket',
  onOpen: (socket: WebSocket) => void = () => {},
): Promise<number> {
  const socket = new WebSocket(`ws://127.0.0.1:${host.port}${path}`, { headers });
  socket.on('error', () => {});
  return new Promise((resolve) => {
    socket.once('open', () => onOpen(socket));
    socket.once('close', (code) => resolve(code));
    socket.once('unexpected-response', (_, response) => {
      resolve(response.statusCode ?? 0);
      response.destroy();
    });
  });
}
