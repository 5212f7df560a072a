import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { allRules, auditSubject } from '../../../core/audit/audit.ts';
import { nameCases, requirementsCases, secretCases } from './cases/archive.ts';
import { configCases } from './cases/config.ts';
import { handlerCases } from './cases/handler.ts';
import { importCases } from './cases/imports.ts';
import { loadCases, manifestCases } from './cases/manifest.ts';
import { pickleCases } from './cases/pickle.ts';
import { sideFileCases } from './cases/side-files.ts';
import { weightsCases } from './cases/weights.ts';
import { subjectOf } from './sketch.ts';

const cases = [
  ...handlerCases,
  ...weightsCases,
  ...pickleCases,
  ...sideFileCases,
  ...configCases,
  ...requirementsCases,
  ...nameCases,
  ...secretCases,
  ...manifestCases,
  ...loadCases,
  ...importCases,
];
const ruleOf = new Map(allRules.map((rule) => [rule.code, rule]));

for (const { code, because, trigger, nearMiss } of cases) {
  describe(`${code}: ${because}`, () => {
    test('the model that breaks the rule is told so', async () => {
      const found = (await auditSubject(subjectOf(trigger))).filter((finding) => finding.code === code);
      assert.notEqual(found.length, 0, `no ${code}`);
      for (const finding of found) {
        assert.equal(finding.severity, ruleOf.get(code)?.severity);
        if (finding.path !== null)
          assert.ok(finding.path in (trigger.files ?? {}), `${finding.path} is no entry`);
        assert.match(
          finding.message,
          /^[^\p{Cc}\p{Cf}]{10,400}[^.\s]$/u,
          'a message is one sentence on one line',
        );
        assert.match(finding.hint, /^[^\n]{5,}$/);
      }
    });

    test('the near miss is not', async () => {
      const found = (await auditSubject(subjectOf(nearMiss))).filter((finding) => finding.code === code);
      assert.deepEqual(found, []);
    });
  });
}

test('every rule has a code of its own and all its texts', () => {
  assert.equal(ruleOf.size, allRules.length, 'a code is used twice');
  for (const { code, title, why, hint } of allRules) {
    assert.match(code, /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$/);
    assert.match(title, /^\w.{15,}\.$/s, code);
    assert.match(why, /^.{15,}[.)]$/s, code);
    assert.match(hint, /^.{10,}[^.]$/s, code);
  }
});

test('every rule is broken by some case here', () => {
  const broken = new Set(cases.map(({ code }) => code));
  // What can't be read is tested with files that change, in audit.test.ts.
  const untested = allRules.filter(({ code }) => !broken.has(code) && code !== 'AUDIT_INCOMPLETE');
  assert.deepEqual(untested, []);
});
