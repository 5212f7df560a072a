/** Words and numbers of a comparison as this screen shows them. */
import type { DiffEntry, DiffResult, DiffSide, EntryState } from '../../../core/contract/diff.ts';
import {
  changeOrder,
  changeSigns,
  headline,
  sideName,
  sizeSentence,
} from '../../../core/contract/diff-words.ts';
import { formatBytes, formatCount, formatPercent } from '../../../core/contract/format.ts';
import { briefName, clipped, commandLine, fileName, shownName, signedBytes } from '../../parts/words.ts';

/** "fraud 1.4", or the file's name where the manifest names none. */
export const shortName = (side: DiffSide) =>
  side.modelName === null
    ? fileName(side.path)
    : sideName({
        ...side,
        modelName: briefName(side.modelName),
        modelVersion: briefName(side.modelVersion ?? ''),
      });

/** "+12.4 MiB (+3.1 %)". */
export function deltaWords(before: number, after: number): string {
  const delta = after - before;
  const isSlight = Math.abs(delta) / before < 0.0005;
  if (before === 0 || isSlight) return signedBytes(delta);
  return `${signedBytes(delta)} (${delta > 0 ? '+' : '−'}${formatPercent(Math.abs(delta), before)})`;
}

/** What is known of an unchanged entry, as a mark and in words. */
export function proofMark(entry: DiffEntry): { readonly mark: string; readonly words: string } | null {
  if (entry.change !== 'unchanged' && !(entry.change === 'renamed' && entry.proof !== undefined)) return null;
  if (entry.proof === 'sha256') return { mark: '≡', words: 'same SHA-256, both sides read' };
  if (entry.proof === 'crc32') return { mark: '≈', words: 'same size and CRC-32' };
  return { mark: '?', words: 'bytes differ, the meaning does not' };
}

export function proofWords({ proof, summary }: DiffResult): string {
  if (proof === 'sha256') return 'Both sides were read: equal contents are proven by SHA-256.';
  if (summary.unchanged === 0) return 'Nothing is the same on both sides, so there is nothing to prove.';
  return 'Equal by CRC-32 and size: enough to find changes, not to prove none.';
}

export function identicalWords({ proof, summary }: DiffResult): string {
  const entries = formatCount(summary.unchanged, 'entry', 'entries');
  return proof === 'sha256'
    ? `Same contents, proven by SHA-256 of ${entries}`
    : `Same contents by CRC-32 and size of ${entries}`;
}

/** What differs all the same where contents are equal; null where nothing does. */
export function wrappingWords({ summary, isOrderNew }: DiffResult): string | null {
  if (summary.wrapping === 0) return isOrderNew ? 'The entries stand in another order.' : null;
  const count = `${summary.wrapping.toLocaleString('en-US')} ${summary.wrapping === 1 ? 'differs' : 'differ'}`;
  return `${count} only in time, mode or compression${isOrderNew ? '; another order' : ''}.`;
}

export function sumsOf(state: EntryState | null): string {
  if (state === null) return 'not there';
  const sums = [
    state.crc32 === null ? '' : `CRC-32 ${state.crc32}`,
    state.sha256 === null ? '' : `SHA-256 ${state.sha256.slice(0, 12)}…`,
  ];
  return [formatBytes(state.size), ...sums.filter(Boolean)].join(' · ');
}

export function commandOf(
  before: string,
  after: string,
  proves: boolean,
  policyPath: string | undefined,
): string {
  return commandLine(
    'diff',
    before,
    after,
    ...(proves ? ['--verify'] : []),
    ...(policyPath ? ['--policy', policyPath] : []),
  );
}

const inMarkdown = (text: string) =>
  clipped(shownName(text), 400).replace(/[\\`*_{}[\]<>#|~&@]/g, (char) => `\\${char}`);

/** A few lines for a ticket or a chat; the whole report is saved as a file. */
export function summaryMarkdown(result: DiffResult): string {
  const { before, after, summary, policy } = result;
  const counts = changeOrder
    .filter((change) => summary[change] > 0)
    .map(
      (change) =>
        `${changeSigns[change] === '+' ? '\\+' : changeSigns[change]}${summary[change].toLocaleString('en-US')} ${change}`,
    );
  const broken = policy?.rules.filter(({ ok }) => !ok) ?? [];
  return [
    `**${inMarkdown(shortName(before))} → ${inMarkdown(shortName(after))}**`,
    '',
    inMarkdown(headline(result)),
    '',
    `- ${counts.join(', ')}`,
    `- ${sizeSentence(result)}`,
    `- ${proofWords(result)}`,
    ...(policy === null
      ? []
      : [
          `- Policy: ${broken.length === 0 ? 'all rules hold' : `${broken.length} of ${formatCount(policy.rules.length, 'rule')} broken`}`,
        ]),
    ...broken.slice(0, 20).map(({ name }) => `  - ${inMarkdown(name)}`),
    '',
  ].join('\n');
}
