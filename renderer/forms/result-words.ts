/** A written archive in words. */
import { formatBytes, formatCount, formatDuration, formatPercent } from '../../core/contract/format.ts';
import type { PackResult } from '../../core/contract/model.ts';

/** A small archive is larger than its contents, which is not worth a percentage. */
function sizeWords({ size, entries }: Pick<PackResult, 'size' | 'entries'>): string {
  const contents = entries.reduce((sum, entry) => sum + entry.size, 0);
  if (size > contents) return formatBytes(size);
  return `${formatBytes(size)}, ${formatPercent(size, contents)} of ${formatBytes(contents)}`;
}

export function resultFacts(result: PackResult): readonly (readonly [string, string])[] {
  return [
    ['Size', sizeWords(result)],
    ['Entries', formatCount(result.entries.length, 'entry', 'entries')],
    ['Time', formatDuration(result.seconds)],
  ];
}
