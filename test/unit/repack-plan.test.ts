/** What a repack would write, told beforehand, and held against what it then writes. */
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { archiveFormats, type RepackInput } from '../../core/contract/model.ts';
import { openArchive } from '../../core/open.ts';
import { repack } from '../../core/repack.ts';
import { planRepack } from '../../core/repack-plan.ts';
import { makeArchive, plainFiles } from '../support/models.ts';
import { scratchFolder } from '../support/scratch.ts';

async function planOf(path: string, input: RepackInput) {
  const archive = await openArchive(path, {});
  try {
    return await planRepack(archive, input);
  } finally {
    await archive.close();
  }
}

async function made(t: TestContext, archiveFormat: (typeof archiveFormats)[number] = 'default') {
  const folder = await scratchFolder(t);
  const archive = await makeArchive(folder, { ...plainFiles, 'old.txt': 'old' }, { archiveFormat });
  writeFileSync(join(folder, 'new.py'), 'def handle(data, context):\n    return [data]\n');
  const input: RepackInput = {
    exportPath: join(folder, 'out'),
    fileName: 'net-1.1',
    set: { 'model.modelVersion': '1.1' },
    replace: { 'handler.py': join(folder, 'new.py') },
    add: { 'more/new.py': join(folder, 'new.py') },
    remove: ['old.txt'],
  };
  return { folder, archive, input };
}

for (const archiveFormat of archiveFormats) {
  test(`${archiveFormat}: the plan is what is written then, and writes nothing itself`, async (t) => {
    const { folder, archive, input } = await made(t, archiveFormat);
    const before = readdirSync(folder, { recursive: true }).sort();
    const plan = await planOf(archive, input);
    assert.deepEqual(readdirSync(folder, { recursive: true }).sort(), before);
    const written = await repack(archive, input);
    assert.equal(plan.output, written.output);
    assert.equal(basename(written.output), 'net-1.1.mar');
    assert.deepEqual(plan.manifest, written.manifest);
    const facts = (entries: readonly { path: string; size: number; role: string }[]) =>
      entries.map(({ path, size, role }) => `${path} ${size} ${role}`).sort();
    assert.deepEqual(facts(plan.entries), facts(written.entries));
    assert.deepEqual(plan.removed, ['old.txt']);
    const isZip = archiveFormat === 'default' || archiveFormat === 'zip-store';
    const staying = { kept: isZip ? 2 : 0, rewritten: isZip ? 0 : 2 };
    assert.deepEqual(plan.counts, { made: 1, replaced: 1, added: 1, removed: 1, ...staying });
    assert.equal(plan.isJudged, archiveFormat !== 'tgz');
    assert.deepEqual(plan.findings, written.findings);
    const again = await planOf(archive, input);
    assert.deepEqual(again.findings[0]?.code, 'OUTPUT_EXISTS');
  });
}

test('what repack would refuse for its content is a finding of the plan; what it can not do is a problem', async (t) => {
  const { folder, archive, input } = await made(t);
  writeFileSync(join(folder, 'new.py'), 'def other():\n    pass\n');
  const plan = await planOf(archive, input);
  assert.ok(
    plan.findings.some(({ code, severity }) => code === 'LOAD_NO_ENTRY_POINT' && severity === 'error'),
  );
  await assert.rejects(repack(archive, input), { code: 'LOAD_NO_ENTRY_POINT' });
  await assert.rejects(planOf(archive, { ...input, remove: ['none'] }), { code: 'ENTRY_MISSING' });
  await assert.rejects(planOf(archive, { ...input, add: { 'labels.txt': join(folder, 'new.py') } }), {
    code: 'USAGE',
  });
  const itself = { exportPath: dirname(archive), fileName: basename(archive, '.mar') };
  await assert.rejects(planOf(archive, itself), { code: 'OUTPUT_IS_INPUT' });
  for (const fileName of ['', '../x', 'a..b', 'a/b']) {
    await assert.rejects(planOf(archive, { ...input, fileName }), { code: 'USAGE' }, fileName);
  }
});
