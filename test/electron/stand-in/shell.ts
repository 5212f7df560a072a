/** The other modules of Electron's main process, as far as the shell uses them, and what they were told. */
import { EventEmitter } from 'node:events';

type Handler = (event: unknown, ...args: readonly unknown[]) => unknown;

class StandInIpcMain {
  readonly handlers = new Map<string, Handler>();

  handle(channel: string, handler: Handler): void {
    if (this.handlers.has(channel))
      throw new Error(`Attempted to register a second handler for '${channel}'`);
    this.handlers.set(channel, handler);
  }

  /** What ipcRenderer.invoke does, with any sender. */
  async ask(channel: string, event: unknown, args: readonly unknown[]): Promise<unknown> {
    const handler = this.handlers.get(channel);
    const copies = structuredClone(args);
    try {
      if (handler === undefined) throw new Error(`No handler registered for '${channel}'`);
      return structuredClone(await handler(event, ...copies));
    } catch (error) {
      throw new Error(`Error invoking remote method '${channel}': ${error}`);
    }
  }
}

export const ipcMain = new StandInIpcMain();

type ProtocolHandler = (request: { url: string; method: string }) => Response | Promise<Response>;

export const protocol = {
  privileged: [] as readonly unknown[],
  handlers: new Map<string, ProtocolHandler>(),
  registerSchemesAsPrivileged(schemes: readonly unknown[]): void {
    if (app.isReady())
      throw new Error('protocol.registerSchemesAsPrivileged should be called before app is ready');
    protocol.privileged = schemes;
  },
  handle(scheme: string, handler: ProtocolHandler): void {
    protocol.handlers.set(scheme, handler);
  },
  async fetch(url: string, method = 'GET'): Promise<Response> {
    const handler = protocol.handlers.get(url.slice(0, url.indexOf(':')));
    if (handler === undefined) throw new Error(`ERR_UNKNOWN_URL_SCHEME (${url})`);
    return handler({ url, method });
  },
};

class StandInApp extends EventEmitter {
  readonly calls: string[] = [];
  readonly switches = new Map<string, string>();
  readonly recents: string[] = [];
  readonly paths = new Map<string, string>();
  isPackaged = false;
  appPath = '';
  hasLock = true;
  lockData: unknown = null;
  #isReady = false;
  #resolveReady: () => void = () => {};
  #ready = new Promise<void>((resolve) => {
    this.#resolveReady = resolve;
  });

  readonly commandLine = {
    appendSwitch: (name: string, value = ''): void => {
      this.switches.set(name, value);
    },
  };

  becomeReady(): void {
    this.#isReady = true;
    this.#resolveReady();
  }

  startOver(): void {
    this.#isReady = false;
    this.#ready = new Promise<void>((resolve) => {
      this.#resolveReady = resolve;
    });
  }

  isReady(): boolean {
    return this.#isReady;
  }

  whenReady(): Promise<void> {
    return this.#ready;
  }

  enableSandbox(): void {
    if (this.#isReady) throw new Error('app.enableSandbox() can only be called before app is ready');
    this.calls.push('enableSandbox');
  }

  requestSingleInstanceLock(data: unknown): boolean {
    this.lockData = structuredClone(data);
    return this.hasLock;
  }

  quit(): void {
    this.calls.push('quit');
  }

  exit(): void {
    this.calls.push('exit');
  }

  getAppPath(): string {
    return this.appPath;
  }

  getPath(name: string): string {
    const path = this.paths.get(name);
    if (path === undefined) throw new Error(`Failed to get '${name}' path`);
    return path;
  }

  clearRecentDocuments(): void {
    this.recents.length = 0;
  }

  addRecentDocument(path: string): void {
    this.recents.unshift(path);
  }
}

export const app = new StandInApp();

/** What the person at the screen will answer, and what they were shown. */
export const dialog = {
  shown: [] as { readonly kind: string; readonly options: Readonly<Record<string, unknown>> }[],
  answers: [] as unknown[],
  answer(kind: string, options: Readonly<Record<string, unknown>>): Promise<unknown> {
    dialog.shown.push({ kind, options });
    if (dialog.answers.length === 0) throw new Error(`nobody answers the ${kind} dialog`);
    return Promise.resolve(dialog.answers.shift());
  },
  showOpenDialog: (_window: unknown, options: Record<string, unknown>) => dialog.answer('open', options),
  showSaveDialog: (_window: unknown, options: Record<string, unknown>) => dialog.answer('save', options),
  showMessageBox: (_window: unknown, options: Record<string, unknown>) => dialog.answer('message', options),
};

type Decide = (allowed: boolean) => void;

class StandInSession extends EventEmitter {
  permissionRequest: ((contents: unknown, permission: string, decide: Decide) => void) | null = null;
  permissionCheck: (() => boolean) | null = null;
  devicePermission: (() => boolean) | null = null;
  isSpellChecked = true;
  beforeRequest: ((details: { url: string }, decide: (answer: { cancel: boolean }) => void) => void) | null =
    null;

  readonly webRequest = {
    onBeforeRequest: (listener: NonNullable<StandInSession['beforeRequest']>): void => {
      this.beforeRequest = listener;
    },
  };

  setPermissionRequestHandler(handler: NonNullable<StandInSession['permissionRequest']>): void {
    this.permissionRequest = handler;
  }

  setPermissionCheckHandler(handler: () => boolean): void {
    this.permissionCheck = handler;
  }

  setDevicePermissionHandler(handler: () => boolean): void {
    this.devicePermission = handler;
  }

  setSpellCheckerEnabled(isEnabled: boolean): void {
    this.isSpellChecked = isEnabled;
  }
}

export const session = { defaultSession: new StandInSession() };

export const screen = {
  displays: [{ id: 1, workArea: { x: 0, y: 0, width: 1920, height: 1040 } }],
  getPrimaryDisplay: () => screen.displays[0],
  getAllDisplays: () => screen.displays,
};

class StandInTheme extends EventEmitter {
  themeSource = 'system';
  isSystemDark = false;
  get shouldUseDarkColors(): boolean {
    return this.themeSource === 'system' ? this.isSystemDark : this.themeSource === 'dark';
  }
}

export const nativeTheme = new StandInTheme();

export interface MenuItem {
  readonly id?: string;
  readonly label?: string;
  readonly role?: string;
  readonly enabled?: boolean;
  readonly checked?: boolean;
  readonly accelerator?: string;
  readonly click?: () => void;
  readonly submenu?: readonly MenuItem[];
}

export const Menu = {
  current: [] as readonly MenuItem[],
  buildFromTemplate: (template: readonly MenuItem[]) => template,
  setApplicationMenu: (menu: readonly MenuItem[]): void => {
    Menu.current = menu;
  },
  getApplicationMenu: () => ({ getMenuItemById: (id: string) => itemOf(Menu.current, id) }),
};

function itemOf(menu: readonly MenuItem[], id: string): MenuItem | null {
  for (const item of menu) {
    const found = item.id === id ? item : itemOf(item.submenu ?? [], id);
    if (found !== null) return found;
  }
  return null;
}

export const clipboard = {
  text: '',
  readText: () => clipboard.text,
  writeText: (text: string): void => {
    clipboard.text = text;
  },
};

export const shell = {
  shown: [] as string[],
  showItemInFolder: (path: string): void => {
    shell.shown.push(path);
  },
};

export const nativeImage = { createFromPath: (path: string) => ({ path }) };

export class Notification extends EventEmitter {
  static shown: Notification[] = [];
  static isSupported = () => true;
  readonly options: Readonly<Record<string, unknown>>;

  constructor(options: Readonly<Record<string, unknown>>) {
    super();
    this.options = options;
  }

  show(): void {
    Notification.shown.push(this);
  }
}
