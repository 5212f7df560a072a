/** What repack does not do, and that it says so before anything is written. */
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import type { RepackInput } from '../../core/contract/model.ts';
import { extract } from '../../core/extract.ts';
import { repack } from '../../core/repack.ts';
import { formats } from '../faults/model.ts';
import { goodEntries, manifest, manifestName } from '../hostile/case.ts';
import { writePieces } from '../hostile/pieces.ts';
import { deflated, mode, type ZipEntry, zip, zipEntry } from '../hostile/zip-builder.ts';
import { scratchFolder } from '../support/scratch.ts';
import { assertSound, contentsOf, packed } from './repacked.ts';
import { zipOf } from './weights/files.ts';

const link = (name: string, target: string): ZipEntry =>
  zipEntry(name, target, { central: { externalAttributes: mode(0o120777) } });

test('a slip in the name of a field is met with the field that was meant; what is like none is set', async (t) => {
  const { archive, folder, out } = await packed(t);
  const slips: Record<string, string> = {
    'model.modelversion': 'model.modelVersion',
    'model.model_version': 'model.modelVersion',
    'model.handlr': 'model.handler',
    'Model.modelVersion': 'model.modelVersion',
    modelVersion: 'model.modelVersion',
    Runtime: 'runtime',
  };
  for (const [field, meant] of Object.entries(slips)) {
    const wanted = { code: 'USAGE', hint: `did you mean ${meant}?` };
    await assert.rejects(repack(archive, { exportPath: out, set: { [field]: '2' } }), wanted, field);
    assert.equal(existsSync(out), false);
  }
  const own = { 'model.team': 'vision', note: 'x', 'build.commit': 'abc', 'model.description': 'digits' };
  const { output, manifest } = await repack(archive, { exportPath: out, set: own });
  assert.equal((manifest.model as Record<string, unknown>).team, 'vision');
  // What stands there already is meant, however it is spelt.
  const odd = join(folder, 'odd.json');
  writeFileSync(odd, JSON.stringify({ ...manifest, Runtime: 'old' }));
  const replaced = await repack(output, {
    exportPath: join(folder, 'odd'),
    replace: { 'MAR-INF/MANIFEST.json': odd },
  });
  const again = await repack(replaced.output, { exportPath: join(folder, 'again'), set: { Runtime: 'new' } });
  assert.equal(again.manifest.Runtime, 'new');
});

test('a result that verify would not pass is refused with the reason, and nothing is left', async (t) => {
  const { archive, folder, out, weights } = await packed(t);
  const bad = join(folder, 'bad.py');
  writeFileSync(bad, 'def handle(data, context)\n    return []\n');
  const config = join(folder, 'config.yaml');
  writeFileSync(config, 'minWorkers: [\n');
  const before = readdirSync(folder).sort();
  const wrong: [RepackInput, string, RegExp][] = [
    [{ replace: { 'handler.py': bad } }, 'LOAD_HANDLER_SYNTAX', /--replace 'handler\.py=FILE'/],
    [{ replace: { 'handler.py': weights } }, 'LOAD_HANDLER_SYNTAX', /--replace/],
    [{ set: { 'model.handler': 'handler.py:nothing' } }, 'LOAD_NO_ENTRY_POINT', /--set/],
    [{ set: { 'model.modelName': 'a..b' } }, 'LOAD_FILE_NAME', /--set/],
    [{ set: { runtime: 'pyton' } }, 'MANIFEST_FIELD', /did you mean python/],
  ];
  for (const archiveFormat of formats) {
    for (const [input, code, hint] of wrong) {
      const run = repack(archive, { exportPath: out, archiveFormat, ...input });
      await assert.rejects(run, { code, hint, exit: 2 }, `${archiveFormat} ${JSON.stringify(input)}`);
      assert.deepEqual(readdirSync(folder).sort(), before);
    }
  }
  const both = { 'handler.py': bad, 'vocabulary.txt': config };
  const set = { 'model.configFile': 'vocabulary.txt' };
  const run = repack(archive, { exportPath: out, replace: both, set });
  await assert.rejects(run, {
    message: /^the new archive would not pass verify: .+ \(the first of 2 errors\)$/,
  });
});

test('what is replaced can not be removed as well', async (t) => {
  const { archive, out, weights } = await packed(t);
  for (const remove of ['vocabulary.txt', 'labels']) {
    const name = remove === 'labels' ? 'labels/index_to_name.json' : remove;
    const run = repack(archive, { exportPath: out, remove: [remove], replace: { [name]: weights } });
    await assert.rejects(run, { code: 'USAGE', message: /--replace .*--remove/, hint: /one of the two/ });
  }
});

test('a name is taken as it was shown, and a link is named with the way to leave it out', async (t) => {
  const folder = await scratchFolder(t);
  const path = join(folder, 'model.mar');
  const out = join(folder, 'out');
  writePieces(path, zip([...goodEntries, zipEntry('a\nb', 'x'), link('link\u200b', 'handler.py')]));
  const linked = repack(path, { exportPath: out, remove: ['a\\u{a}b'] });
  await assert.rejects(linked, { code: 'LINK_FORBIDDEN', hint: /--remove 'link\\u\{200b\}'/ });
  const named = repack(path, { exportPath: out, remove: ['link\\u{200b}'] });
  await assert.rejects(named, { code: 'NAME_CONTROL_CHAR', hint: /--remove 'a\\u\{a\}b'/ });
  const { output } = await repack(path, { exportPath: out, remove: ['a\\u{a}b', 'link\\u{200b}'] });
  await assertSound(output);
  assert.deepEqual([...(await contentsOf(output, folder)).keys()].sort(), [
    'MAR-INF/MANIFEST.json',
    'handler.py',
  ]);
});

test('a change to an entry that is not there, or an addition of one that is, is refused', async (t) => {
  const { archive, out, weights } = await packed(t);
  const wrong: [RepackInput, string][] = [
    [{ remove: ['handlr.py'] }, 'ENTRY_MISSING'],
    [{ replace: { nothing: weights } }, 'ENTRY_MISSING'],
    [{ add: { 'handler.py': weights } }, 'USAGE'],
    [{ replace: { 'handler.py': `${weights}.gone` } }, 'INPUT_MISSING'],
    [{ add: { '../climbs': weights } }, 'PATH_TRAVERSAL'],
    [{ add: { 'handler.py/below': weights } }, 'NAME_FILE_DIR_CONFLICT'],
    [{ remove: ['handler.py'] }, 'MANIFEST_DANGLING'],
    [{ remove: ['MAR-INF'] }, 'MANIFEST_MISSING'],
    [{ level: 10 }, 'USAGE'],
  ];
  for (const [input, code] of wrong) {
    await assert.rejects(repack(archive, { exportPath: out, ...input }), { code }, JSON.stringify(input));
    assert.equal(existsSync(out), false);
  }
});

test('where readers find different files, somebody has to say which are meant', async (t) => {
  const folder = await scratchFolder(t);
  const path = join(folder, 'twice.mar');
  const handler = (text: string) => zipEntry('handler.py', text);
  writePieces(path, zip([...goodEntries, handler('def handle(data, context):\n    return 2\n')]));
  const out = join(folder, 'out');
  await assert.rejects(repack(path, { exportPath: out }), { code: 'ZIP_DUPLICATE_NAME', hint: /--view/ });
  const own = join(folder, 'own.py');
  writeFileSync(own, 'def handle(data, context):\n    return 3\n');
  const choices: [string, RepackInput, RegExp][] = [
    ['torchserve', { view: 'torchserve' }, /return 2/],
    ['directory', { view: 'directory' }, /return 2/],
    ['replaced', { replace: { 'handler.py': own } }, /return 3/],
    ['removed', { remove: ['handler.py'], add: { 'handler.py': own } }, /return 3/],
  ];
  for (const [name, input, wanted] of choices) {
    const { output } = await repack(path, { exportPath: join(folder, name), ...input });
    await assertSound(output);
    await extract(output, { into: join(folder, name, 'x') });
    assert.match(readFileSync(join(folder, name, 'x', 'handler.py'), 'utf8'), wanted, name);
  }
});

test('a workflow archive is left alone', async (t) => {
  const { archive, folder, out } = await packed(t);
  const war = join(folder, 'flow.war');
  writePieces(war, zip([deflated('WAR-INF/MANIFEST.json', '{}')]));
  await assert.rejects(repack(war, { exportPath: out }), { code: 'KIND_UNSUPPORTED', exit: 2 });
  appendFileSync(archive, '');
  renameSync(archive, `${archive}.odd`);
  await repack(`${archive}.odd`, { exportPath: out });
});

test('deflated weights are judged by their end, as verify judges them', async (t) => {
  const folder = await scratchFolder(t);
  const base = 'from ts.torch_handler.base_handler import BaseHandler\n\n\nclass H(BaseHandler):\n    pass\n';
  // The record of 5 MiB keeps the start from telling: what makes it TorchScript is named at the end alone.
  const data = { 'model/data.pkl': 'x', 'model/data/0': Buffer.alloc(5 * 1024 * 1024) };
  const model = { modelName: 'm', modelVersion: '1', handler: 'handler.py', serializedFile: 'model.pt' };
  const archiveOf = async (name: string, weights: Buffer) => {
    const path = join(folder, name);
    const text = JSON.stringify({ ...manifest, model });
    writePieces(
      path,
      zip([zipEntry(manifestName, text), zipEntry('handler.py', base), deflated('model.pt', weights)]),
    );
    return path;
  };
  const script = await archiveOf('script.mar', await zipOf({ ...data, 'model/constants.pkl': 'x' }));
  await assertSound((await repack(script, { exportPath: join(folder, 'out') })).output);
  const dict = repack(await archiveOf('dict.mar', await zipOf(data)), { exportPath: join(folder, 'none') });
  await assert.rejects(dict, { code: 'LOAD_STATE_DICT_ONLY' });
  assert.equal(existsSync(join(folder, 'none')), false);
});

test('hints name what can be done: a new name is chosen otherwise, a field that dangles is cleared', async (t) => {
  const { archive, out, weights } = await packed(t);
  const outside = repack(archive, { exportPath: out, add: { '../x': weights } });
  await assert.rejects(outside, { code: 'PATH_TRAVERSAL', hint: /^choose another name/ });
  const set = { 'model.requirementsFile': 'gone.txt' };
  const dangling = repack(archive, { exportPath: out, set });
  await assert.rejects(dangling, { code: 'MANIFEST_DANGLING', hint: /--set model\.requirementsFile=/ });
  const cleared = await repack(archive, { exportPath: out, set: { 'model.requirementsFile': '' } });
  assert.equal(
    cleared.findings.some(({ code }) => code === 'MANIFEST_DANGLING'),
    false,
  );
});
