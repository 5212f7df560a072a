/** How an application behaves on each platform: one table, which the windows, the menus and the interface obey. */

export const mannersNames = ['macos', 'windows', 'gnome', 'kde'] as const;
export type MannersName = (typeof mannersNames)[number];

export interface Manners {
  /** What happens when the last window is closed. */
  readonly lastWindowClosed: 'stay' | 'quit';
  readonly settings: { readonly menu: 'app' | 'file' | 'edit'; readonly label: string };
  /** In our own dialogs, from left to right. */
  readonly dialogButtons: readonly ['cancel', 'action'] | readonly ['action', 'cancel'];
  /** The first is shown in menus; all of them work. Keys as Electron writes them. */
  readonly redo: readonly string[];
  readonly fullScreen: string;
  readonly back: string;
  readonly forward: string;
  readonly addNote: string;
  readonly removeFromList: 'Backspace' | 'Delete';
  readonly showInFolder: string;
  /** "file" is macOS: the title bar stands for the file, its close button bears the dot. */
  readonly unsavedMark: 'file' | 'star';
  readonly quit: { readonly label: string; readonly menu: 'app' | 'file' };
  /** Letters underlined in menus. */
  readonly hasMnemonics: boolean;
  /** The menu of the system's own recent documents is kept by the system; elsewhere by us. */
  readonly recents: 'dock' | 'jump list' | 'recent files';
  readonly progress: 'dock' | 'taskbar' | 'launcher';
  /** What a theme is where the system names none. */
  readonly unknownTheme: 'light';
}

const linux = {
  lastWindowClosed: 'quit',
  settings: { menu: 'edit', label: 'Preferences' },
  redo: ['Ctrl+Shift+Z', 'Ctrl+Y'],
  fullScreen: 'F11',
  back: 'Alt+Left',
  forward: 'Alt+Right',
  addNote: 'Ctrl+M',
  removeFromList: 'Delete',
  showInFolder: 'Open Containing Folder',
  unsavedMark: 'star',
  quit: { label: 'Exit', menu: 'file' },
  hasMnemonics: true,
  recents: 'recent files',
  progress: 'launcher',
  unknownTheme: 'light',
} as const;

export const manners: Readonly<Record<MannersName, Manners>> = {
  macos: {
    lastWindowClosed: 'stay',
    settings: { menu: 'app', label: 'Settings…' },
    dialogButtons: ['cancel', 'action'],
    redo: ['Cmd+Shift+Z'],
    fullScreen: 'Ctrl+Cmd+F',
    back: 'Cmd+[',
    forward: 'Cmd+]',
    addNote: 'Ctrl+Alt+M',
    removeFromList: 'Backspace',
    showInFolder: 'Reveal in Finder',
    unsavedMark: 'file',
    quit: { label: 'Quit MAR Studio', menu: 'app' },
    hasMnemonics: false,
    recents: 'dock',
    progress: 'dock',
    unknownTheme: 'light',
  },
  windows: {
    ...linux,
    settings: { menu: 'file', label: 'Settings' },
    dialogButtons: ['action', 'cancel'],
    redo: ['Ctrl+Y', 'Ctrl+Shift+Z'],
    showInFolder: 'Show in File Explorer',
    recents: 'jump list',
    progress: 'taskbar',
  },
  gnome: { ...linux, dialogButtons: ['cancel', 'action'] },
  kde: { ...linux, dialogButtons: ['action', 'cancel'] },
};

/** `platform` as Node names it; `desktop` is XDG_CURRENT_DESKTOP, such as "ubuntu:GNOME". */
export function mannersOf(platform: string, desktop: string): MannersName {
  if (platform === 'darwin') return 'macos';
  if (platform === 'win32') return 'windows';
  return /(^|:)(KDE|LXQt)(:|$)/i.test(desktop) ? 'kde' : 'gnome';
}
