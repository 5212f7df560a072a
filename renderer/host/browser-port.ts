/** A WebSocket to the server on this computer that comes back after it was lost. */
import type { EnginePort } from '../../core/contract/host.ts';
import { sessionToken } from './session-token.ts';

export type Link = 'connecting' | 'open' | 'lost' | 'refused';

const firstPauseMs = 250;
const longestPauseMs = 5000;
/** The server closes with these when the token is not its own: an old address, or a server started anew. */
const refusedCodes: readonly number[] = [4401, 4429];

export class BrowserPort implements EnginePort {
  readonly #receive: (text: string) => void;
  readonly #onLink: (link: Link) => void;
  #socket: WebSocket | null = null;
  #pauseMs = firstPauseMs;

  constructor(receive: (text: string) => void, onLink: (link: Link) => void) {
    this.#receive = receive;
    this.#onLink = onLink;
    this.#open();
  }

  send(text: string): void {
    this.#socket?.send(text);
  }

  #open(): void {
    const token = sessionToken();
    if (token === null) {
      queueMicrotask(() => this.#onLink('refused'));
      return;
    }
    const socket = new WebSocket(`ws://${location.host}/socket`);
    socket.onopen = () => {
      socket.send(JSON.stringify({ token }));
      this.#socket = socket;
      this.#onLink('open');
    };
    socket.onmessage = ({ data }) => {
      this.#pauseMs = firstPauseMs;
      this.#receive(String(data));
    };
    socket.onclose = ({ code }) => {
      this.#socket = null;
      if (refusedCodes.includes(code)) {
        this.#onLink('refused');
        return;
      }
      this.#onLink('lost');
      setTimeout(() => this.#open(), this.#pauseMs);
      this.#pauseMs = Math.min(longestPauseMs, this.#pauseMs * 2);
    };
  }
}
