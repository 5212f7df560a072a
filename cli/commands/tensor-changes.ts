/** What `diff` says of tensors: a table, a line each, the measures in columns. */
import type { TensorChange } from '../../core/contract/diff.ts';
import { clip } from '../../core/contract/diff-words.ts';
import { formatCount, showName } from '../../core/contract/format.ts';
import { changedTensors, tensorColumns, tensorRow } from '../../core/contract/tensor-words.ts';
import type { Style } from '../style.ts';
import { alignColumns } from '../table.ts';

const mostRows = 40;
const longestName = 100;

export function formatTensorChanges(
  tensors: readonly TensorChange[],
  { style, details }: { readonly style: Style; readonly details: boolean },
  indent: string,
): string[] {
  const changed = changedTensors(tensors);
  if (changed.length === 0) return [];
  const listed = details ? changed : changed.slice(0, mostRows);
  const rows = listed.map((tensor) => {
    const { sign, change, name, form, maxAbs, relativeL2, cosine, changed, note } = tensorRow(tensor);
    const shown = (text: string) => showName(clip(text, longestName));
    return [
      `${indent}${sign} ${change}`,
      shown(name),
      form,
      maxAbs,
      relativeL2,
      cosine,
      changed,
      shown(note),
    ];
  });
  const heads = [`${indent}  ${tensorColumns[0]}`, ...tensorColumns.slice(1), ''];
  const [head = '', ...lines] = alignColumns([heads, ...rows], [3, 4, 5, 6]);
  const paints: Partial<Record<TensorChange['change'], (text: string) => string>> = {
    added: style.cyan,
    removed: style.yellow,
    renamed: style.dim,
  };
  const left = changed.length - listed.length;
  return [
    style.dim(head.trimEnd()),
    ...lines.map((line, at) => (paints[listed[at]?.change ?? 'values'] ?? style.magenta)(line.trimEnd())),
    ...(left > 0 ? [`${indent}and ${formatCount(left, 'more tensor')} (--verbose shows all)`] : []),
  ];
}
