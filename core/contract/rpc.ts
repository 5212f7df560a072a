/** Calls over any port that carries texts in order: a WebSocket, a MessagePort. */
import type { CallInput, CallName, CallOutput, EngineEvent, ProblemData } from './api.ts';

export interface TextPort {
  send(text: string): void;
}

export type ToEngine =
  | { readonly id: number; readonly call: string; readonly input: unknown }
  /** Nobody waits for this answer any more. */
  | { readonly drop: number };

export type FromEngine =
  | { readonly id: number; readonly output: unknown }
  | { readonly id: number; readonly problem: ProblemData }
  | { readonly event: EngineEvent };

/** In UTF-8. No call needs more but one that names tens of thousands of entries. */
export const maxRequestBytes = 2 ** 20;

/** A problem that came over a port, with the words it had on the other side. */
export class RemoteProblem extends Error {
  override readonly name = 'RemoteProblem';
  readonly code: string;
  readonly hint: string;
  readonly path: string | null;

  constructor({ code, message, hint, path }: ProblemData) {
    super(message);
    this.code = code;
    this.hint = hint;
    this.path = path;
  }
}

interface Waiting {
  readonly resolve: (output: unknown) => void;
  readonly reject: (problem: RemoteProblem) => void;
}

export class Caller {
  readonly #waiting = new Map<number, Waiting>();
  readonly #onEvent: (event: EngineEvent) => void;
  #port: TextPort | null = null;
  #lastId = 0;

  constructor(onEvent: (event: EngineEvent) => void) {
    this.#onEvent = onEvent;
  }

  /** A new port takes the place of a lost one; what was asked over that one has no answer. */
  attach(port: TextPort): void {
    this.#port = port;
  }

  detach(problem: ProblemData): void {
    this.#port = null;
    this.failAll(problem);
  }

  failAll(problem: ProblemData): void {
    const all = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const { reject } of all) reject(new RemoteProblem(problem));
  }

  call<N extends CallName>(name: N, input: CallInput<N>, signal?: AbortSignal): Promise<CallOutput<N>> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      const port = this.#port;
      if (port === null) return reject(new RemoteProblem(notConnected));
      if (signal?.aborted) return reject(new RemoteProblem(dropped));
      const text = JSON.stringify({ id, call: name, input } satisfies ToEngine);
      if (new TextEncoder().encode(text).length > maxRequestBytes) {
        reject(new RemoteProblem(tooLarge));
        return;
      }
      const drop = () => {
        if (!this.#waiting.delete(id)) return;
        this.#port?.send(JSON.stringify({ drop: id } satisfies ToEngine));
        reject(new RemoteProblem(dropped));
      };
      const settled = <T>(settle: (value: T) => void) => {
        return (value: T) => {
          signal?.removeEventListener('abort', drop);
          settle(value);
        };
      };
      this.#waiting.set(id, {
        resolve: settled(resolve as (output: unknown) => void),
        reject: settled(reject),
      });
      signal?.addEventListener('abort', drop, { once: true });
      port.send(text);
    });
  }

  receive(text: string): void {
    const message = JSON.parse(text) as FromEngine;
    if ('event' in message) {
      this.#onEvent(message.event);
      return;
    }
    const waiting = this.#waiting.get(message.id);
    // Dropped meanwhile.
    if (waiting === undefined) return;
    this.#waiting.delete(message.id);
    if ('problem' in message) waiting.reject(new RemoteProblem(message.problem));
    else waiting.resolve(message.output);
  }
}

const notConnected: ProblemData = {
  code: 'NOT_CONNECTED',
  message: 'the engine can not be reached',
  hint: 'wait until the connection is back, or start MAR Studio again',
  path: null,
};

const tooLarge: ProblemData = {
  code: 'CALL_TOO_LARGE',
  message: 'this names more than can be asked for at once',
  hint: 'choose fewer entries, or whole folders',
  path: null,
};

/** Known to whoever gave the signal, and shown to nobody. */
const dropped: ProblemData = { code: 'CANCELLED', message: 'no longer asked for', hint: '', path: null };
