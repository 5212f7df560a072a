/** JUnit XML, for CI systems: every check a test case, failed by errors, its warnings and notes written beside. */
import { basename, resolve } from 'node:path';
import { showName } from '../contract/format.ts';
import type { Finding } from '../contract/model.ts';
import type { VerifyResult } from '../contract/verification.ts';
import { escapeXml } from './escape.ts';
import { proofOf, verdictOf } from './verdict.ts';

export function junitReport(result: VerifyResult): string {
  const name = escapeXml(showName(basename(resolve(result.path))));
  const byCode = new Map<string, Finding[]>();
  for (const finding of result.findings)
    byCode.set(finding.code, [...(byCode.get(finding.code) ?? []), finding]);
  const cases = [
    ...[...byCode].map(([code, findings]) => testCase(code, name, findings)),
    ...result.checks.map(({ code }) => testCase(code, name, [])),
  ];
  const failures = [...byCode.values()].filter(isFailure).length;
  const counts = `tests="${cases.length}" failures="${failures}" errors="0" skipped="0" time="${result.seconds}"`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="mar-studio verify" ${counts}>`,
    `  <testsuite name="${name}" ${counts}>`,
    ...cases,
    `    <system-out>${escapeXml(`${verdictOf(result)}. ${proofOf(result)}.`)}</system-out>`,
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

const isFailure = (findings: readonly Finding[]) => findings.some(({ severity }) => severity === 'error');

function testCase(code: string, archive: string, findings: readonly Finding[]): string {
  const head = `    <testcase name="${escapeXml(code)}" classname="${archive}" time="0"`;
  const [first] = findings;
  if (first === undefined) return `${head}/>`;
  const text = findings
    .map(({ path, message, hint }) => {
      const where = path === null ? '' : `${showName(path)}: `;
      return escapeXml(`${where}${showName(message)} (hint: ${showName(hint)})`);
    })
    .join('\n');
  if (!isFailure(findings)) return `${head}>\n      <system-out>${text}</system-out>\n    </testcase>`;
  const message = escapeXml(showName(first.message));
  return `${head}>\n      <failure type="${escapeXml(code)}" message="${message}">${text}</failure>\n    </testcase>`;
}
