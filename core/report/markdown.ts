/** Markdown that fits a pull request: the verdict, the findings as tables, the rest folded away. */
import { basename, resolve } from 'node:path';
import { formatBytes, formatCount, showName } from '../contract/format.ts';
import type { Finding } from '../contract/model.ts';
import type { VerifyResult } from '../contract/verification.ts';
import { escapeMarkdown } from './escape.ts';
import { bySeverity, proofOf, verdictOf } from './verdict.ts';

/** Of a comment on a pull request 65,536 characters are shown; the JSON has them all. */
const mostRows = 100;

const shown = (text: string) => escapeMarkdown(showName(text));

export function markdownReport(result: VerifyResult): string {
  const { ok, findings, checks, served, size, load } = result;
  const passes = load.unjudged === null ? '✅' : '⚠️';
  return [
    `### ${ok ? passes : '❌'} ${shown(basename(resolve(result.path)))}: ${escapeMarkdown(verdictOf(result))}`,
    '',
    `${escapeMarkdown(`${formatBytes(size)}. ${proofOf(result)}`)}.`,
    '',
    ...bySeverity(findings).flatMap(({ title, findings: some }) => table(title, some)),
    ...(findings.length === 0 ? ['No findings.', ''] : []),
    ...(served === null ? [] : folded('TorchServe would load', served.map(shown))),
    ...folded(
      `${formatCount(checks.length, 'check')} found nothing`,
      checks.map(({ code, title }) => `\`${code}\` ${escapeMarkdown(title)}`),
    ),
  ].join('\n');
}

function table(title: string, findings: readonly Finding[]): string[] {
  const rows = findings
    .slice(0, mostRows)
    .map(
      ({ code, path, message, hint }) =>
        `| \`${code}\` | ${path === null ? '' : shown(path)} | ${shown(message)} | ${shown(hint)} |`,
    );
  const more = findings.length - rows.length;
  return [
    `#### ${title}`,
    '',
    '| Code | Entry | What is wrong | What to do |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    ...(more > 0 ? [`And ${more.toLocaleString('en-US')} more.`, ''] : []),
  ];
}

function folded(title: string, lines: readonly string[]): string[] {
  const items = lines.slice(0, mostRows * 2).map((line) => `- ${line}`);
  const more = lines.length - items.length;
  const rest = more > 0 ? [`- and ${more.toLocaleString('en-US')} more`] : [];
  return ['<details>', `<summary>${title}</summary>`, '', ...items, ...rest, '', '</details>', ''];
}
