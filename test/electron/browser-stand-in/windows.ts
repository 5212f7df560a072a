/** Windows whose pages are real ones, in Chromium: what they load comes from the shell's own handler of `app:`. */
import { frameOf, StandInContents, StandInWindow, windows } from '../stand-in/pages.ts';
import type { StandInPort } from '../stand-in/ports.ts';
import { ipcMain, protocol } from '../stand-in/shell.ts';
import type { Chromium, Params } from './chromium.ts';
import { binding, pageSide, standInAddress } from './page-side.ts';

const appAddress = 'app://mar-studio/';

const inApp = (url: string) =>
  url.startsWith(standInAddress) ? appAddress + url.slice(standInAddress.length) : url;

type Said =
  | { readonly ask: number; readonly channel: string; readonly args: readonly unknown[] }
  | { readonly port: number; readonly text: string };

let chromium: Chromium;

export function showIn(launched: Chromium): void {
  chromium = launched;
}

let lastPort = 0;

class ChromiumContents extends StandInContents {
  readonly #ports = new Map<number, StandInPort>();
  #page: Promise<{ readonly target: string; readonly session: string }> | null = null;

  override async load(url: string): Promise<void> {
    const page = url.startsWith(appAddress) ? standInAddress + url.slice(appAddress.length) : url;
    await this.#send('Page.navigate', { url: page });
  }

  override send(channel: string, ...args: readonly unknown[]): void {
    this.#run('emit', channel, [], args);
  }

  override postMessage(channel: string, message: unknown, ports: readonly StandInPort[]): void {
    const ids = ports.map((port) => {
      const id = ++lastPort;
      this.#ports.set(id, port);
      port.raw.on('message', (data) => this.#run('port', id, data));
      return id;
    });
    this.#run('emit', channel, ids, [message]);
  }

  async close(): Promise<void> {
    for (const port of this.#ports.values()) port.close();
    const page = await this.#page;
    if (page !== null) await chromium.send('Target.closeTarget', { targetId: page.target });
  }

  async #open() {
    const { targetId } = await chromium.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await chromium.send('Target.attachToTarget', { targetId, flatten: true });
    const [target, session] = [String(targetId), String(sessionId)];
    chromium.listen(session, (method, params) => this.#hear(method, params));
    const send = (method: string, params: Params = {}) => chromium.send(method, params, session);
    const { preload, additionalArguments = [] } = this.preferences;
    const argv = ['electron', ...(additionalArguments as readonly string[])];
    await send('Page.enable');
    await send('Runtime.enable');
    await send('Runtime.addBinding', { name: binding });
    await send('Page.addScriptToEvaluateOnNewDocument', { source: pageSide(String(preload), argv) });
    await send('Fetch.enable', { patterns: [{ urlPattern: '*' }] });
    return { target, session };
  }

  async #send(method: string, params: Params): Promise<Params> {
    this.#page ??= this.#open();
    return chromium.send(method, params, (await this.#page).session);
  }

  #run(name: string, ...args: readonly unknown[]): void {
    const words = args.map((one) => JSON.stringify(one) ?? 'undefined').join(', ');
    // A page that is on its way out hears no more.
    this.#send('Runtime.evaluate', { expression: `globalThis.standIn?.${name}(${words})` }).catch(() => {});
  }

  #hear(method: string, params: Params): void {
    if (method === 'Runtime.bindingCalled') this.#said(JSON.parse(String(params.payload)) as Said);
    if (method === 'Fetch.requestPaused') void this.#answer(params as unknown as Paused);
    if (method === 'Page.frameNavigated') {
      const { url, parentId } = params.frame as { readonly url: string; readonly parentId?: string };
      if (parentId !== undefined || !url.startsWith(standInAddress)) return;
      this.mainFrame = frameOf(inApp(url));
      this.emit('did-navigate', null, inApp(url));
      this.emit('shown');
    }
  }

  #said(said: Said): void {
    if ('port' in said) this.#ports.get(said.port)?.postMessage(said.text);
    else void this.#asked(said.ask, said.channel, said.args);
  }

  async #asked(id: number, channel: string, args: readonly unknown[]): Promise<void> {
    const from = { sender: this, senderFrame: this.mainFrame };
    try {
      const given = await Promise.all(args.map((one) => this.#withPaths(one)));
      this.#run('answer', id, await ipcMain.ask(channel, from, given));
    } catch (error) {
      this.#run('answer', id, null, error instanceof Error ? error.message : String(error));
    }
  }

  async #withPaths(value: unknown): Promise<unknown> {
    if (Array.isArray(value)) return Promise.all(value.map((one) => this.#withPaths(one)));
    const at = typeof value === 'string' ? /^\/stand-in-file\/(\d+)$/.exec(value)?.[1] : undefined;
    if (at === undefined) return value;
    const { result } = await this.#send('Runtime.evaluate', { expression: `standIn.files[${at}]` });
    const { objectId } = result as { readonly objectId: string };
    return (await this.#send('DOM.getFileInfo', { objectId })).path;
  }

  async #answer({ requestId, request }: Paused): Promise<void> {
    // Whatever is not ours would be stopped by the shell; here it fails, and the test sees that it was asked for.
    if (!request.url.startsWith(standInAddress)) {
      await this.#send('Fetch.failRequest', { requestId, errorReason: 'BlockedByClient' });
      return;
    }
    const response = await protocol.fetch(inApp(request.url), request.method);
    await this.#send('Fetch.fulfillRequest', {
      requestId,
      responseCode: response.status,
      responseHeaders: Array.from(response.headers, ([name, value]) => ({ name, value })),
      body: Buffer.from(await response.arrayBuffer()).toString('base64'),
    });
  }
}

interface Paused {
  readonly requestId: string;
  readonly request: { readonly url: string; readonly method: string };
}

export class ChromiumWindow extends StandInWindow {
  protected override makeContents(preferences: Readonly<Record<string, unknown>>): StandInContents {
    return new ChromiumContents(preferences);
  }

  static getAllWindows(): readonly StandInWindow[] {
    return [...windows];
  }

  getTitle(): string {
    return this.title;
  }

  override destroy(): void {
    if (this.isGone) return;
    void (this.webContents as ChromiumContents).close();
    super.destroy();
  }
}
