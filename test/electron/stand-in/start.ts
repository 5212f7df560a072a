/** Starts the shell's real code on the stand-in, with folders of its own, and hands out what tests look at. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { FromEngine } from '../../../core/contract/rpc.ts';
import { scratchFolder } from '../../support/scratch.ts';
import { StandInEvent, StandInWindow, windows } from './pages.ts';
import { started } from './ports.ts';
import * as electron from './shell.ts';

const standIn = new URL('./electron.ts', import.meta.url).href;
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: standIn, shortCircuit: true } : next(specifier, context),
});
const { startApplication } = await import('../../../electron/application.ts');
const root = new URL('../../..', import.meta.url).pathname;

export interface StartOptions {
  readonly platform?: string;
  readonly desktop?: string;
  readonly arguments?: readonly string[];
  /** Said by macOS before the application is ready. */
  readonly openedFiles?: readonly string[];
  /** A folder that an earlier start used. */
  readonly folder?: string;
}

/** A started application; it ends with the test. */
export async function start(t: TestContext, options: StartOptions = {}) {
  const folder = options.folder ?? (await makeFolder(t));
  startOver();
  electron.app.appPath = folder;
  electron.app.paths.set('userData', join(folder, 'user'));
  StandInWindow.onContents = (contents) =>
    electron.app.emit('web-contents-created', new StandInEvent(), contents);
  StandInWindow.onAllClosed = () => electron.app.emit('window-all-closed');
  t.after(end);
  const running = startApplication({
    argv: ['electron', folder, ...(options.arguments ?? [])],
    workingFolder: folder,
    platform: options.platform ?? 'linux',
    desktop: options.desktop ?? 'GNOME',
  });
  for (const path of options.openedFiles ?? []) electron.app.emit('open-file', new StandInEvent(), path);
  electron.app.becomeReady();
  await running;
  return { folder };
}

async function makeFolder(t: TestContext): Promise<string> {
  const folder = await scratchFolder(t);
  await mkdir(join(folder, 'dist', 'renderer', 'assets'), { recursive: true });
  await symlink(join(root, 'dist', 'electron'), join(folder, 'dist', 'electron'));
  await writeFile(join(folder, 'dist', 'renderer', 'index.html'), '<!doctype html><title>MAR Studio</title>');
  await writeFile(join(folder, 'dist', 'renderer', 'assets', 'index-B4c_x9.js'), 'export {};');
  return folder;
}

function startOver(): void {
  for (const emitter of [electron.app, electron.nativeTheme, electron.session.defaultSession])
    emitter.removeAllListeners();
  electron.app.startOver();
  electron.app.calls.length = 0;
  electron.app.hasLock = true;
  electron.app.isPackaged = false;
  electron.ipcMain.handlers.clear();
  electron.dialog.shown.length = 0;
  electron.dialog.answers.length = 0;
  electron.shell.shown.length = 0;
  electron.Notification.shown.length = 0;
  electron.nativeTheme.themeSource = 'system';
  electron.nativeTheme.isSystemDark = false;
  electron.screen.displays = [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } }];
  started.length = 0;
}

/** The application quits for good, and its engine's thread with it. */
export async function end(): Promise<void> {
  electron.app.emit('will-quit', new StandInEvent());
  await Promise.all(started.map(({ ended }) => ended));
  windows.length = 0;
  StandInWindow.focused = null;
}

/** A page that listens: what it was told, and the answers of the engine to its calls. */
export class Page {
  readonly heard: FromEngine[] = [];
  readonly window: StandInWindow;
  readonly #send: (text: string) => void;
  #lastId = 0;

  constructor(window: StandInWindow) {
    this.window = window;
    const port = this.abilities.connect((text) => {
      this.heard.push(JSON.parse(text) as FromEngine);
    });
    this.#send = (text) => port.send(text);
  }

  get abilities() {
    const { abilities } = this.window.webContents;
    if (abilities === null) throw new Error('the preload has not run');
    return abilities;
  }

  send(text: string): void {
    this.#send(text);
  }

  /** The next thing heard of which this holds, or one heard already. */
  async hears<T extends FromEngine>(is: (message: FromEngine) => message is T): Promise<T> {
    await until(() => this.heard.some(is));
    return this.heard.find(is) as T;
  }

  async hearsEvent(is: string): Promise<Readonly<Record<string, unknown>>> {
    type Event = FromEngine & { readonly event: Readonly<Record<string, unknown>> };
    const message = await this.hears((heard): heard is Event => 'event' in heard && heard.event.is === is);
    return message.event;
  }

  async call(call: string, input: unknown): Promise<unknown> {
    const id = ++this.#lastId;
    this.send(JSON.stringify({ id, call, input }));
    type Answer = FromEngine & { readonly id: number };
    const answer = await this.hears((heard): heard is Answer => 'id' in heard && heard.id === id);
    return 'output' in answer ? answer.output : answer;
  }
}

/** The page of the window that opened last, once it is loaded. */
export async function lastPage(): Promise<Page> {
  const window = await lastWindow();
  return new Page(window);
}

export async function lastWindow(): Promise<StandInWindow> {
  await until(() => windows.at(-1)?.webContents.abilities != null);
  return windows.at(-1) as StandInWindow;
}

/** Far more turns of the event loop than a slow machine needs; what never comes fails its test in the end. */
const mostTurns = 15_000;

export async function until(holds: () => boolean): Promise<void> {
  for (let turn = 0; turn < mostTurns; turn++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  throw new Error(`it never came to this: ${holds}`);
}

export { electron, started, windows };
