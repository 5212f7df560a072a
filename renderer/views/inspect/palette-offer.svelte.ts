/** What the inspector offers the palette while it is shown: its entries, its code and the handler's, places in what is shown. */
import { untrack } from 'svelte';
import type { OutlineItem } from '../../../core/contract/api.ts';
import { fileName } from '../../parts/words.ts';
import { app } from '../../state/app.svelte.ts';
import { palette } from '../../state/palette.svelte.ts';
import type { Listing } from './inspection.svelte.ts';
import { manifestRows } from './manifest-rows.ts';
import {
  entryItems,
  type Places,
  placeItems,
  type Source,
  symbolItems,
  weightsItems,
} from './palette-items.ts';
import { shownTensors } from './tensors/shown-tensors.svelte.ts';

export interface Offered {
  readonly path: string | null;
  readonly listing: Listing | null;
  /** The entry that is shown, and of Python code what is in it. */
  readonly item: number;
  readonly outline: readonly OutlineItem[];
  readonly places: Places;
  readonly showEntry: (item: number) => void;
  readonly showInside: (item: number, name: string) => void;
  /** Of an entry that is weights. */
  readonly showTensors: (item: number) => void;
}

interface Handler {
  readonly listing: Listing;
  readonly item: number;
  readonly outline: readonly OutlineItem[];
}

/** Called while a component is made; ends with it. */
export function offerToPalette(offered: Offered): void {
  let handler = $state.raw<Handler | null>(null);

  $effect(() => {
    const { listing, places, showEntry, showTensors } = offered;
    if (listing === null) return;
    palette.source = (query) => entryItems(query, listing.facts, showEntry);
    palette.symbols = (query) => symbolItems(query, sourcesOf(offered, listing, handler));
    palette.places = (query) => placeItems(query, places);
    palette.tensors = (query) =>
      shownTensors.find?.(query) ?? weightsItems(query, listing.facts, showTensors);
    return () => {
      palette.source = palette.symbols = palette.places = palette.tensors = null;
    };
  });

  // Read when somebody may look for it: few do.
  $effect(() => {
    const { path, listing } = offered;
    if (path === null || listing === null || !palette.isOpen) return;
    if (untrack(() => handler)?.listing === listing) return;
    const item = handlerItem(listing);
    if (item === -1) return;
    const gone = new AbortController();
    const entry = listing.facts.columns.path[item] as string;
    app.call('preview', { path, entry }, gone.signal).then(
      ({ content }) => {
        handler = { listing, item, outline: content.is === 'text' ? content.outline : [] };
      },
      // Without it there are fewer functions to go to.
      () => {},
    );
    return () => gone.abort();
  });
}

/** The code that is shown, and the handler, whatever is shown. */
function sourcesOf(
  { item, outline, places, showInside }: Offered,
  listing: Listing,
  handler: Handler | null,
): Source[] {
  const fileOf = (at: number) => fileName(listing.facts.columns.path[at] ?? '');
  const sources: Source[] = [];
  if (outline.length > 0)
    sources.push({ file: fileOf(item), outline, show: ({ line }) => places.line(line, 1) });
  if (handler?.listing === listing && (handler.item !== item || outline.length === 0)) {
    const show = ({ name }: OutlineItem) => showInside(handler.item, name);
    sources.push({ file: fileOf(handler.item), outline: handler.outline, show });
  }
  return sources;
}

function handlerItem({ inspected, facts }: Listing): number {
  if (inspected.manifest === null || inspected.problem !== null) return -1;
  const named =
    manifestRows(inspected.manifest).known.find(({ label }) => label === 'Handler')?.entry ?? null;
  return named === null ? -1 : facts.itemOfModel(named);
}
