/** What `verify` says to people: the verdict, what speaks against it, then what was proven. */
import { basename, resolve } from 'node:path';
import { formatCount, formatDuration, showName } from '../../core/contract/format.ts';
import type { VerifyResult } from '../../core/contract/verification.ts';
import { proofOf, verdictOf } from '../../core/report/verdict.ts';
import { countFindings, formatFindings } from '../findings.ts';
import type { Style } from '../style.ts';
import { alignColumns } from '../table.ts';

const mostNames = 20;

export function formatVerdict(result: VerifyResult, details: boolean, style: Style): string {
  const { findings, checks } = result;
  return [
    headline(result, style),
    formatFindings(findings, style),
    ...servedLines(result),
    `${proofOf(result)}.`,
    `${countFindings(findings)}; ${formatCount(checks.length, 'check')} found nothing; ${formatDuration(result.seconds)}.`,
    ...(details ? loadLines(result, style) : []),
    ...(details ? ['', style.bold('Looked for, and not found'), ...checkLines(result)] : []),
    '',
  ].join('\n');
}

/** Beside a report that went to a file: what it comes to, and where it is. */
export function verdictInOneLine(result: VerifyResult, format: string, path: string, style: Style): string {
  const counted = countFindings(result.findings);
  return `${headline(result, style)}; ${counted}. The ${format} report is in ${showName(path)}\n`;
}

function headline(result: VerifyResult, style: Style): string {
  const { load, ok } = result;
  const passes = load.unjudged === null ? style.green : style.yellow;
  const paint = load.failure !== null || !ok ? style.red : passes;
  return style.bold(paint(`${showName(basename(resolve(result.path)))}: ${verdictOf(result)}`));
}

/** Only where it is another set of files than the archive lists. */
function servedLines({ served }: VerifyResult): string[] {
  if (served === null) return [];
  const shown = served.slice(0, mostNames).map((name) => `  ${showName(name)}`);
  const more =
    served.length > mostNames ? [`  and ${formatCount(served.length - mostNames, 'more', 'more')}`] : [];
  const heading = served.length === 0 ? 'TorchServe would load no files at all.' : 'TorchServe would load:';
  return [heading, ...shown, ...more, ''];
}

/** What it would run and read, and what it goes by of the config. */
function loadLines({ load: { steps, config } }: VerifyResult, style: Style): string[] {
  if (steps.length === 0) return [];
  const values = config.map(({ key, given, effective, why }) => {
    const not = given === null || given === effective ? '' : `, not ${showName(given)}`;
    return [`  ${key}`, `${showName(effective ?? "the server's own")}${not} (${showName(why)})`];
  });
  const rows = alignColumns([...steps.map(({ what, words }) => [`  ${what}`, words]), ...values]);
  return ['', style.bold('What TorchServe would load'), ...rows];
}

function checkLines({ checks }: VerifyResult): string[] {
  return alignColumns(checks.map(({ code, title }) => [`  ${code}`, title]));
}
