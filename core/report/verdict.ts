/** The sentences of every report that people read: one voice for the terminal, Markdown and HTML. */
import { formatCount, showName } from '../contract/format.ts';
import type { Finding } from '../contract/model.ts';
import type { VerifyResult } from '../contract/verification.ts';

/** What TorchServe would do, and whether anything else speaks against the archive. */
export function verdictOf({ load, findings }: VerifyResult): string {
  if (load.failure !== null) return `TorchServe would not load it: ${showName(load.failure)}`;
  const served =
    load.unjudged === null
      ? `TorchServe would load it as ${showName(`${load.name} ${load.version}`)}`
      : `Whether TorchServe would load it could not be judged (${showName(load.unjudged)})`;
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first === undefined) return served;
  return `${served}, but ${formatCount(errors.length, 'error')} should stop it (${first.code})`;
}

/** What is known by reading, not by what the archive says of itself. */
export function proofOf({ read, pickles, sha256, kind }: VerifyResult): string {
  const bytes = formatCount(read.bytes, 'byte');
  const entries = formatCount(
    read.entries,
    kind === 'directory' ? 'file' : 'entry',
    kind === 'directory' ? 'files' : 'entries',
  );
  const sums =
    read.checksums === 0
      ? ''
      : `, ${read.checksums === read.entries ? 'every' : formatCount(read.checksums, 'time')} CRC-32 proven`;
  const hash = sha256 === null ? '' : `, SHA-256 ${sha256}`;
  return `${bytes} in ${entries} read${sums}${hash}${picklesIn(pickles)}`;
}

/** What there is to say where no finding says it: a verdict on the lists, never on the file. */
function picklesIn({ verdict, streams, opcodes, listVersion }: VerifyResult['pickles']): string {
  if (streams === 0 || verdict !== 'no disallowed globals found') return '';
  const read = `${formatCount(streams, 'stream')}, ${formatCount(opcodes, 'opcode')}`;
  return `; pickles: ${verdict} (${read}, list version ${listVersion})`;
}

/** Findings by severity, the worst first; severities without one are left out. */
export function bySeverity(
  findings: readonly Finding[],
): { readonly title: string; readonly findings: readonly Finding[] }[] {
  const groups = [
    { title: 'Errors', severity: 'error' },
    { title: 'Warnings', severity: 'warning' },
    { title: 'Notes', severity: 'info' },
  ] as const;
  return groups
    .map(({ title, severity }) => ({
      title,
      findings: findings.filter((finding) => finding.severity === severity),
    }))
    .filter((group) => group.findings.length > 0);
}
