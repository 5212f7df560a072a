/** The windows: each a WebSocket that shows the token first, then passes texts between its page and the engine. */
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import type { EngineConnection } from './engine-process.ts';
import type { LaunchToken } from './launch-token.ts';
import type { HostLimits } from './limits.ts';

/** The reasons that a page may want to tell apart; 4000 and up are ours to give. */
const closeCodes = {
  goingAway: 1001,
  unsupported: 1003,
  wrongToken: 4401,
  noTokenInTime: 4408,
  tooManyWrongTokens: 4429,
} as const;

/** For the other side to end the connection in order, which one that means no good will not. */
const partingMs = 1_000;

interface WindowsOptions {
  readonly limits: HostLimits;
  readonly token: LaunchToken;
  readonly connect: (send: (text: string) => void) => EngineConnection;
}

export class Windows {
  readonly #options: WindowsOptions;
  readonly #server: WebSocketServer;
  /** How often each was asked whether it is there since it last answered. */
  readonly #asked = new WeakMap<WebSocket, number>();
  readonly #asking: NodeJS.Timeout;

  constructor(options: WindowsOptions) {
    this.#options = options;
    const { frameBytes, idleMs } = options.limits;
    this.#server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: frameBytes });
    this.#asking = setInterval(() => this.#askWhetherThere(), idleMs);
    this.#asking.unref();
  }

  get count(): number {
    return this.#server.clients.size;
  }

  /** Of a request that the guard let pass. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (window) => this.#admit(window));
  }

  close(): void {
    clearInterval(this.#asking);
    for (const window of this.#server.clients) part(window, closeCodes.goingAway, 'the server ends');
  }

  #admit(window: WebSocket): void {
    const { limits, token } = this.#options;
    // What is wrong with it ends it, and its end is all that matters here.
    window.on('error', () => {});
    window.on('pong', () => this.#asked.delete(window));
    const late = setTimeout(
      () => part(window, closeCodes.noTokenInTime, 'the token did not come in time'),
      limits.tokenMs,
    );
    window.once('close', () => clearTimeout(late));
    window.once('message', (data, isBinary) => {
      clearTimeout(late);
      const verdict = token.judge(isBinary ? null : tokenIn(data));
      if (verdict === 'right') this.#serve(window);
      else if (verdict === 'wrong')
        part(window, closeCodes.wrongToken, 'this token is not that of this launch');
      else part(window, closeCodes.tooManyWrongTokens, 'too many wrong tokens; wait a little');
    });
  }

  #serve(window: WebSocket): void {
    const { limits, connect } = this.#options;
    const connection = connect((text) => this.#send(window, text));
    let untakenBytes = 0;
    window.on('message', async (data, isBinary) => {
      if (isBinary) part(window, closeCodes.unsupported, 'texts alone are understood');
      if (isBinary || window.readyState !== WebSocket.OPEN) return;
      const text = data.toString();
      untakenBytes += text.length;
      if (untakenBytes > limits.frameBytes) window.pause();
      await connection.receive(text);
      untakenBytes -= text.length;
      if (window.isPaused && untakenBytes <= limits.frameBytes) window.resume();
    });
    window.once('close', () => connection.close());
  }

  /** A window that reads nothing must not fill the memory of the server: it misses news first, then it is ended. */
  #send(window: WebSocket, text: string): void {
    if (window.readyState !== WebSocket.OPEN) return;
    const { unreadBeforeSkipping, unreadBeforeEnding } = this.#options.limits;
    const unread = window.bufferedAmount;
    if (unread > unreadBeforeEnding) window.terminate();
    else if (unread <= unreadBeforeSkipping || !isPassingNews(text)) window.send(text);
  }

  /** Twice without an answer is needed: once may be a computer that was asleep. */
  #askWhetherThere(): void {
    for (const window of this.#server.clients) {
      const asked = this.#asked.get(window) ?? 0;
      if (asked >= 2) window.terminate();
      else if (window.readyState === WebSocket.OPEN) {
        this.#asked.set(window, asked + 1);
        window.ping();
      }
    }
  }
}

function part(window: WebSocket, code: number, why: string): void {
  window.close(code, why);
  const deadline = setTimeout(() => window.terminate(), partingMs);
  window.once('close', () => clearTimeout(deadline));
}

function tokenIn(data: RawData): unknown {
  try {
    return JSON.parse(data.toString())?.token;
  } catch {
    return null;
  }
}

/** How far a running job has come; the next one says it better. That a job has ended is never left out. */
function isPassingNews(text: string): boolean {
  // Within a string the quotes would be escaped, so this is the field.
  return text.startsWith('{"event":{"is":"job",') && text.includes('"status":"running"');
}
