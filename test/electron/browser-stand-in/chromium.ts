/** The system's Chromium, spoken to over its DevTools protocol: the windows of the stand-in are pages of it. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { installedBrowser } from '../../../build/find-browser.ts';

export type Params = Readonly<Record<string, unknown>>;

interface Answer {
  readonly id?: number;
  readonly result?: Params;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
  readonly method?: string;
  readonly params?: Params;
}

interface Waiting {
  readonly resolve: (result: Params) => void;
  readonly reject: (error: Error) => void;
}

export class Chromium {
  readonly #process: ChildProcess;
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Map<string, (method: string, params: Params) => void>();
  #lastId = 0;

  /** It has no window of its own, and its words go to our standard error, where Playwright reads the address. */
  static async launch(profile: string): Promise<Chromium> {
    const child = spawn(
      process.env.CHROMIUM ?? installedBrowser() ?? 'chromium',
      [
        '--headless=new',
        '--no-sandbox',
        '--disable-gpu',
        '--no-startup-window',
        '--no-first-run',
        '--disable-background-networking',
        '--host-resolver-rules=MAP * ~NOTFOUND',
        '--remote-debugging-port=0',
        `--user-data-dir=${profile}`,
      ],
      { stdio: ['ignore', 'ignore', 'pipe'] },
    );
    for await (const line of createInterface({ input: child.stderr as NodeJS.ReadableStream })) {
      const address = /^DevTools listening on (ws:\/\/.*)$/.exec(line)?.[1];
      if (address === undefined) continue;
      const socket = new WebSocket(address);
      await new Promise((resolve, reject) => {
        socket.onopen = resolve;
        socket.onerror = reject;
      });
      process.stderr.write(`${line}\n`);
      child.stderr?.resume();
      return new Chromium(child, socket);
    }
    throw new Error('Chromium ended at once');
  }

  private constructor(child: ChildProcess, socket: WebSocket) {
    this.#process = child;
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#hear(JSON.parse(String(data)) as Answer);
  }

  send(method: string, params: Params = {}, sessionId?: string): Promise<Params> {
    const id = ++this.#lastId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) }));
    });
  }

  listen(sessionId: string, listener: (method: string, params: Params) => void): void {
    this.#listeners.set(sessionId, listener);
  }

  /** Resolves when its process is gone, and nothing writes to its profile any more. */
  async close(): Promise<void> {
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    await this.send('Browser.close').catch(() => {});
    await gone;
  }

  kill(): void {
    this.#process.kill('SIGKILL');
  }

  #hear({ id, result, error, sessionId, method, params }: Answer): void {
    if (method !== undefined) this.#listeners.get(sessionId ?? '')?.(method, params ?? {});
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || waiting === undefined) return;
    this.#waiting.delete(id);
    if (error === undefined) waiting.resolve(result ?? {});
    else waiting.reject(new Error(error.message));
  }
}
