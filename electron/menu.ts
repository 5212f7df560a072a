/** The menu bar, made anew from what is known: the platform's manners, the recents, what the window in front allows. */
import { type MenuItemConstructorOptions as Item, Menu } from 'electron';
import { type CommandName, commands, keysOf } from '../core/contract/commands.ts';
import type { MenuState } from '../core/contract/host.ts';
import { type Manners, type MannersName, manners as table } from '../core/contract/platform.ts';

export interface MenuOptions {
  readonly manners: MannersName;
  readonly state: MenuState;
  readonly recents: readonly string[];
  readonly hasDevTools: boolean;
  readonly onCommand: (name: CommandName) => void;
  readonly onNewWindow: () => void;
  readonly onOpenRecent: (path: string) => void;
}

const separator: Item = { type: 'separator' };

export function showMenu(options: MenuOptions): void {
  Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate(options)));
}

export function menuTemplate(options: MenuOptions): Item[] {
  const manners = table[options.manners];
  const isMac = options.manners === 'macos';
  const menus = [
    ...(isMac ? [appMenu(options, manners)] : []),
    fileMenu(options, manners),
    editMenu(options, manners),
    viewMenu(options, manners),
    ...commandMenus(options),
    ...(isMac ? [{ role: 'windowMenu' } satisfies Item] : []),
    helpMenu(options, isMac),
  ];
  return manners.hasMnemonics ? withMnemonics(menus) : menus;
}

/** An item for a command of the interface, which the window in front carries out. */
function item(options: MenuOptions, name: CommandName, more: Item = {}): Item {
  const keys = keysOf(name, table[options.manners], options.state.keys);
  return {
    id: name,
    label: commands[name].label,
    enabled: !options.state.disabled.includes(name),
    click: () => options.onCommand(name),
    ...(keys === null ? {} : { accelerator: keys.replace(/\+\+$/, '+Plus') }),
    ...more,
  };
}

function items(options: MenuOptions, names: readonly (CommandName | '-')[]): Item[] {
  return names.map((name) => (name === '-' ? separator : item(options, name)));
}

/** One of several, the one in force with its mark. */
function choices(options: MenuOptions, label: string, names: readonly CommandName[]): Item {
  const { checked } = options.state;
  return {
    label,
    submenu: names.map((name) => item(options, name, { type: 'radio', checked: checked.includes(name) })),
  };
}

function appMenu(options: MenuOptions, manners: Manners): Item {
  return {
    label: 'MAR Studio',
    submenu: [
      item(options, 'about'),
      separator,
      item(options, 'settings', { label: manners.settings.label }),
      separator,
      { role: 'services' },
      separator,
      { role: 'hide', label: 'Hide MAR Studio' },
      { role: 'hideOthers' },
      { role: 'unhide' },
      separator,
      { role: 'quit', label: manners.quit.label },
    ],
  };
}

function fileMenu(options: MenuOptions, manners: Manners): Item {
  const isMac = options.manners === 'macos';
  return {
    label: 'File',
    submenu: [
      ...items(options, ['open-archive', 'open-folder']),
      {
        label: 'Open Recent',
        enabled: options.recents.length > 0,
        submenu: options.recents.map((path) => ({
          // A single & would underline the letter after it.
          label: isMac ? path : path.replaceAll('&', '&&'),
          click: () => options.onOpenRecent(path),
        })),
      },
      separator,
      ...items(options, ['compare', 'new-pack']),
      {
        id: 'new-window',
        label: 'New Window',
        accelerator: isMac ? 'Cmd+Shift+N' : 'Ctrl+Shift+N',
        click: () => options.onNewWindow(),
      },
      separator,
      ...items(options, ['save', 'export']),
      item(options, 'show-in-folder', { label: manners.showInFolder }),
      ...(manners.settings.menu === 'file' ? [separator, settingsItem(options, manners)] : []),
      separator,
      { role: 'close', label: 'Close' },
      ...(manners.quit.menu === 'file' ? [{ role: 'quit', label: manners.quit.label } satisfies Item] : []),
    ],
  };
}

function settingsItem(options: MenuOptions, manners: Manners): Item {
  return item(options, 'settings', { label: manners.settings.label });
}

function editMenu(options: MenuOptions, manners: Manners): Item {
  const [redo = ''] = manners.redo;
  return {
    label: 'Edit',
    submenu: [
      { role: 'undo' },
      { role: 'redo', accelerator: redo },
      // The keys that are the custom elsewhere work here too.
      ...manners.redo.slice(1).map(
        (keys): Item => ({
          role: 'redo',
          accelerator: keys,
          visible: false,
          acceleratorWorksWhenHidden: true,
        }),
      ),
      separator,
      { role: 'cut' },
      { role: 'copy' },
      {
        label: 'Copy As',
        submenu: items(options, ['copy-path', 'copy-sha256', 'copy-command', 'copy-markdown']),
      },
      { role: 'paste' },
      { role: 'selectAll' },
      separator,
      {
        label: 'Find',
        submenu: items(options, ['find', 'find-next', 'find-previous', '-', 'filter', 'search']),
      },
      ...(manners.settings.menu === 'edit' ? [separator, settingsItem(options, manners)] : []),
    ],
  };
}

function viewMenu(options: MenuOptions, manners: Manners): Item {
  const { checked } = options.state;
  return {
    label: 'View',
    submenu: [
      item(options, 'next-layout'),
      item(options, 'toggle-unchanged', { type: 'checkbox', checked: checked.includes('toggle-unchanged') }),
      item(options, 'columns'),
      separator,
      choices(options, 'Density', ['density-compact', 'density-normal', 'density-roomy']),
      choices(options, 'Theme', ['theme-system', 'theme-light', 'theme-dark']),
      choices(options, 'Diff Palette', ['palette-blue-orange', 'palette-green-red']),
      separator,
      ...items(options, ['command-palette', 'jobs', 'next-pane', 'previous-pane', '-']),
      { role: 'resetZoom' },
      { role: 'zoomIn' },
      { role: 'zoomOut' },
      separator,
      { role: 'togglefullscreen', accelerator: manners.fullScreen },
      ...(options.hasDevTools ? [{ role: 'toggleDevTools' } satisfies Item] : []),
    ],
  };
}

function commandMenus(options: MenuOptions): Item[] {
  return [
    {
      label: 'Go',
      submenu: items(options, [
        'home',
        'back',
        'forward',
        '-',
        'next-change',
        'previous-change',
        'next-entry',
        'previous-entry',
        'next-unviewed',
        '-',
        'go-to-entry',
        'go-to-offset',
      ]),
    },
    {
      label: 'Archive',
      submenu: items(options, ['verify', 'prove', '-', 'extract-selected', 'extract-all']),
    },
    {
      label: 'Audit',
      submenu: items(options, ['mark-viewed', 'mark-shown-viewed', '-', 'add-note']),
    },
  ];
}

function helpMenu(options: MenuOptions, isMac: boolean): Item {
  return {
    role: 'help',
    label: 'Help',
    submenu: [
      ...items(options, ['guide', 'keyboard-map', 'accessibility']),
      ...(isMac ? [] : items(options, ['-', 'about'])),
    ],
  };
}

/** Underlines in each menu the first letter of a label that no label above it has taken. */
function withMnemonics(menu: readonly Item[]): Item[] {
  const taken = new Set<string>();
  return menu.map((entry) => {
    const submenu = Array.isArray(entry.submenu) ? { submenu: withMnemonics(entry.submenu) } : {};
    const { label } = entry;
    if (label === undefined || label.includes('&')) return { ...entry, ...submenu };
    const at = [...label].findIndex((letter) => /[a-z]/i.test(letter) && !taken.has(letter.toLowerCase()));
    if (at === -1) return { ...entry, ...submenu };
    taken.add((label[at] as string).toLowerCase());
    return { ...entry, ...submenu, label: `${label.slice(0, at)}&${label.slice(at)}` };
  });
}
