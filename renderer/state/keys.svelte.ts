/** Keys to commands: the table of core/contract/commands.ts, as this platform writes keys and this person changed them. */
import {
  type CommandName,
  checkKeyChanges,
  clashesOf,
  commandNames,
  type KeyChanges,
  keysOf,
} from '../../core/contract/commands.ts';
import { manners } from '../../core/contract/platform.ts';
import { app } from './app.svelte.ts';
import { chordOf, isReserved, type PressedKeys } from './key-chords.ts';
import { Stored } from './stored.svelte.ts';

const ours = manners[app.host.manners];
const isMac = app.host.manners === 'macos';
/** A second way to the palette, which editors have made a habit. */
const otherPaletteKeys = 'Mod+Shift+P';

const shown = (chord: string) => chord.replace('Mod', isMac ? 'Cmd' : 'Ctrl');

class Keys extends Stored<KeyChanges> {
  readonly #commands: ReadonlyMap<string, CommandName> = $derived.by(() => {
    const known = new Map<string, CommandName>([[shown(otherPaletteKeys), 'command-palette']]);
    for (const name of commandNames) {
      const keys = this.of(name);
      if (keys !== null) known.set(keys, name);
    }
    return known;
  });

  constructor() {
    super('keys', checkKeyChanges);
  }

  /** As they are shown; null where the command has none. */
  of(name: CommandName): string | null {
    return keysOf(name, ours, this.value);
  }

  isChanged(name: CommandName): boolean {
    return this.of(name) !== keysOf(name, ours);
  }

  get isAnyChanged(): boolean {
    return commandNames.some((name) => this.isChanged(name));
  }

  holderOf(chord: string): CommandName | null {
    return this.#commands.get(shown(chord)) ?? null;
  }

  /** Null takes them away. Another command that had these has none from then on. */
  give(name: CommandName, chord: string | null): void {
    const holder = chord === null ? null : this.holderOf(chord);
    this.update((changes) => {
      const others = holder === null || holder === name ? changes : { ...changes, [holder]: null };
      return withoutOwn({ ...others, [name]: chord });
    });
  }

  /** Its own keys again, unless another command has them now. */
  putBack(name: CommandName): CommandName | null {
    const own = keysOf(name, ours);
    const holder = own === null ? null : (this.#commands.get(own) ?? null);
    if (holder !== null && holder !== name && this.isChanged(holder)) return holder;
    this.update(({ [name]: _, ...others }) => others);
    return null;
  }
}

/** What is as it would be anyway need not be kept. */
function withoutOwn(changes: KeyChanges): KeyChanges {
  const isOther = ([name, keys]: [string, unknown]) =>
    keysOf(name as CommandName, ours, { [name]: keys } as KeyChanges) !== keysOf(name as CommandName, ours);
  return Object.fromEntries(Object.entries(changes).filter(isOther));
}

/** Those that can hold beside each other here, and in words which can't. */
export function usableKeys(changes: KeyChanges): {
  readonly keys: KeyChanges;
  readonly refused: readonly string[];
} {
  const isTaken = ([, chord]: [string, string | null]) => chord !== null && isReservedHere(chord);
  const all = Object.entries(changes);
  const free: KeyChanges = Object.fromEntries(all.filter((one) => !isTaken(one)));
  const clashes = clashesOf(free, ours);
  const bad = new Set<string>(clashes.map(([name]) => name));
  return {
    keys: Object.fromEntries(Object.entries(free).filter(([name]) => !bad.has(name))),
    refused: [
      ...all
        .filter(isTaken)
        .map(
          ([name]) =>
            `keys.${name}: ${keysOf(name as CommandName, ours, changes)} belongs to the system or the browser`,
        ),
      ...clashes.map(([name, holder]) => `keys.${name}: ${keysOf(name, ours, free)} belongs to ${holder}`),
    ],
  };
}

export const keys = new Keys();

export const isReservedHere = (chord: string): boolean => isReserved(chord, isMac);

export const pressedChord = (event: PressedKeys): string | null => chordOf(event, isMac);

/** The command of a pressed key, or null where it belongs to whatever has the focus. */
export function commandOf(event: KeyboardEvent): CommandName | null {
  const chord = pressedChord(event);
  return chord === null ? null : keys.holderOf(chord);
}

export function shownKeys(name: CommandName): string | null {
  return keys.of(name);
}

/** "Next change (F7)": a tooltip with the keys that do the same. */
export function withKeys(words: string, name: CommandName): string {
  const own = keys.of(name);
  return own === null ? words : `${words} (${own})`;
}
