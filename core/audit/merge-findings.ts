/** What opening, reading and judging an archive found, as one list. */
import type { Finding } from '../contract/model.ts';
import type { ArchiveSubject } from './archive-subject.ts';
import { bySeverityThenPath } from './finding-list.ts';

/** Rules speak of names in the model; people see those that are listed. */
export function located(findings: readonly Finding[], subject: ArchiveSubject): Finding[] {
  return findings.map((finding) => ({
    ...finding,
    path: finding.path === null ? null : subject.entryName(finding.path),
  }));
}

const keyOf = ({ code, path }: Finding) => JSON.stringify([code, path]);

/** Says whether something found in the content is news to whoever knows what opening and reading found. */
export function newsAfter(
  onOpening: readonly Finding[],
  inBodies: readonly Finding[],
): (finding: Finding) => boolean {
  const told = new Set(onOpening.map(keyOf));
  const broken = new Set(inBodies.map(({ path }) => path));
  const faulty = new Set(onOpening.filter(({ severity }) => severity === 'error').map(({ path }) => path));
  const follows = ({ code, path }: Finding) =>
    path !== null &&
    ((broken.has(path) && /^(AUDIT|LOAD|CONFIG|REQ)_/.test(code)) ||
      (faulty.has(path) && code.startsWith('AUDIT_')));
  return (finding) => !follows(finding) && !told.has(keyOf(finding));
}

/** What the container told first is not told again, nor what follows from content that can't be read whole. */
export function mergeFindings(
  onOpening: readonly Finding[],
  inBodies: readonly Finding[],
  inContent: readonly Finding[],
): Finding[] {
  const told = new Set(onOpening.map(keyOf));
  const ofBodies = inBodies.filter((finding) => !told.has(keyOf(finding)));
  const ofContent = inContent.filter(newsAfter(onOpening, inBodies));
  return [...onOpening, ...ofBodies, ...ofContent].sort(bySeverityThenPath);
}
