/** Windows and pages: what a page loads goes through the protocol's handler, and the built preload runs for it. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import type { HostAbilities } from '../../../core/contract/host.ts';
import type { StandInPort } from './ports.ts';
import { ipcMain, protocol } from './shell.ts';

export interface Frame {
  readonly url: string;
  readonly origin: string;
  readonly parent: Frame | null;
}

/** What Electron hands to a listener that may say no. */
export class StandInEvent {
  defaultPrevented = false;
  preventDefault(): void {
    this.defaultPrevented = true;
  }
}

export function frameOf(url: string, parent: Frame | null = null): Frame {
  const origin = /^([a-z]+:\/\/[^/]*)/.exec(url)?.[1] ?? 'null';
  return { url, origin, parent };
}

/** A file as a page has it when somebody dropped it; without a path it was made by the page. */
export class DroppedFile {
  readonly path: string;
  constructor(path: string) {
    this.path = path;
  }
}

let lastId = 0;

export class StandInContents extends EventEmitter {
  readonly id = ++lastId;
  readonly preferences: Readonly<Record<string, unknown>>;
  mainFrame: Frame = frameOf('about:blank');
  windowOpenHandler: ((details: { url: string }) => { action: string }) | null = null;
  /** What the preload put on the page's window. */
  abilities: HostAbilities | null = null;
  readonly dragged: unknown[] = [];
  readonly #page = new EventEmitter();

  constructor(preferences: Readonly<Record<string, unknown>>) {
    super();
    this.preferences = preferences;
  }

  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }): void {
    this.windowOpenHandler = handler;
  }

  send(channel: string, ...args: readonly unknown[]): void {
    const copy = structuredClone(args);
    queueMicrotask(() => this.#page.emit(channel, { ports: [] }, ...copy));
  }

  postMessage(channel: string, message: unknown, ports: readonly StandInPort[]): void {
    const copy = structuredClone(message);
    queueMicrotask(() => this.#page.emit(channel, { ports: ports.map(({ raw }) => raw) }, copy));
  }

  startDrag(item: unknown): void {
    this.dragged.push(item);
  }

  /** As a page of ours would: what is handed over is copied, and so is the answer. */
  invoke(channel: string, ...args: readonly unknown[]): Promise<unknown> {
    return ipcMain.ask(channel, { sender: this, senderFrame: this.mainFrame }, args);
  }

  async load(url: string): Promise<void> {
    const response = await protocol.fetch(url);
    if (response.status !== 200) throw new Error(`ERR_FAILED loading ${url}`);
    this.mainFrame = frameOf(url);
    this.emit('did-navigate', new StandInEvent(), url);
    this.#page.removeAllListeners();
    this.runPreload();
  }

  /** In a context of its own, in which there is nothing of Node: a sandboxed preload has `electron` alone. */
  runPreload(): void {
    const electron = {
      contextBridge: {
        exposeInMainWorld: (name: string, value: HostAbilities) => {
          if (name === 'marStudio') this.abilities = value;
        },
      },
      ipcRenderer: {
        invoke: (channel: string, ...args: readonly unknown[]) => this.invoke(channel, ...args),
        on: (channel: string, listener: (...args: unknown[]) => void) => this.#page.on(channel, listener),
      },
      webUtils: { getPathForFile: (file: unknown) => (file instanceof DroppedFile ? file.path : '') },
    };
    const require = (name: string) => {
      if (name === 'electron') return electron;
      throw new Error(`module not found: ${name}`);
    };
    const argv = ['electron', ...((this.preferences.additionalArguments as string[] | undefined) ?? [])];
    const context = createContext({ require, module: { exports: {} }, exports: {}, process: { argv } });
    runInContext(readFileSync(String(this.preferences.preload), 'utf8'), context);
  }
}

export const windows: StandInWindow[] = [];

interface Bounds {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export class StandInWindow extends EventEmitter {
  readonly options: Readonly<Record<string, unknown>>;
  readonly webContents: StandInContents;
  readonly calls: string[] = [];
  title = '';
  representedFile = '';
  isEdited = false;
  progress: readonly unknown[] = [-1];
  background = '';
  bounds: Bounds;
  #isVisible = false;
  #isMaximized = false;
  isGone = false;
  static focused: StandInWindow | null = null;
  static onContents: (contents: StandInContents) => void = () => {};

  constructor(options: Readonly<Record<string, unknown>>) {
    super();
    this.options = options;
    this.background = String(options.backgroundColor);
    const { x, y, width, height } = options as unknown as Bounds;
    this.bounds = { x, y, width, height };
    this.webContents = this.makeContents(options.webPreferences as Readonly<Record<string, unknown>>);
    windows.push(this);
    StandInWindow.onContents(this.webContents);
  }

  protected makeContents(preferences: Readonly<Record<string, unknown>>): StandInContents {
    return new StandInContents(preferences);
  }

  static getFocusedWindow(): StandInWindow | null {
    return StandInWindow.focused;
  }

  async loadURL(url: string): Promise<void> {
    await this.webContents.load(url);
    this.emit('ready-to-show');
  }

  show(): void {
    this.#isVisible = true;
    this.focus();
  }

  showInactive(): void {
    this.calls.push('showInactive');
    this.#isVisible = true;
  }

  hide(): void {
    this.#isVisible = false;
    if (StandInWindow.focused === this) StandInWindow.focused = null;
  }

  focus(): void {
    StandInWindow.focused = this;
    this.emit('focus');
  }

  isVisible(): boolean {
    return this.#isVisible;
  }

  isMinimized(): boolean {
    return false;
  }

  isMaximized(): boolean {
    return this.#isMaximized;
  }

  maximize(): void {
    this.#isMaximized = true;
  }

  getNormalBounds(): Bounds {
    return this.bounds;
  }

  setTitle(title: string): void {
    this.title = title;
  }

  setRepresentedFilename(path: string): void {
    this.representedFile = path;
  }

  setDocumentEdited(isEdited: boolean): void {
    this.isEdited = isEdited;
  }

  setProgressBar(...progress: readonly unknown[]): void {
    this.progress = progress;
  }

  setBackgroundColor(color: string): void {
    this.background = color;
  }

  close(): void {
    const event = new StandInEvent();
    this.emit('close', event);
    if (!event.defaultPrevented) this.destroy();
  }

  destroy(): void {
    if (this.isGone) return;
    this.isGone = true;
    windows.splice(windows.indexOf(this), 1);
    if (StandInWindow.focused === this) StandInWindow.focused = null;
    this.emit('closed');
    if (windows.length === 0) StandInWindow.onAllClosed();
  }

  static onAllClosed: () => void = () => {};
}
