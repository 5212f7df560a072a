import assert from 'node:assert/strict';
import { mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { auditSubject } from '../../../core/audit/audit.ts';
import { planSubject } from '../../../core/audit/plan-subject.ts';
import type { Role, Severity } from '../../../core/contract/model.ts';
import { pinStat } from '../../../core/fs/pinned-file.ts';
import type { PlannedFile } from '../../../core/mar/plan.ts';
import { stateDict } from '../weights/files.ts';
import { baseHandler, functionHandler, subjectOf } from './sketch.ts';

let folder: string;
before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'audit-'));
});
after(() => rm(folder, { recursive: true }));

async function plannedFile(name: string, role: Role, content: string | Buffer): Promise<PlannedFile> {
  const at = path.join(folder, name);
  await writeFile(at, content);
  const seen = await stat(at);
  return {
    name,
    role,
    size: seen.size,
    modified: seen.mtime,
    mode: 0o644,
    source: { kind: 'file', path: at, stat: pinStat(seen) },
  };
}

const manifest = {
  runtime: 'python',
  model: { modelName: 'm', handler: 'handler.py', serializedFile: 'model.pt' },
};

test('a plan of files on disk is judged like one of bytes', async () => {
  const files = [
    await plannedFile('handler.py', 'handler', baseHandler),
    await plannedFile('model.pt', 'weights', stateDict),
  ];
  const onDisk = await auditSubject(planSubject(manifest, files));
  assert.deepEqual(
    onDisk.map(({ code, path }) => [code, path]),
    [['LOAD_STATE_DICT_ONLY', 'model.pt']],
  );
  const sketch = { serializedFile: 'model.pt', files: { 'handler.py': baseHandler, 'model.pt': stateDict } };
  assert.deepEqual(onDisk, await auditSubject(subjectOf(sketch)));
});

test('a file that changes while it is audited is told, and the others are judged all the same', async () => {
  const files = [
    await plannedFile('handler.py', 'handler', functionHandler),
    await plannedFile('changed.txt', 'extra', 'x'),
    await plannedFile('.env', 'extra', 'x'),
  ];
  await utimes(path.join(folder, 'changed.txt'), new Date(0), new Date(0));
  const findings = await auditSubject(planSubject(manifest, files));
  assert.deepEqual(
    findings.map(({ code, path }) => [code, path]),
    [
      ['SECRET_ENV_FILE', '.env'],
      ['AUDIT_INCOMPLETE', 'changed.txt'],
    ],
  );
  assert.match(findings[1]?.message ?? '', /^changed\.txt is not judged: .*changed while it was read/);
});

test('a handler that vanishes ends no audit, and is told once however many rules ask for it', async () => {
  const files = [
    await plannedFile('handler.py', 'handler', baseHandler),
    await plannedFile('.env', 'extra', 'x'),
  ];
  await rm(path.join(folder, 'handler.py'));
  const codes = (await auditSubject(planSubject(manifest, files))).map(({ code }) => code);
  assert.deepEqual(codes.toSorted(), ['AUDIT_INCOMPLETE', 'SECRET_ENV_FILE']);
});

test('a source file too large to parse is told, not parsed', async () => {
  const files = { 'handler.py': `${functionHandler}# ${'x'.repeat(2 * 1024 * 1024)}\n` };
  const [finding] = await auditSubject(subjectOf({ files }));
  assert.equal(finding?.code, 'AUDIT_INCOMPLETE');
  assert.match(
    finding?.message ?? '',
    /handler\.py is not judged: it has 2\.0 MiB, and only files up to 2\.0 MiB are/,
  );
});

test('findings come with errors first, then by path, then by code', async () => {
  const findings = await auditSubject(
    subjectOf({
      configFile: 'c.yaml',
      files: {
        'handler.py': 'x = = 1\n',
        'c.yaml': 'BatchSize: 4\nminWorkers: 2\ncustom: 1\n',
        '.env': 'A=1\n',
        'a/../b': '',
        'json.py': '',
      },
    }),
  );
  const rank: Record<Severity, number> = { error: 0, warning: 1, info: 2 };
  const keys = findings.map(({ severity, path, code }) => `${rank[severity]} ${path ?? ''} ${code}`);
  assert.ok(keys.length >= 7, keys.join('\n'));
  assert.deepEqual(keys, keys.toSorted());
});

test('an audit is the same whatever the order of the entries', async () => {
  const files = {
    'handler.py': functionHandler,
    'json.py': '',
    'a.txt': '1',
    'A.txt': '2',
    '.env': 'x',
    '.git/config': '',
  };
  const reversed = Object.fromEntries(Object.entries(files).toReversed());
  const codesOf = async (given: Record<string, string>) =>
    (await auditSubject(subjectOf({ files: given }))).map(({ code }) => code);
  assert.deepEqual(await codesOf(files), await codesOf(reversed));
});

test('a rule that is broken everywhere speaks a bounded number of times, and says how often it kept still', async () => {
  const files = Object.fromEntries(Array.from({ length: 250 }, (_, index) => [`${index}/.env`, 'A=1\n']));
  const findings = await auditSubject(subjectOf({ files: { 'handler.py': functionHandler, ...files } }));
  assert.deepEqual(new Set(findings.map(({ code }) => code)), new Set(['SECRET_ENV_FILE']));
  assert.equal(findings.length, 101);
  assert.deepEqual(
    findings.filter(({ path }) => path === null).map(({ message }) => message),
    ['150 more entries have the same fault'],
  );
});

test('a cancelled audit ends as cancelled', async () => {
  const controller = new AbortController();
  controller.abort();
  const subject = subjectOf({ files: { 'handler.py': functionHandler } });
  await assert.rejects(auditSubject(subject, { signal: controller.signal }), { code: 'CANCELLED' });
});

test('a manifest of the wrong shape throws nothing', async () => {
  for (const model of [
    null,
    3,
    'text',
    [],
    { handler: 7, serializedFile: {}, configFile: [], modelFile: 1 },
  ]) {
    await auditSubject(planSubject({ runtime: 5, model } as never, []));
  }
});

test('no secret is shown in full', async () => {
  const secret = `gh${'p_'}${'aB3dE5fG7hJ9kL2mN4pQ6rS8tU0vW1xYzA0c'}`;
  const findings = await auditSubject(
    subjectOf({ files: { 'handler.py': `${functionHandler}T = "${secret}"\n` } }),
  );
  assert.deepEqual(
    findings.map(({ code }) => code),
    ['SECRET_TOKEN'],
  );
  assert.ok(!JSON.stringify(findings).includes(secret.slice(6, 20)));
  assert.match(findings[0]?.message ?? '', /handler\.py:3 /);
});

test('a name that would move a terminal is shown harmless', async () => {
  const name = 'a\u001b[2Jb/.env';
  const findings = await auditSubject(subjectOf({ files: { [name]: 'x' } }));
  assert.ok(findings.length >= 2);
  for (const { message, hint } of findings) assert.doesNotMatch(message + hint, /\p{Cc}/u);
});
