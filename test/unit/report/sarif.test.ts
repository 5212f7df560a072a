import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rulesOfArchives } from '../../../core/audit/audit.ts';
import { sarifReport } from '../../../core/report/sarif.ts';
import { cleanResult, hostileResult } from './sample-result.ts';

/** What the schema of SARIF 2.1.0 requires of the parts that we write, and the values that it allows. */
interface Shape {
  readonly required?: readonly string[];
  readonly allowed: Readonly<Record<string, Shape | ((value: unknown) => boolean)>>;
}

const text = (value: unknown) => typeof value === 'string' && value.length > 0;
const count = (value: unknown) => Number.isInteger(value) && (value as number) >= 0;
const level = (value: unknown) => ['none', 'note', 'warning', 'error'].includes(value as string);
const uri = (value: unknown) => text(value) && /^[\w.~%!$&'()*+,;=:@/-]+$/.test(value as string);
const message: Shape = { required: ['text'], allowed: { text } };
const location: Shape = {
  allowed: {
    physicalLocation: { allowed: { artifactLocation: { allowed: { uri, index: count } } } },
    logicalLocations: { allowed: { name: text, fullyQualifiedName: text, kind: text } },
  },
};
const rule: Shape = {
  required: ['id'],
  allowed: {
    id: text,
    shortDescription: message,
    fullDescription: message,
    help: message,
    defaultConfiguration: { allowed: { level } },
  },
};
const log: Shape = {
  required: ['version', 'runs'],
  allowed: {
    $schema: uri,
    version: (value) => value === '2.1.0',
    runs: {
      required: ['tool'],
      allowed: {
        tool: {
          required: ['driver'],
          allowed: {
            driver: { required: ['name'], allowed: { name: text, semanticVersion: text, rules: rule } },
          },
        },
        artifacts: {
          allowed: {
            location: { allowed: { uri } },
            length: count,
            hashes: { allowed: { 'sha-256': text } },
          },
        },
        results: {
          required: ['message'],
          allowed: {
            ruleId: text,
            ruleIndex: count,
            level,
            message,
            locations: location,
            partialFingerprints: { allowed: { 'codeAndEntry/v1': text } },
          },
        },
        columnKind: (value) => value === 'utf16CodeUnits' || value === 'unicodeCodePoints',
      },
    },
  },
};

/** Every place where the value does not have the shape; a list has that of its items. */
function misfits(value: unknown, shape: Shape, at = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => misfits(item, shape, `${at}[${index}]`));
  if (typeof value !== 'object' || value === null) return [`${at} is no object`];
  const fields = value as Record<string, unknown>;
  const missing = (shape.required ?? [])
    .filter((key) => !(key in fields))
    .map((key) => `${at}.${key} is missing`);
  return [
    ...missing,
    ...Object.entries(fields).flatMap(([key, inner]) => {
      const expected = Object.hasOwn(shape.allowed, key) ? shape.allowed[key] : undefined;
      if (expected === undefined) return [`${at}.${key} is not known`];
      if (typeof expected !== 'function') return misfits(inner, expected, `${at}.${key}`);
      return expected(inner) ? [] : [`${at}.${key} can't be ${JSON.stringify(inner)}`];
    }),
  ];
}

for (const [name, result] of Object.entries({ hostile: hostileResult, clean: cleanResult })) {
  test(`the report of a ${name} archive has the shape that SARIF 2.1.0 asks for`, () => {
    assert.deepEqual(misfits(JSON.parse(sarifReport(result)), log), []);
  });
}

test('every result points to the rule of its code, also where no rule of ours has it', () => {
  const { runs } = JSON.parse(sarifReport(hostileResult));
  const [{ tool, results }] = runs;
  assert.equal(results.length, hostileResult.findings.length);
  for (const { ruleId, ruleIndex } of results) assert.equal(tool.driver.rules[ruleIndex].id, ruleId);
  const ids = tool.driver.rules.map(({ id }: { id: string }) => id);
  assert.equal(new Set(ids).size, ids.length, 'an id stands twice');
});

test('every rule is there with its help', () => {
  const { runs } = JSON.parse(sarifReport(cleanResult));
  const rules = runs[0].tool.driver.rules;
  assert.equal(rules.length, rulesOfArchives.length);
  for (const { help } of rules) assert.match(help.text, /What to do: /);
});

test('a path of this machine is cut to its name', () => {
  assert.ok(!sarifReport(hostileResult).includes('secret-project'));
});

test('the entry is a logical location, and none where the archive as a whole is meant', () => {
  const [{ results }] = JSON.parse(sarifReport(hostileResult)).runs;
  for (const [index, { path }] of hostileResult.findings.entries()) {
    const { logicalLocations } = results[index].locations[0];
    assert.equal(logicalLocations === undefined, path === null);
  }
});
