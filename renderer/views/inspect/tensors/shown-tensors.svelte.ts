/** The table of tensors that is shown, for the palette; null where none is. */
import type { PaletteItem } from '../../../state/palette.svelte.ts';

class ShownTensors {
  find = $state.raw<((query: string) => readonly PaletteItem[]) | null>(null);
}

export const shownTensors = new ShownTensors();
