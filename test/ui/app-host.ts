/** What a spec may ask of the application beside its page, whichever host shows it. */
import type { ConsoleMessage, Page, Request } from 'playwright';
import type { ServeOptions } from '../support/served-app.ts';

export interface HostOptions extends Omit<ServeOptions, 'onPage'> {
  readonly watch: Watch;
}

/** Told of all that any window says and asks for. */
export interface Watch {
  onConsole(message: ConsoleMessage): void;
  onError(error: Error): void;
  onRequest(request: Request): void;
  onPage(page: Page): void;
}

export interface AppHost {
  readonly page: Page;
  /** Granted, empty, and gone when it is closed. */
  readonly folder: string;
  /** Where the engine keeps settings, recents and marks. */
  readonly stateFolder: string;
  /** With what the address of every request begins. */
  readonly address: string;

  /** Shows archives, as the command line gives them to a window that has nothing open; what it showed is gone. */
  openArchives(paths: readonly string[]): Promise<void>;
  /** Another window of the same application, at Home. */
  openWindow(): Promise<Page>;
  /** Does what asks for files or a folder, and chooses these. */
  pick(paths: readonly string[], ask: () => Promise<void>): Promise<void>;
  /** Does what asks where to save, and answers; with the keyboard, where the page asks. */
  pickSave(path: string, ask: () => Promise<void>): Promise<void>;
  readClipboard(): Promise<string>;
  enginePid(): Promise<number>;
  /** What only a desktop has; null in a browser. */
  readonly desktop: DesktopHost | null;
  close(): Promise<void>;
}

export interface DesktopHost {
  /** The files that the system was asked to drag last; it is not let do so, since nobody would drop them. */
  draggedOut(): Promise<readonly string[]>;
  /** Chooses an item of the menu bar. */
  chooseInMenu(id: string): Promise<void>;
  hasTick(id: string): Promise<boolean>;
  /** Not grey. */
  isEnabled(id: string): Promise<boolean>;
}
