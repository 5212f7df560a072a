/** One window: how it is made, and what may be told to it and shown on it. */
import {
  type BaseWindowConstructorOptions,
  BrowserWindow,
  type MessagePortMain,
  nativeTheme,
  type WebPreferences,
} from 'electron';
import type { EngineEvent } from '../core/contract/api.ts';
import type { DocumentState, MenuState } from '../core/contract/host.ts';
import { type MannersName, manners } from '../core/contract/platform.ts';
import { eventChannel, lossChannel, mannersArgument, portChannel } from './channels.ts';
import type { Caller } from './engine-process.ts';
import { pageAddress } from './page-protocol.ts';
import { places } from './places.ts';
import { type Bounds, leastHeight, leastWidth, type SavedWindow } from './window-state.ts';

/** The page's own background, so that nothing flashes before it is there. */
const backgrounds = { light: '#ffffff', dark: '#12161c' };

export interface WindowOptions {
  readonly manners: MannersName;
  readonly bounds: Bounds;
  readonly isMaximized: boolean;
  readonly hasDevTools: boolean;
}

/** Said in full, although most are Electron's defaults: a default may change. */
export function webPreferences(manners: MannersName, hasDevTools: boolean): WebPreferences {
  return {
    preload: places.preload,
    additionalArguments: [mannersArgument + manners],
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    devTools: hasDevTools,
  };
}

export function backgroundColor(): string {
  return nativeTheme.shouldUseDarkColors ? backgrounds.dark : backgrounds.light;
}

export class AppWindow implements Caller {
  readonly browser: BrowserWindow;
  readonly id: number;
  readonly #manners: MannersName;
  /** Events from before the page listened; null since it does. */
  #early: EngineEvent[] | null = [];
  document: DocumentState = { title: 'MAR Studio', path: null, isEdited: false };
  menuState: MenuState = { disabled: [], checked: [], keys: {} };
  isWorking = false;
  /** It was told to open something, and has not said yet what it shows. */
  #isAsked = false;

  constructor(options: WindowOptions) {
    const { bounds, isMaximized, hasDevTools } = options;
    this.#manners = options.manners;
    const shown: BaseWindowConstructorOptions = {
      ...bounds,
      minWidth: leastWidth,
      minHeight: leastHeight,
      show: false,
      title: this.document.title,
      backgroundColor: backgroundColor(),
      icon: places.icon,
    };
    const browser = new BrowserWindow({
      ...shown,
      webPreferences: webPreferences(options.manners, hasDevTools),
    });
    this.browser = browser;
    this.id = browser.webContents.id;
    if (isMaximized) browser.maximize();
    browser.once('ready-to-show', () => browser.show());
    // The title is said by setDocument; the page's own would take its place.
    browser.on('page-title-updated', (event) => event.preventDefault());
  }

  load(): void {
    this.browser.loadURL(pageAddress).catch((error: unknown) => {
      console.error(`the interface can't be loaded: ${error instanceof Error ? error.message : error}`);
    });
  }

  /** The page listens: it gets what was said before. */
  connected(): void {
    const early = this.#early ?? [];
    this.#early = null;
    for (const event of early) this.tell(event);
  }

  /** Its page is loaded anew and does not listen yet. */
  disconnected(): void {
    this.#early ??= [];
  }

  tell(event: EngineEvent): void {
    if (event.is === 'open') this.#isAsked = true;
    if (this.#early !== null) this.#early.push(event);
    else this.browser.webContents.send(eventChannel, JSON.stringify({ event }));
  }

  givePort(port: MessagePortMain): void {
    this.browser.webContents.postMessage(portChannel, null, [port]);
  }

  loseEngine(): void {
    this.browser.webContents.send(lossChannel);
  }

  /** Nothing is open in it yet. */
  get isHome(): boolean {
    return this.document.path === null && !this.document.isEdited && !this.#isAsked;
  }

  show(): void {
    if (this.browser.isMinimized()) this.browser.restore();
    this.browser.show();
    this.browser.focus();
  }

  setDocument(state: DocumentState): void {
    this.document = state;
    this.#isAsked = false;
    if (manners[this.#manners].unsavedMark === 'file') {
      this.browser.setTitle(state.title);
      this.browser.setRepresentedFilename(state.path ?? '');
      this.browser.setDocumentEdited(state.isEdited);
    } else this.browser.setTitle(`${state.isEdited ? '*' : ''}${state.title}`);
  }

  setProgress(progress: number | 'unknown' | null): void {
    this.isWorking = progress !== null;
    if (progress === 'unknown') this.browser.setProgressBar(2, { mode: 'indeterminate' });
    else this.browser.setProgressBar(progress ?? -1);
  }

  /** Where it stands while it is not maximised. */
  get saved(): SavedWindow {
    const { x, y, width, height } = this.browser.getNormalBounds();
    return { x, y, width, height, isMaximized: this.browser.isMaximized() };
  }
}
