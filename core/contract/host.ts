/**
 * What the interface may ask of the program that shows it, beside the engine: dialogs, drops, the window. Electron's
 * preload puts this on `window.marStudio`; in a browser the interface builds its own. What a host can't do is
 * null, and its button is not shown.
 */
import type { KeyChanges } from './commands.ts';
import type { MannersName } from './platform.ts';

export interface HostAbilities {
  readonly kind: 'electron' | 'browser';
  /** Which row of the table of manners holds here. */
  readonly manners: MannersName;

  /**
   * Opens the way to the engine. Every text from the engine, and every event of the host ("open", "command",
   * "engine restarted"), goes to `receive`. Called once for a page.
   */
  connect(receive: (text: string) => void): EnginePort;

  /** Paths that a person chose, and that calls may name from then on; none if they cancelled. */
  pickFiles(options: PickOptions): Promise<readonly string[]>;
  /** Where to write a file; whether it may replace one that is there was asked already. Null if cancelled. */
  pickSavePath(options: SaveOptions): Promise<string | null>;
  /** The paths of what was dropped or pasted, in its order; they may be named from then on. */
  readonly pathsOfDrop: ((files: readonly File[]) => Promise<readonly string[]>) | null;

  /** The window's title, and the file that it shows. A mark for what is not saved is put as this platform does. */
  setDocument(state: DocumentState): void;
  /** On the taskbar or the dock: 0 to 1, "unknown" while work runs without a total, null when none runs. */
  setProgress(progress: number | 'unknown' | null): void;
  setTheme(theme: ThemeName): void;
  copyText(text: string): Promise<void>;

  /** Only for paths that calls may name. */
  readonly showInFolder: ((path: string) => Promise<void>) | null;
  /**
   * Where entries that are dragged out may be extracted to: a folder that is not there yet, of the host's own, which
   * takes it away when it ends.
   */
  readonly newDragFolder: (() => Promise<string>) | null;
  /** Called while a drag begins: from here the system drags these files, which must exist. */
  readonly startDrag: ((paths: readonly string[]) => void) | null;
  /** Shown by the system while none of our windows is in front. */
  readonly notify: ((words: { readonly title: string; readonly body: string }) => void) | null;
  /** What the system lists as recent documents, newest first; none empties its list. */
  readonly setRecents: ((paths: readonly string[]) => void) | null;
  /** What calls may name again after the next start: recents, the model store. Replaces what was kept before. */
  readonly keepGranted: ((paths: readonly string[]) => void) | null;
  /** Another window, showing these paths; an empty list opens Home. */
  readonly newWindow: ((paths: readonly string[]) => void) | null;
  /** Which commands the menu greys out, which bear a tick, and which have other keys than their own. */
  readonly setMenuState: ((state: MenuState) => void) | null;
  /** After "engine stopped": tries once more. */
  readonly startEngine: (() => void) | null;
}

export interface EnginePort {
  send(text: string): void;
}

export interface PickOptions {
  readonly title: string;
  readonly multiple: boolean;
  /** Folders instead of files. */
  readonly folders: boolean;
  readonly startAt: string | null;
}

export interface SaveOptions {
  readonly title: string;
  /** A file's name, or a whole path. */
  readonly suggested: string;
}

export interface DocumentState {
  readonly title: string;
  readonly path: string | null;
  /** Closing the window asks first. */
  readonly isEdited: boolean;
}

export const themeNames = ['system', 'light', 'dark'] as const;
export type ThemeName = (typeof themeNames)[number];

export interface MenuState {
  readonly disabled: readonly string[];
  readonly checked: readonly string[];
  readonly keys: KeyChanges;
}
