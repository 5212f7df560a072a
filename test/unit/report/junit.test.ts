import assert from 'node:assert/strict';
import { test } from 'node:test';
import { junitReport } from '../../../core/report/junit.ts';
import { parseXml, type XmlElement } from './parse-xml.ts';
import { cleanResult, hostileResult } from './sample-result.ts';

const all = (element: XmlElement, name: string): XmlElement[] => [
  ...(element.name === name ? [element] : []),
  ...element.children.flatMap((child) => all(child, name)),
];

for (const [name, result] of Object.entries({ hostile: hostileResult, clean: cleanResult })) {
  test(`the report of a ${name} archive is well-formed XML and counts right`, () => {
    const root = parseXml(junitReport(result));
    assert.equal(root.name, 'testsuites');
    const [suite] = all(root, 'testsuite');
    const cases = all(root, 'testcase');
    assert.equal(suite?.attributes.tests, String(cases.length));
    assert.equal(suite?.attributes.failures, String(all(root, 'failure').length));
    assert.equal(cases.length, new Set(result.findings.map(({ code }) => code)).size + result.checks.length);
    for (const one of cases) assert.ok(one.attributes.name && one.attributes.classname);
  });
}

test('errors fail their check, warnings and notes do not', () => {
  const root = parseXml(junitReport(hostileResult));
  for (const one of all(root, 'testcase')) {
    const severities = hostileResult.findings
      .filter(({ code }) => code === one.attributes.name)
      .map(({ severity }) => severity);
    assert.equal(all(one, 'failure').length, severities.includes('error') ? 1 : 0, one.attributes.name);
  }
});

test('what a name holds comes out of the XML as it is shown everywhere', () => {
  const failures = all(parseXml(junitReport(hostileResult)), 'failure');
  const said = failures.map(({ text }) => text).join('\n');
  assert.ok(said.includes('<img src=x onerror=alert(1)>.py'));
  assert.ok(said.includes('control\\u{0}\\u{7}\\u{1b}[2J\\u{85}'));
  assert.ok(said.includes('direction\\u{202e}txt.py'));
});

test('a path of this machine is cut to its name', () => {
  assert.ok(!junitReport(hostileResult).includes('secret-project'));
});
