/** `npm run docs`: docs/findings.md, made from the rules themselves. A test holds the file to what this makes. */
import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { allRules, containerFamilies, ruleFamilies } from '../core/audit/audit.ts';
import type { Rule } from '../core/audit/rule.ts';
import { planRules } from '../core/mar/plan-rules.ts';

export const findingsPath = fileURLToPath(new URL('../docs/findings.md', import.meta.url));

export function findingsPage(): string {
  const families = [...containerFamilies, ...ruleFamilies];
  const inFamilies = new Set(families.flatMap((family) => family.rules));
  const sections = [
    section('planning', planRules),
    ...families.map((family) => section(family.name, family.rules)),
    section(
      'the audit itself',
      allRules.filter((rule) => !inFamilies.has(rule)),
    ),
  ];
  return [
    '# Findings',
    '',
    'What MAR Studio has to say about a model, by the code that `--json` carries. An *error* means that TorchServe would not',
    'load it, or not as meant; a *warning* deserves a look; an *info* is worth knowing. Made by `npm run docs`.',
    '',
    sections.join('\n\n'),
    '',
  ].join('\n');
}

function section(name: string, rules: readonly Rule[]): string {
  const rows = rules.map(
    ({ code, severity, title, why, hint }) =>
      `### ${code}\n\n*${severity}* · ${title}\n\n${why}\n\n**What to do:** ${hint}.`,
  );
  return [`## ${name[0]?.toUpperCase()}${name.slice(1)}`, ...rows].join('\n\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await writeFile(findingsPath, findingsPage());
