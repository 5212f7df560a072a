/** Answers over HTTP. Each carries the headers of a page, refusals too, and none lets another origin read it. */
import { type ServerResponse, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { pageHeaders } from '../core/contract/page-headers.ts';
import type { Refusal } from './request-guard.ts';

export function answer(response: ServerResponse, status: number, type: string, body: Buffer): void {
  response.writeHead(status, { ...pageHeaders, 'Content-Type': type, 'Content-Length': body.length });
  // Node itself leaves the body out where only the head was asked for.
  response.end(body);
}

export function answerJson(response: ServerResponse, status: number, value: object): void {
  answer(response, status, 'application/json; charset=utf-8', Buffer.from(JSON.stringify(value)));
}

/** Whoever is refused has not shown to be ours, and nothing more of theirs is read. */
export function refuse(response: ServerResponse, { status, words }: Refusal): void {
  response.setHeader('Connection', 'close');
  answer(response, status, 'text/plain; charset=utf-8', Buffer.from(`${words}\n`));
}

/** The same, where Node has no response: instead of a WebSocket, and to what is no HTTP. */
export function answerRaw(socket: Duplex, { status, words }: Refusal): void {
  const body = `${words}\n`;
  const headers = {
    ...pageHeaders,
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': Buffer.byteLength(body),
    Connection: 'close',
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.on('error', () => {});
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`);
}
