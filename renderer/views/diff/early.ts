/** The rows of a comparison that is under way, as far as they are known: shown as those of the result will be. */
import type { EarlyPart } from '../../../core/contract/api.ts';
import type { DiffEntry } from '../../../core/contract/diff.ts';
import { changeOrder, changeSigns } from '../../../core/contract/diff-words.ts';
import type { EarlyCounts, EarlyDiff, EarlyEntry } from '../../../core/contract/early.ts';
import { formatCount } from '../../../core/contract/format.ts';

export interface Early {
  readonly head: EarlyDiff;
  /** By path, as in the result. */
  readonly entries: readonly DiffEntry[];
  /** Rows whose content was not looked at yet. */
  readonly pending: ReadonlySet<string>;
}

/** Takes parts as they come; each row stands for the newest that was told of it. */
export class EarlyRows {
  readonly #rows = new Map<string, EarlyEntry>();
  #head: EarlyDiff | null = null;

  take(part: EarlyPart): void {
    if (part.verb !== 'diff') return;
    this.#head = part.head ?? this.#head;
    for (const item of part.items) {
      if ('gone' in item) this.#rows.delete(item.gone);
      else this.#rows.set(item.path, item);
    }
  }

  get early(): Early | null {
    if (this.#head === null) return null;
    const rows = [...this.#rows.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
    return {
      head: this.#head,
      entries: rows.map((row) => ({ ...row, kind: row.kind ?? guessedKind(row), wrapping: [], details: {} })),
      pending: new Set(rows.filter(({ kind }) => kind === null).map(({ path }) => path)),
    };
  }
}

/** So that a row need not move once its kind is known, which is told by content and seldom differs from the name. */
function guessedKind({ path, role }: EarlyEntry): DiffEntry['kind'] {
  const isWeights = role === 'weights' || /\.(?:pt|pth|pkl|bin|safetensors|onnx|h5|npz?)$/i.test(path);
  return isWeights ? 'weights' : 'binary';
}

export const looksLikeLabels = (path: string) => /(?:^|\/)(?:index_to_name|labels?)\.json$/i.test(path);

/** "+3 added, ±12 modified so far; 5 not compared yet". */
export function soFarWords(counts: EarlyCounts): string {
  const known = changeOrder
    .filter((change) => counts[change] > 0)
    .map((change) => `${changeSigns[change]}${counts[change].toLocaleString('en-US')} ${change}`);
  const unread =
    counts.unread === 0
      ? ''
      : `; ${formatCount(counts.unread, 'entry', 'entries')} of one size, not compared yet`;
  return `${known.length === 0 ? 'Nothing' : known.join(', ')} so far${unread}`;
}
