/** What a window may name, and all the ways to name something else. */
import assert from 'node:assert/strict';
import { mkdir, realpath, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { Guard } from '../../../core/service/guard.ts';
import { scratchFolder } from '../../support/scratch.ts';

async function guarded(t: TestContext) {
  const scratch = await scratchFolder(t);
  const root = join(scratch, 'models');
  await mkdir(join(root, 'inner'), { recursive: true });
  await writeFile(join(root, 'a.mar'), 'a');
  await writeFile(join(scratch, 'secret.mar'), 's');
  await mkdir(join(scratch, 'models-too'));
  const guard = new Guard();
  guard.grant(root, await realpath(root), { isFolder: true });
  return { guard, root, scratch };
}

const refused = { code: 'PATH_NOT_GRANTED' };

test('what lies in a granted folder may be named, whether it exists or not', async (t) => {
  const { guard, root } = await guarded(t);
  for (const name of ['a.mar', 'inner', 'new.mar', 'new/deeper/x.mar', 'a.mar!model.pt', 'a.mar!b!c']) {
    assert.equal(typeof (await guard.allow(`${root}/${name}`)), 'string', name);
  }
  assert.equal(await guard.allow(root), root);
});

test('nothing else may be named, in whatever form', async (t) => {
  const { guard, root, scratch } = await guarded(t);
  await symlink(join(scratch, 'secret.mar'), join(root, 'link.mar'));
  await symlink(scratch, join(root, 'out'));
  const names = [
    ...[scratch, '/', '/etc/passwd', 'a.mar', './a.mar', '', `${root}-too/x`, join(scratch, 'secret.mar')],
    ...[`${root}/../secret.mar`, `${root}/link.mar`, `${root}/out/secret.mar`, `${root}/out/new.mar`],
    ...[
      `${root}/link.mar!model.pt`,
      `${root}/inner/../a.mar`,
      `${root}/out/../a.mar`,
      `${root}/`,
      `${scratch}/secret.mar!${root}/a.mar`,
      `${root}/a.mar\0`,
      `file://${root}/a.mar`,
    ],
  ];
  for (const name of names) await assert.rejects(guard.allow(name), refused, JSON.stringify(name));
});

test('a granted file is granted alone', async (t) => {
  const { scratch, root } = await guarded(t);
  const guard = new Guard();
  const file = join(root, 'a.mar');
  guard.grant(file, await realpath(file), { isFolder: false });
  assert.equal(await guard.allow(file), file);
  assert.equal(await guard.allow(`${file}!model.pt`), `${file}!model.pt`);
  for (const other of [root, join(root, 'b.mar'), `${file}/x`, scratch])
    await assert.rejects(guard.allow(other), refused);
});

test('what is written is judged by where it would lie, whatever its name holds', async (t) => {
  const { guard, root } = await guarded(t);
  assert.equal(await guard.allowWrite(`${root}/new!report.html`), `${root}/new!report.html`);
  const names = [`${root}!report.html`, `${root}!x/deep`, `${root}-too/x`];
  for (const name of names) await assert.rejects(guard.allowWrite(name), refused, name);
});

test('what came with the application is read and never written', async (t) => {
  const { root } = await guarded(t);
  const guard = new Guard();
  const sample = join(root, 'a.mar');
  guard.grant(sample, await realpath(sample), { isFolder: false, isReadOnly: true });
  assert.equal(await guard.allow(sample), sample);
  await assert.rejects(guard.allowWrite(sample), refused);
  assert.equal(guard.home, null);
});
