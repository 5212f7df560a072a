/**
 * Every command of the interface that a menu or the palette names: its words, and the keys it has unless somebody gave
 * it others. "Mod" is Cmd on macOS and Ctrl elsewhere.
 */
import type { Manners } from './platform.ts';

interface CommandWords {
  readonly label: string;
  /** As Electron writes keys, or where the platform's manners keep them. */
  readonly keys?: string | ((manners: Manners) => string);
}

export const commands = {
  'open-archive': { label: 'Open Archive…', keys: 'Mod+O' },
  'open-folder': { label: 'Open Folder…', keys: 'Mod+Shift+O' },
  compare: { label: 'Compare…', keys: 'Mod+D' },
  'new-pack': { label: 'New Pack', keys: 'Mod+N' },
  save: { label: 'Save Recipe', keys: 'Mod+S' },
  export: { label: 'Export Report…', keys: 'Mod+E' },
  'show-in-folder': { label: 'Show in Folder' },
  settings: { label: 'Settings…', keys: 'Mod+,' },
  'copy-path': { label: 'Path' },
  'copy-sha256': { label: 'SHA-256' },
  'copy-command': { label: 'Command' },
  'copy-markdown': { label: 'Markdown Row' },
  find: { label: 'Find…', keys: 'Mod+F' },
  'find-next': { label: 'Find Next', keys: 'F3' },
  'find-previous': { label: 'Find Previous', keys: 'Shift+F3' },
  filter: { label: 'Filter', keys: 'Mod+Shift+F' },
  search: { label: 'Search Names and Contents…' },
  'next-layout': { label: 'Side by Side, Unified, Linear', keys: 'Mod+\\' },
  'toggle-unchanged': { label: 'Unchanged Entries', keys: 'Mod+Shift+H' },
  columns: { label: 'Columns…' },
  'density-compact': { label: 'Compact' },
  'density-normal': { label: 'Normal' },
  'density-roomy': { label: 'Roomy' },
  'theme-system': { label: 'System' },
  'theme-light': { label: 'Light' },
  'theme-dark': { label: 'Dark' },
  'palette-blue-orange': { label: 'Blue and Orange' },
  'palette-green-red': { label: 'Green and Red' },
  jobs: { label: 'Jobs', keys: 'Mod+J' },
  'command-palette': { label: 'Command Palette…', keys: 'Mod+K' },
  'next-pane': { label: 'Next Pane', keys: 'F6' },
  'previous-pane': { label: 'Previous Pane', keys: 'Shift+F6' },
  home: { label: 'Home' },
  back: { label: 'Back', keys: (manners: Manners) => manners.back },
  forward: { label: 'Forward', keys: (manners: Manners) => manners.forward },
  'next-change': { label: 'Next Change', keys: 'F7' },
  'previous-change': { label: 'Previous Change', keys: 'Shift+F7' },
  'next-entry': { label: 'Next Changed Entry', keys: 'F8' },
  'previous-entry': { label: 'Previous Changed Entry', keys: 'Shift+F8' },
  'next-unviewed': { label: 'Next Unviewed' },
  'go-to-entry': { label: 'Go to Entry…' },
  'go-to-offset': { label: 'Go to Offset…' },
  verify: { label: 'Verify', keys: 'F9' },
  prove: { label: 'Prove by SHA-256' },
  'extract-selected': { label: 'Extract Selected…' },
  'extract-all': { label: 'Extract All…' },
  'mark-viewed': { label: 'Mark Viewed', keys: 'Mod+Enter' },
  'mark-shown-viewed': { label: 'Mark Shown Viewed' },
  'add-note': { label: 'Add Note', keys: (manners: Manners) => manners.addNote },
  guide: { label: 'User Guide' },
  'keyboard-map': { label: 'Keyboard Map', keys: 'F1' },
  accessibility: { label: 'Accessibility' },
  about: { label: 'About MAR Studio' },
} as const satisfies Readonly<Record<string, CommandWords>>;

export type CommandName = keyof typeof commands;

/** The words where no menu stands above them, as in the palette: "Path" alone says nothing. */
export const labelAlone = (name: CommandName): string =>
  name.startsWith('copy-') ? `Copy ${commands[name].label}` : commands[name].label;

export const commandNames = Object.keys(commands) as readonly CommandName[];

/** Keys that somebody gave a command in place of its own; null took them away. */
export type KeyChanges = Readonly<Partial<Record<CommandName, string | null>>>;

/** The keys as a platform writes them, such as "Ctrl+O"; null where the command has none. */
export function keysOf(name: CommandName, manners: Manners, changes: KeyChanges = {}): string | null {
  const { keys: own } = commands[name] as CommandWords;
  const given = changes[name];
  const keys = given === undefined ? own : given;
  if (keys === undefined || keys === null) return null;
  if (typeof keys === 'function') return keys(manners);
  return keys.replace('Mod', manners.unsavedMark === 'file' ? 'Cmd' : 'Ctrl');
}

const chord =
  /^(Mod\+)?(Ctrl\+)?(Alt\+)?(Shift\+)?([!-`{-~]|F(?:[1-9]|1\d|2[0-4])|Left|Right|Up|Down|Home|End|PageUp|PageDown|Insert|Delete|Enter|Space)$/;

/** Whether a text names keys that a command may have: a letter alone would be taken from whoever types. */
export function isChord(text: unknown): text is string {
  const [, mod, ctrl, alt, , key = ''] = (typeof text === 'string' ? chord.exec(text) : null) ?? [];
  return key !== '' && ((mod ?? ctrl ?? alt) !== undefined || /^F\d/.test(key));
}

export function isKeyChange(name: string, keys: unknown): boolean {
  return Object.hasOwn(commands, name) && (keys === null || isChord(keys));
}

export function isKeyChanges(value: unknown): value is KeyChanges {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).every(([name, keys]) => isKeyChange(name, keys));
}

/** What of a file can be used. */
export function checkKeyChanges(value: unknown): KeyChanges {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([name, keys]) => isKeyChange(name, keys)));
}

/** Commands that would have the keys of another one; those whose keys were not changed come first. */
export function clashesOf(
  changes: KeyChanges,
  manners: Manners,
): readonly (readonly [CommandName, CommandName])[] {
  const clashes: [CommandName, CommandName][] = [];
  const holders = new Map<string, CommandName>();
  const isChanged = (name: CommandName) => Number(changes[name] !== undefined);
  for (const name of commandNames.toSorted((a, b) => isChanged(a) - isChanged(b))) {
    const keys = keysOf(name, manners, changes);
    if (keys === null) continue;
    const holder = holders.get(keys);
    if (holder === undefined) holders.set(keys, name);
    else clashes.push([name, holder]);
  }
  return clashes;
}
