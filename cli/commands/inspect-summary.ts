/** What `inspect` says to people. */
import { formatBytes, formatCount, formatPercent, showName } from '../../core/contract/format.ts';
import type { InspectedEntry, InspectResult } from '../../core/contract/model.ts';
import { countFindings, formatFindings } from '../findings.ts';
import type { Style } from '../style.ts';
import { alignColumns } from '../table.ts';
import { treeOf } from '../tree.ts';

export interface Wishes {
  readonly tree: boolean;
  readonly long: boolean;
}

export function formatInspected(result: InspectResult, wishes: Wishes, style: Style): string {
  const { entries, totals, findings, manifest } = result;
  const packed =
    totals.compressedSize === null ? '' : `, packed to ${formatPercent(totals.compressedSize, totals.size)}`;
  const counts = [
    `${formatCount(totals.entries, 'entry', 'entries')}, ${formatBytes(totals.size)}${packed}`,
    `${countFindings(findings)} (contents were not read: verify does that)`,
  ];
  return [
    style.bold(`${showName(result.path)}: ${kindWords[result.kind]}, ${formatBytes(result.size)}`),
    ...manifestLines(manifest),
    '',
    `${formatEntries(entries, wishes)}`,
    counts.join('; '),
    formatFindings(findings, style),
  ].join('\n');
}

export function formatEntries(entries: readonly InspectedEntry[], { tree, long }: Wishes): string {
  const rows = tree ? treeOf(entries) : tableOf(entries, long);
  return rows.map((line) => `  ${line}\n`).join('');
}

const kindWords = {
  mar: 'a model archive (ZIP)',
  war: 'a workflow archive (ZIP)',
  tgz: 'a model archive (tar)',
  directory: 'a model folder',
  weights: 'weights',
};

function manifestLines(manifest: InspectResult['manifest']): string[] {
  if (manifest === null) return ['  no manifest that can be read'];
  const { runtime, createdOn, archiverVersion } = manifest;
  const described = manifest.model ?? manifest.workflow;
  const model = typeof described === 'object' && described !== null ? described : {};
  const fields = Object.entries({ ...model, runtime, createdOn, archiverVersion });
  return alignColumns(
    fields
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [
        `  ${showName(key)}`,
        showName(typeof value === 'string' ? value : JSON.stringify(value)),
      ]),
  );
}

function tableOf(entries: readonly InspectedEntry[], long: boolean): string[] {
  const details = long ? ['CRC-32', 'modified (UTC)', 'mode'] : [];
  const heads = ['size', 'packed', 'method', ...details, 'role', 'name'];
  const rows = entries.map((entry) => [
    formatBytes(entry.size),
    entry.compressedSize === null ? '' : formatBytes(entry.compressedSize),
    entry.type ?? entry.method,
    ...(long ? [entry.crc32 ?? '', entry.modified.slice(0, 19).replace('T', ' '), entry.mode] : []),
    entry.role,
    showName(entry.path) + (entry.linkTarget === undefined ? '' : ` -> ${showName(entry.linkTarget)}`),
  ]);
  return alignColumns([heads, ...rows], [0, 1]);
}
