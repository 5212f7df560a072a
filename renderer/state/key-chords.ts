/** Pressed keys as a text, such as "Mod+Shift+O", and which of them a command can't have. */
import { isChord } from '../../core/contract/commands.ts';

export interface PressedKeys {
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey: boolean;
  readonly key: string;
}

/** What the page calls a key, where our name for it is another. */
const names: Readonly<Record<string, string>> = {
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ' ': 'Space',
};

/** Null while only Shift, Ctrl and the like are down, and for keys that have no name here. */
export function chordOf(pressed: PressedKeys, isMac: boolean): string | null {
  const { ctrlKey, metaKey, altKey, shiftKey, key } = pressed;
  // The Windows key belongs to the system.
  if (metaKey && !isMac) return null;
  const named = names[key] ?? (key.length === 1 ? key.toUpperCase() : key);
  const parts = [
    (isMac ? metaKey : ctrlKey) && 'Mod',
    isMac && ctrlKey && 'Ctrl',
    altKey && 'Alt',
    shiftKey && 'Shift',
    named,
  ];
  const chord = parts.filter(Boolean).join('+');
  return isChord(chord) ? chord : null;
}

/** What editing texts, windows and browsers have made their own. */
const reserved = /^(Mod\+([ACVXYZWQTN0=-]|Shift\+[ZTN]|Tab)|Mod\+\+|Alt\+F4|Shift\+F10|F5|Mod\+R|F11|F12)$/;

/** Also as a file may spell it: where Mod is Ctrl, "Ctrl+C" is no other chord than "Mod+C". */
export const isReserved = (chord: string, isMac: boolean): boolean =>
  reserved.test(isMac ? chord : chord.replace(/^(Mod\+)?Ctrl\+/, 'Mod+'));
