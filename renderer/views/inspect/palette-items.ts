/** What the palette finds in the inspector: entries by name, functions and classes, a line or an offset. */
import type { OutlineItem } from '../../../core/contract/api.ts';
import { formatBytes } from '../../../core/contract/format.ts';
import { fuzzyScore } from '../../state/fuzzy.ts';
import type { PaletteItem } from '../../state/palette.svelte.ts';
import type { EntryFacts } from './entry-facts.ts';
import { noFilter, wantedBy } from './entry-filter.ts';
import { parseOffset } from './preview/hex-rows.ts';

const mostLookedAt = 2000;
const mostShown = 100;

/** Short paths first: whoever types a name means the file and not what lies deep below it. */
export function entryItems(query: string, facts: EntryFacts, show: (item: number) => void): PaletteItem[] {
  const isWanted = wantedBy({ ...noFilter, text: query }, facts) ?? (() => true);
  const found: number[] = [];
  for (let at = 0; at < facts.count && found.length < mostLookedAt; at++) if (isWanted(at)) found.push(at);
  const names = facts.columns.path;
  return found
    .sort((a, b) => (names[a] as string).length - (names[b] as string).length)
    .slice(0, mostShown)
    .map((at) => ({
      ...{ label: names[at] as string, detail: formatBytes(facts.columns.size[at] as number) },
      go: () => show(at),
    }));
}

/** While no tensors are shown: the weights that hold some. */
export function weightsItems(
  query: string,
  { columns, count }: EntryFacts,
  show: (item: number) => void,
): PaletteItem[] {
  const items: PaletteItem[] = [];
  for (let at = 0; at < count && items.length < mostShown; at++) {
    const name = columns.path[at] as string;
    if (columns.role[at] !== 'weights' || fuzzyScore(query, name) === null) continue;
    items.push({ label: `Tensors of ${name}`, go: () => show(at) });
  }
  return items;
}

/** A Python file with what is in it. */
export interface Source {
  readonly file: string;
  readonly outline: readonly OutlineItem[];
  readonly show: (item: OutlineItem) => void;
}

/** In the order of the sources and their lines, unless letters tell which one is meant. */
export function symbolItems(query: string, sources: readonly Source[]): PaletteItem[] {
  return sources
    .flatMap(({ file, outline, show }) =>
      outline.map((item) => ({ file, item, show, score: fuzzyScore(query, item.name) })),
    )
    .filter(({ score }) => score !== null)
    .sort((a, b) => (query === '' ? 0 : (a.score ?? 0) - (b.score ?? 0)))
    .slice(0, mostShown)
    .map(({ file, item, show }) => ({
      ...{
        label: item.name,
        detail: `${item.kind}${item.isEntryPoint ? ', entry point' : ''} · ${file}:${item.line}`,
      },
      go: () => show(item),
    }));
}

export interface Places {
  readonly counts: 'lines' | 'bytes' | null;
  readonly line: (line: number, column: number) => void;
  readonly offset: (offset: number) => void;
}

/** "48", "48:5" in a text; "4096", "0x1000" or "1000h" among bytes. */
export function placeItems(query: string, { counts, line, offset }: Places): PaletteItem[] {
  if (counts === 'lines') {
    const [, given, column = '1'] = /^(\d{1,9})(?::(\d{1,6}))?$/.exec(query) ?? [];
    if (given === undefined) return [];
    const detail = column === '1' ? '' : `column ${column}`;
    return [
      {
        label: `Go to line ${Number(given)}`,
        detail,
        go: () => line(Number(given), Math.max(1, Number(column))),
      },
    ];
  }
  const at = counts === 'bytes' ? parseOffset(query) : null;
  return at === null ? [] : [{ label: `Go to offset 0x${at.toString(16)}`, go: () => offset(at) }];
}
