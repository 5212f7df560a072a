/** What a verification comes to, in a line; and its findings as they are listed and filtered. */
import { formatCount } from '../../../core/contract/format.ts';
import type { Finding, Severity } from '../../../core/contract/model.ts';
import type { VerifyResult } from '../../../core/contract/verification.ts';
import { hintOf } from '../../parts/screen-hints.ts';

export const severities = ['error', 'warning', 'info'] as const;
export const severityWords = { error: 'error', warning: 'warning', info: 'note' } as const;

export type Tally = Readonly<Record<Severity, number>>;

export function tallyOf(findings: readonly Finding[]): Tally {
  const tally = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) tally[severity]++;
  return tally;
}

/** "2 errors, 3 warnings": without those that there are none of. */
function tallyWords(tally: Tally): string {
  const words = severities
    .filter((one) => tally[one] > 0)
    .map((one) => formatCount(tally[one], severityWords[one]));
  return words.length === 0 ? 'No findings' : words.join(', ');
}

export interface Verdict {
  readonly tone: 'error' | 'warning' | 'ok';
  readonly words: string;
}

export function verdictOf({ findings, load, checks, read, kind }: VerifyResult): Verdict {
  const tally = tallyOf(findings);
  const counted = tallyWords(tally);
  // TorchServe asks for less than whoever ships it: what it would load is not yet fit to be shipped.
  const though = load.failure === null && load.unjudged === null ? ', though TorchServe would load it' : '';
  if (tally.error > 0 || load.failure !== null)
    return { tone: 'error', words: `${counted}. Not ready to ship${though}.` };
  if (load.unjudged !== null)
    return { tone: 'warning', words: `${counted}. It could not be judged whether TorchServe would load it.` };
  if (tally.warning > 0)
    return {
      tone: 'warning',
      words: `${counted}. TorchServe would load it; look at ${tally.warning === 1 ? 'the warning' : 'the warnings'} first.`,
    };
  const over = formatCount(
    read.entries,
    kind === 'directory' ? 'file' : 'entry',
    kind === 'directory' ? 'files' : 'entries',
  );
  const looked = `${formatCount(checks.length, 'check')} over ${over}`;
  if (tally.info > 0) return { tone: 'ok', words: `${counted}, no errors in ${looked}. Ready to ship.` };
  return { tone: 'ok', words: `No findings in ${looked}. Ready to ship.` };
}

/** For the list of recents. */
export function verdictInShort(findings: readonly Finding[]): string {
  const tally = tallyOf(findings);
  if (tally.error > 0) return formatCount(tally.error, 'error');
  return tally.warning > 0 ? `No errors, ${formatCount(tally.warning, 'warning')}` : 'No errors';
}

export interface FindingFilter {
  readonly text: string;
  /** None stands for all. */
  readonly severities: ReadonlySet<Severity>;
}

/** "2 errors, 1 note so far": more may come. */
export function soFarWords(tally: Tally): string {
  return `${tallyWords(tally)} so far`;
}

const isSame = (a: Finding, b: Finding) => a.code === b.code && a.path === b.path && a.message === b.message;

/** The one that somebody looks at, in the list that took the place of an earlier one. */
export function sameIn(findings: readonly Finding[], chosen: Finding | null): Finding | null {
  return chosen === null ? null : (findings.find((one) => isSame(one, chosen)) ?? null);
}

/** The filter's words must all stand in code, message, hint or entry. The worst first, unless the order is to stay. */
export function listed(
  findings: readonly Finding[],
  filter: FindingFilter,
  order: 'worst first' | 'as found' = 'worst first',
): readonly Finding[] {
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const kept = findings.filter((finding) => {
    if (filter.severities.size > 0 && !filter.severities.has(finding.severity)) return false;
    if (words.length === 0) return true;
    const text = `${finding.code} ${finding.path ?? ''} ${finding.message} ${hintOf(finding)}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
  if (order === 'as found') return kept;
  return severities.flatMap((one) => kept.filter(({ severity }) => severity === one));
}
