/** Runs every family of rules over a model, and says what it could not look at. */
import type { Archive } from '../archive.ts';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import { showName } from '../contract/format.ts';
import type { Finding } from '../contract/model.ts';
import { NotRead } from './entry-content.ts';
import { bySeverityThenPath, FindingList } from './finding-list.ts';
import { reading } from './read-bodies.ts';
import { findingOf, type Report, type Rule, type RuleFamily, type Subject } from './rule.ts';
import { config } from './rules/config.ts';
import { container } from './rules/container.ts';
import { folder } from './rules/folder.ts';
import { handler } from './rules/handler.ts';
import { imports } from './rules/imports.ts';
import { load } from './rules/load.ts';
import { manifest } from './rules/manifest.ts';
import { names } from './rules/names.ts';
import { pickle } from './rules/pickle.ts';
import { requirements } from './rules/requirements.ts';
import { secrets } from './rules/secrets.ts';
import { sideFiles } from './rules/side-files.ts';
import { tar } from './rules/tar.ts';
import { weights } from './rules/weights.ts';
import { zip, zipRules } from './rules/zip.ts';

/** A new family is one file in rules/ and one line here. */
export const ruleFamilies: readonly RuleFamily[] = [
  manifest,
  load,
  handler,
  imports,
  weights,
  pickle,
  sideFiles,
  config,
  requirements,
  names,
  secrets,
];

/** What opening and reading report by themselves; their rules are listed here for reports and the docs. */
export const containerFamilies: readonly RuleFamily[] = [container, zip, tar, folder, reading];

export const incomplete: Rule = {
  code: 'AUDIT_INCOMPLETE',
  severity: 'warning',
  title: 'A file could not be looked at.',
  why: 'What stands in it is not judged, so nothing said here covers it.',
  hint: 'look at this file yourself',
};

/** Entries looked at side by side: most of the time goes into waiting for the disk. */
const together = 16;

/** Every rule there is, for reports that explain their codes. */
export const allRules: readonly Rule[] = [incomplete, ...ruleFamilies.flatMap((family) => family.rules)];

/** The one fault of a ZIP's directory that a tar can have as well. */
const duplicates: RuleFamily = { name: 'duplicates', rules: [zipRules.duplicate] };

const families: Readonly<Record<Archive['container'], readonly RuleFamily[]>> = {
  zip: [container, zip, reading],
  tar: [container, tar, duplicates, reading],
  'tar.gz': [container, tar, duplicates, reading],
  directory: [container, folder],
};

/** What was looked for in an archive that was read as a whole. */
export function rulesFor(kind: Archive['container'], asked = ruleFamilies): readonly Rule[] {
  return uniqueByCode([...families[kind], ...asked].flatMap(({ rules }) => rules).concat(incomplete));
}

export const rulesOfArchives: readonly Rule[] = uniqueByCode([
  ...containerFamilies.flatMap((family) => family.rules),
  ...allRules,
]);

function uniqueByCode(rules: readonly Rule[]): Rule[] {
  return [...new Map(rules.map((rule) => [rule.code, rule])).values()];
}

export interface AuditOptions {
  readonly signal?: AbortSignal | undefined;
  /** All of them, unless some have been asked already. */
  readonly families?: readonly RuleFamily[];
  /** Told at once of what is found; what is answered in the end has more of an order, and less of one kind. */
  readonly onFinding?: ((finding: Finding) => void) | undefined;
}

export async function auditSubject(subject: Subject, options: AuditOptions = {}): Promise<Finding[]> {
  const reports = new Map<string, { readonly rule: Rule; readonly finding: Finding }>();
  const report: Report = (rule, path, message, hint) => {
    const finding = findingOf(rule, path, message, hint);
    const key = JSON.stringify([finding.code, finding.path, finding.message]);
    if (!reports.has(key)) options.onFinding?.(finding);
    reports.set(key, { rule, finding });
  };

  for (const family of options.families ?? ruleFamilies) {
    throwIfCancelled(options.signal);
    await attempt(null, report, () => family.check?.(subject, report));
    if (!family.checkEntry) continue;
    for (let at = 0; at < subject.entries.length; at += together) {
      throwIfCancelled(options.signal);
      const some = subject.entries.slice(at, at + together);
      await Promise.all(
        some.map((entry) =>
          attempt(entry.name, report, () => family.checkEntry?.(entry, report, subject, options.signal)),
        ),
      );
    }
  }
  // Sorted before they are cut short, so that the same ones are left whatever was read first.
  const list = new FindingList();
  for (const { rule, finding } of [...reports.values()].sort((a, b) =>
    bySeverityThenPath(a.finding, b.finding),
  )) {
    list.report(rule, finding.path, finding.message, finding.hint);
  }
  return list.findings.sort(bySeverityThenPath);
}

/** What can't be read becomes a finding; a cancelled job and a bug go their own way. */
async function attempt(
  name: string | null,
  report: Report,
  check: () => void | Promise<void> | undefined,
): Promise<void> {
  try {
    await check();
  } catch (error) {
    if (error instanceof NotRead) {
      report(incomplete, error.entryName, `${showName(error.entryName)} is not judged: ${error.message}`);
    } else if (error instanceof Problem && error.code !== 'CANCELLED') {
      report(
        incomplete,
        name,
        `${name === null ? 'a file' : showName(name)} is not judged: ${error.message}`,
      );
    } else {
      throw error;
    }
  }
}
