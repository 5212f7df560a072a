/** All windows: opening, finding and closing them. One task has one window, and all share one engine. */
import { app, BrowserWindow, nativeTheme, screen, type WebContents } from 'electron';
import { type MannersName, manners } from '../core/contract/platform.ts';
import { askAboutWork, askToDiscard, askToReload } from './dialogs.ts';
import type { ShellStateFile } from './shell-state.ts';
import { AppWindow, backgroundColor } from './window.ts';
import { placeWindow } from './window-state.ts';

export interface WindowsOptions {
  readonly manners: MannersName;
  readonly state: ShellStateFile;
  /** A window came to the front, or the last one went. */
  readonly onFocus: () => void;
  readonly onClosed: (id: number) => void;
}

/** A new window stands a little beside the last, or it would seem that nothing happened. */
const step = 28;

export class Windows {
  readonly #options: WindowsOptions;
  readonly #open = new Map<number, AppWindow>();
  #isQuitting = false;

  constructor(options: WindowsOptions) {
    this.#options = options;
    app.on('before-quit', () => {
      this.#isQuitting = true;
    });
    app.on('window-all-closed', () => {
      if (this.#isQuitting || manners[options.manners].lastWindowClosed === 'quit') app.quit();
    });
    app.on('activate', () => this.show());
    nativeTheme.on('updated', () => {
      for (const window of this.#open.values()) window.browser.setBackgroundColor(backgroundColor());
    });
  }

  /** The window of a page, if it is one of ours. */
  of(contents: WebContents): AppWindow | undefined {
    return this.#open.get(contents.id);
  }

  /** The one in front, or any. */
  get front(): AppWindow | undefined {
    const focused = BrowserWindow.getFocusedWindow();
    const found = focused === null ? undefined : this.#open.get(focused.webContents.id);
    return found ?? [...this.#open.values()].at(-1);
  }

  get isAnyFocused(): boolean {
    return BrowserWindow.getFocusedWindow() !== null;
  }

  /** Brings a window to the front, a new one if there is none. */
  show(): AppWindow {
    const window = this.front;
    if (window === undefined) return this.open([]);
    window.show();
    return window;
  }

  /** Shows paths that are granted already: where nothing is open yet, else in a window of their own. */
  openPaths(paths: readonly string[]): void {
    const front = this.front;
    if (front?.isHome !== true) {
      this.open(paths);
      return;
    }
    front.show();
    if (paths.length > 0) front.tell({ is: 'open', paths });
  }

  open(paths: readonly string[]): AppWindow {
    const { state } = this.#options;
    const beside = this.front?.saved;
    const wanted =
      beside === undefined ? state.state.window : { ...beside, x: beside.x + step, y: beside.y + step };
    const main = screen.getPrimaryDisplay();
    const others = screen.getAllDisplays().filter(({ id }) => id !== main.id);
    const window = new AppWindow({
      manners: this.#options.manners,
      bounds: placeWindow(
        wanted,
        [main, ...others].map(({ workArea }) => workArea),
      ),
      isMaximized: wanted?.isMaximized ?? false,
      hasDevTools: !app.isPackaged,
    });
    this.#watch(window);
    if (paths.length > 0) window.tell({ is: 'open', paths });
    window.load();
    return window;
  }

  /** Work that nobody could see is done: its window comes back. */
  workDone(window: AppWindow): void {
    if (!window.browser.isVisible()) window.browser.showInactive();
  }

  #watch(window: AppWindow): void {
    const { browser, id } = window;
    this.#open.set(id, window);
    browser.on('focus', () => this.#options.onFocus());
    browser.on('close', (event) => {
      this.#options.state.change({ window: window.saved });
      if (!window.document.isEdited && !(window.isWorking && this.#isLast(window))) return;
      event.preventDefault();
      void this.#askAndClose(window);
    });
    browser.on('closed', () => {
      this.#open.delete(id);
      this.#options.onClosed(id);
    });
    // Committed: what was held back for the page that is gone is for the one that comes.
    browser.webContents.on('did-navigate', () => window.disconnected());
    browser.webContents.on('render-process-gone', (_event, { reason }) => {
      if (reason !== 'clean-exit') void this.#pageDied(window, reason);
    });
  }

  /** Closing the last window ends the application, and with it all work, except where an application stays. */
  #isLast(window: AppWindow): boolean {
    const isOnly = [...this.#open.keys()].every((id) => id === window.id);
    return isOnly && (this.#isQuitting || manners[this.#options.manners].lastWindowClosed === 'quit');
  }

  async #askAndClose(window: AppWindow): Promise<void> {
    const wasQuitting = this.#isQuitting;
    const isLast = this.#isLast(window);
    // Refusing to close one window has called off the quitting of all.
    this.#isQuitting = false;
    if (window.document.isEdited && !(await askToDiscard(window.browser))) return;
    if (window.isWorking && isLast) {
      const answer = await askAboutWork(window.browser);
      if (answer === 'cancel') return;
      if (answer === 'keep running') {
        window.browser.hide();
        return;
      }
    }
    window.browser.destroy();
    if (wasQuitting) app.quit();
  }

  async #pageDied(window: AppWindow, why: string): Promise<void> {
    window.disconnected();
    if (await askToReload(window.browser, why)) window.load();
    else window.browser.destroy();
  }
}
