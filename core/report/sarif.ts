/** SARIF 2.1.0, for code scanning: every rule with its help, every finding at the entry it is about. */
import { basename, resolve } from 'node:path';
import { rulesOfArchives } from '../audit/audit.ts';
import { showName } from '../contract/format.ts';
import type { Finding, Severity } from '../contract/model.ts';
import type { VerifyResult } from '../contract/verification.ts';
import { version } from '../version.ts';

const levels: Readonly<Record<Severity, 'error' | 'warning' | 'note'>> = {
  error: 'error',
  warning: 'warning',
  info: 'note',
};

export function sarifReport(result: VerifyResult): string {
  const rules = rulesFor(result);
  const indexOf = new Map(rules.map(({ id }, index) => [id, index]));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'mar-studio', semanticVersion: version, rules } },
        artifacts: [
          {
            location: { uri: uriOf(result) },
            length: result.size,
            ...(result.sha256 === null ? {} : { hashes: { 'sha-256': result.sha256 } }),
          },
        ],
        results: result.findings.map((finding) => ({
          ruleId: finding.code,
          ruleIndex: indexOf.get(finding.code),
          level: levels[finding.severity],
          message: { text: `${showName(finding.message)}. Hint: ${showName(finding.hint)}.` },
          locations: [locationOf(finding, result)],
          partialFingerprints: { 'codeAndEntry/v1': `${finding.code}:${finding.path ?? ''}` },
        })),
        columnKind: 'utf16CodeUnits',
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

/** A problem met while reading has no rule of its own: the finding is all there is to say of it. */
function rulesFor({ findings }: VerifyResult) {
  const rules = rulesOfArchives.map(({ code, severity, title, why, hint }) => ({
    id: code,
    shortDescription: { text: title },
    fullDescription: { text: why },
    help: { text: `${why} What to do: ${hint}.` },
    defaultConfiguration: { level: levels[severity] },
  }));
  const known = new Set(rules.map(({ id }) => id));
  const others = new Map(
    findings.filter(({ code }) => !known.has(code)).map((finding) => [finding.code, finding]),
  );
  return [
    ...rules,
    ...[...others.values()].map(({ code, severity, hint }) => ({
      id: code,
      shortDescription: { text: code },
      fullDescription: { text: 'Reading the archive failed at this place.' },
      help: { text: `What to do: ${showName(hint)}.` },
      defaultConfiguration: { level: levels[severity] },
    })),
  ];
}

/** Code scanning wants a file; the entry stands beside it as a place within that file. */
function locationOf({ path }: Finding, result: VerifyResult) {
  const physicalLocation = { artifactLocation: { uri: uriOf(result), index: 0 } };
  if (path === null) return { physicalLocation };
  const entry = {
    name: showName(path),
    fullyQualifiedName: showName(`${nameOf(result)}!/${path}`),
    kind: 'member',
  };
  return { physicalLocation, logicalLocations: [entry] };
}

const nameOf = ({ path }: VerifyResult) => basename(resolve(path));
const uriOf = (result: VerifyResult) => encodeURIComponent(Buffer.from(nameOf(result)).toString());
