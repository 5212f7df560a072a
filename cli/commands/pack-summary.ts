/** What `pack` says to people. */
import {
  formatBytes,
  formatCount,
  formatDuration,
  formatPercent,
  showName,
} from '../../core/contract/format.ts';
import type { Entry, PackPlan, PackResult } from '../../core/contract/model.ts';
import { countFindings, formatFindings } from '../findings.ts';
import type { Style } from '../style.ts';
import { alignColumns } from '../table.ts';

export function formatResult(result: PackResult, recipePath: string | undefined, style: Style): string {
  const { manifest, entries, size, sha256, seconds, findings } = result;
  const contents = entries.reduce((sum, entry) => sum + entry.size, 0);
  const rows = [
    ['archive', result.output === '-' ? 'standard output' : showName(result.output)],
    ['size', formatSize(size, contents)],
    ['entries', entries.length.toLocaleString('en-US')],
    ...(sha256 === null ? [] : [['SHA-256', sha256]]),
    ...(recipePath === undefined ? [] : [['recipe', showName(recipePath)]]),
    ['time', formatDuration(seconds)],
    ['findings', findings.length === 0 ? 'none' : countFindings(findings)],
  ];
  return [
    style.green(`Packed ${title(manifest.model)}`),
    '',
    ...alignColumns(rows).map((line) => `  ${line}`),
    formatFindings(findings, style),
  ].join('\n');
}

/** A small archive is larger than its contents, which is not worth a percentage. */
function formatSize(size: number, contents: number): string {
  if (size > contents) return formatBytes(size);
  return `${formatBytes(size)}, ${formatPercent(size, contents)} of ${formatBytes(contents)}`;
}

export function formatPlan(plan: PackPlan, recipePath: string | undefined, style: Style): string {
  const { manifest, entries, findings, output, totalBytes, estimate } = plan;
  const total = `${formatCount(entries.length, 'entry', 'entries')}, ${formatBytes(totalBytes)}`;
  const written = recipePath === undefined ? 'Nothing' : `Only the recipe ${showName(recipePath)}`;
  return [
    style.green(`Would pack ${title(manifest.model)} into ${showName(output)}`),
    '',
    style.bold('Manifest'),
    ...JSON.stringify(manifest, null, 2)
      .split('\n')
      .map((line) => `  ${showName(line)}`),
    '',
    style.bold('Entries'),
    ...formatEntries(entries).map((line) => `  ${line}`),
    '',
    `${total}, ${countFindings(findings)}. ${written} was written.`,
    `About ${formatBytes(estimate.size)} when packed, in about ${formatDuration(estimate.seconds)}. ${estimate.how}`,
    formatFindings(findings, style),
  ].join('\n');
}

function formatEntries(entries: readonly Entry[]): string[] {
  const rows = entries.map((entry) => [
    formatBytes(entry.size),
    entry.method,
    entry.role,
    showName(entry.path),
  ]);
  return alignColumns([['size', 'method', 'role', 'name'], ...rows], [0]);
}

function title(model: { readonly modelName?: string; readonly modelVersion?: string } | undefined): string {
  return showName([model?.modelName, model?.modelVersion].filter(Boolean).join(' '));
}
