/** What the palette can go to, beside commands: the screen that is shown offers its entries. */

export interface PaletteItem {
  readonly label: string;
  readonly detail?: string;
  readonly go: () => void;
}

class Palette {
  isOpen = $state(false);
  /** Finds entries of what is shown; null where the screen has none. */
  source = $state.raw<((query: string) => readonly PaletteItem[]) | null>(null);
}

export const palette = new Palette();
