/** The names of the entries: will every system that unpacks the archive get the same files. */
import { showName } from '../../contract/format.ts';
import { judgeName } from '../../names.ts';
import type { Report, Rule, RuleFamily } from '../rule.ts';

const collision: Rule = {
  code: 'NAME_COLLISION_CASE',
  severity: 'warning',
  title: 'Two names differ only in the case of their letters.',
  why: 'On Linux they are two files; on Windows and macOS the second one overwrites the first.',
  hint: 'rename one of them',
};
export const encodingRule: Rule = {
  code: 'NAME_ENCODING',
  severity: 'error',
  title: 'A name is not UTF-8, or does not say that it is.',
  why: 'TorchServe refuses the whole archive where a name is not UTF-8; other tools guess what is not said.',
  hint: 'rename the file',
};
const collisionUnicode: Rule = {
  code: 'NAME_COLLISION_UNICODE',
  severity: 'error',
  title: 'Two names look the same and are written with different characters.',
  why: 'On Linux they are two files; on macOS the second one overwrites the first.',
  hint: 'rename one of them',
};

const hint = 'rename the file, or give it another place with --extra-files SOURCE=>NAME';
const judged = (code: string, severity: Rule['severity'], title: string, why: string): Rule => ({
  code,
  severity,
  title,
  why,
  hint,
});

/** What judgeName finds in a single name; the words that are shown come from there. */
const judgements: readonly Rule[] = [
  judged('NAME_EMPTY', 'error', 'An entry has an empty name.', 'There is no file it could become.'),
  encodingRule,
  judged(
    'NAME_CONTROL_CHAR',
    'error',
    'A name holds a control character.',
    'Systems cut or refuse it, each in its own way.',
  ),
  judged(
    'PATH_BACKSLASH',
    'error',
    'A name holds a backslash.',
    'On Linux it is one odd file, on Windows a file in a folder.',
  ),
  judged(
    'PATH_ABSOLUTE',
    'error',
    'A name is an absolute path.',
    'Unpacked carelessly, it is written outside the model.',
  ),
  judged(
    'PATH_TRAVERSAL',
    'error',
    'A name leads out of the archive.',
    'TorchServe stops half way; others write outside the model.',
  ),
  judged(
    'PATH_NOT_NORMAL',
    'error',
    'A name has an empty or "." part.',
    'Systems simplify it, and two names may become one.',
  ),
  judged(
    'NAME_TOO_LONG',
    'error',
    'A name is longer than file systems take.',
    'Unpacking fails at this file.',
  ),
  judged(
    'LIMIT_DEPTH',
    'error',
    'A name lies too many folders deep.',
    'No model needs it, and tools fail on it.',
  ),
  judged(
    'NAME_WINDOWS',
    'warning',
    "A name can't be a file on Windows.",
    'The archive loads on Linux; on Windows unpacking fails.',
  ),
  judged('NAME_DECEPTIVE', 'warning', 'A name holds invisible characters.', 'It may pass for another name.'),
];
const ruleOf = new Map(judgements.map((rule) => [rule.code, rule]));

export const names: RuleFamily = {
  name: 'names',
  rules: [collision, collisionUnicode, ...judgements],
  check: (subject, report) => checkCollisions(subject.entries, report),
  checkEntry: (entry, report) => checkName(entry.name, report),
};

/** `path` is what the finding names, where that is not the name as it is judged. */
export function checkName(name: string, report: Report, path = name): void {
  for (const judgement of judgeName(name)) {
    const rule = ruleOf.get(judgement.code);
    if (!rule) throw new Error(`judgeName has a code that no rule explains: ${judgement.code}`);
    report(rule, path, judgement.message, judgement.hint);
  }
}

export function checkCollisions(entries: Iterable<{ readonly name: string }>, report: Report): void {
  const names = new Set<string>();
  for (const { name } of entries) names.add(name);
  // A small letter of ASCII is its own fold, so such a name collides only with one that is not all of them.
  const byComposed = new Map<string, string>();
  const byFolded = new Map<string, string>();
  for (const name of names) {
    if (isOwnFold.test(name)) continue;
    const composed = name.normalize('NFC');
    const folded = composed.toLowerCase();
    const same = byComposed.get(composed);
    const alike = byFolded.get(folded) ?? (names.has(folded) ? folded : undefined);
    if (same !== undefined) {
      report(collisionUnicode, name, `${showName(name)} occurs twice, written with different characters`);
    } else if (alike !== undefined && alike !== name) {
      report(
        collision,
        name,
        `${showName(name)} and ${showName(alike)} differ only in case: Windows and macOS keep one of them`,
      );
    }
    byComposed.set(composed, name);
    if (alike === undefined) byFolded.set(folded, name);
  }
}

const isOwnFold = /^[ -@[-~]*$/;
