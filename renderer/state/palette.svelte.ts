/** What the palette can go to, beside commands: the screen that is shown offers its entries and the places in them. */

export interface PaletteItem {
  readonly label: string;
  readonly detail?: string;
  readonly go: () => void;
  /** It would do nothing now. */
  readonly isIdle?: boolean;
  /** The palette stays open, with this in its field. */
  readonly goesOnWith?: string;
}

type Find = (query: string) => readonly PaletteItem[];

class Palette {
  isOpen = $state(false);
  /** Finds entries of what is shown; null where the screen has none, and so with the others. */
  source = $state.raw<Find | null>(null);
  /** Finds functions and classes of the code that is shown. */
  symbols = $state.raw<Find | null>(null);
  /** Finds tensors of the weights that are shown. */
  tensors = $state.raw<Find | null>(null);
  /** Finds a line or an offset of what is shown. */
  places = $state.raw<Find | null>(null);
}

export const palette = new Palette();

/** The first letter says what is looked for; without one it is an entry. */
export const paletteModes = [
  { sign: '>', what: 'Commands', none: 'No command fits.' },
  {
    sign: '#',
    what: 'Tensors of the weights shown',
    none: 'No tensor fits, or no weights are shown.',
  },
  {
    sign: '@',
    what: 'Functions and classes of the code shown and of the handler',
    none: 'No function or class fits, or no Python is shown.',
  },
  {
    sign: ':',
    what: 'Line of the text shown, or offset of the bytes shown',
    none: 'Type a line such as 48, or among bytes an offset such as 0x1000.',
  },
  { sign: '?', what: 'What can be typed here, and all keys', none: 'No command fits.' },
] as const;
