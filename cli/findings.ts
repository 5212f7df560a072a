/** Findings for people: the worst first, each with its code, its entry, what is wrong and what to do. */
import { formatCount, showName } from '../core/contract/format.ts';
import type { Finding, Severity } from '../core/contract/model.ts';
import { joinWords } from './arguments.ts';
import type { Style } from './style.ts';

const severities: readonly Severity[] = ['error', 'warning', 'info'];

export function formatFindings(findings: readonly Finding[], style: Style): string {
  const paint = { error: style.red, warning: style.yellow, info: style.dim };
  const lines: string[] = [];
  for (const severity of severities) {
    for (const { code, path, message, hint } of findings.filter((finding) => finding.severity === severity)) {
      const where = path === null ? '' : `  ${showName(path)}`;
      lines.push('', `${paint[severity](`${severity} ${code}`)}${where}`);
      lines.push(`  ${showName(message)}`, `  ${style.dim('hint:')} ${showName(hint)}`);
    }
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** "2 warnings and 1 note", or "no findings". */
export function countFindings(findings: readonly Finding[]): string {
  const words = { error: 'error', warning: 'warning', info: 'note' };
  const counts = severities.flatMap((severity) => {
    const count = findings.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : formatCount(count, words[severity]);
  });
  return counts.length === 0 ? 'no findings' : joinWords(counts, 'and');
}
