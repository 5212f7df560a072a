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
  close(): Promise<void>;
}

/** For whatever should appear: machines are slow, and a test that hangs says nothing. */
export const waitMs = 40_000;
