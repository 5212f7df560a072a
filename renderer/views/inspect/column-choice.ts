/** Which columns of the entries are shown, in which order and how wide. The names stay first: they carry the tree. */
import type { ColumnChoice } from '../../../core/contract/settings.ts';
import { type ColumnId, columnWords, shownAtFirst } from './entry-columns.ts';

export interface ShownColumn {
  readonly id: ColumnId;
  readonly rem: number;
}

const narrowest = 3;
const widest = 60;

const usual = (id: ColumnId): ShownColumn => ({
  id,
  rem: columnWords.find((one) => one.id === id)?.width ?? narrowest,
});

/** What was kept, as far as it is known here; where nothing was, as many as there is room for. */
export function shownColumns(kept: readonly ColumnChoice[], roomRem: number): readonly ShownColumn[] {
  if (kept.length === 0) return shownAtFirst(roomRem).map(usual);
  const shown = new Map<ColumnId, ShownColumn>([['name', usual('name')]]);
  for (const { id, rem } of kept) {
    const known = columnWords.find((one) => one.id === id);
    if (known) shown.set(known.id, { id: known.id, rem: clamped(rem) });
  }
  return [...shown.values()];
}

/** Puts a column at another place; the names stay where they are. */
export function moved(shown: readonly ShownColumn[], id: ColumnId, to: number): readonly ShownColumn[] {
  const column = shown.find((one) => one.id === id);
  if (column === undefined || id === 'name') return shown;
  const others = shown.filter((one) => one.id !== id);
  return others.toSpliced(Math.max(1, Math.min(others.length, to)), 0, column);
}

export function resized(shown: readonly ShownColumn[], id: ColumnId, rem: number): readonly ShownColumn[] {
  return shown.map((one) => (one.id === id ? { id, rem: clamped(rem) } : one));
}

/** A column that was not shown comes last. */
export function toggled(shown: readonly ShownColumn[], id: ColumnId): readonly ShownColumn[] {
  if (id === 'name') return shown;
  const others = shown.filter((one) => one.id !== id);
  return others.length < shown.length ? others : [...shown, usual(id)];
}

const clamped = (rem: number) => Math.round(Math.max(narrowest, Math.min(widest, rem)) * 100) / 100;
