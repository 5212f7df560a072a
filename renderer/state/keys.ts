/** Keys to commands: the table of core/contract/commands.ts, as this platform writes keys. */
import { type CommandName, commands, keysOf } from '../../core/contract/commands.ts';
import { manners } from '../../core/contract/platform.ts';
import { app } from './app.svelte.ts';

const known = new Map<string, CommandName>();
for (const name of Object.keys(commands) as CommandName[]) {
  const keys = keysOf(name, manners[app.host.manners]);
  if (keys !== null) known.set(keys.toLowerCase(), name);
}
// A second way to the palette, which editors have made a habit.
known.set('ctrl+shift+p', 'command-palette').set('cmd+shift+p', 'command-palette');

/** The command of a pressed key, or null where it belongs to whatever has the focus. */
export function commandOf(event: KeyboardEvent): CommandName | null {
  const { ctrlKey, metaKey, altKey, shiftKey, key } = event;
  const isFunctionKey = /^F\d+$/.test(key);
  if (!ctrlKey && !metaKey && !altKey && !isFunctionKey) return null;
  const parts = [ctrlKey && 'ctrl', metaKey && 'cmd', altKey && 'alt', shiftKey && 'shift', plain(key)];
  return known.get(parts.filter(Boolean).join('+')) ?? null;
}

function plain(key: string): string {
  const arrows: Readonly<Record<string, string>> = {
    ArrowLeft: 'left',
    ArrowRight: 'right',
    ArrowUp: 'up',
    ArrowDown: 'down',
  };
  return arrows[key] ?? key.toLowerCase();
}

export function shownKeys(name: CommandName): string | null {
  return keysOf(name, manners[app.host.manners]);
}
