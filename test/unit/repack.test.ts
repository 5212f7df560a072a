import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { PackInput, RepackInput } from '../../core/contract/model.ts';
import type { Progress } from '../../core/contract/progress.ts';
import { extract } from '../../core/extract.ts';
import { inspect } from '../../core/inspect.ts';
import { pack } from '../../core/pack.ts';
import { repack } from '../../core/repack.ts';
import { verify } from '../../core/verify.ts';
import { formats, makeModel } from '../faults/model.ts';
import { goodEntries } from '../hostile/case.ts';
import { writePieces } from '../hostile/pieces.ts';
import { deflated, mode, withDescriptor, type ZipEntry, zip, zipEntry } from '../hostile/zip-builder.ts';
import { assertSameContents } from '../support/agreement.ts';
import type { Contents } from '../support/readers.ts';
import { folderContents, scratchFolder } from '../support/scratch.ts';

async function packed(t: TestContext, more: Partial<PackInput> = {}, weightsBytes = 300_000) {
  const folder = await scratchFolder(t);
  const model = makeModel(join(folder, 'model'), weightsBytes);
  const { output } = await pack({ ...model.input, exportPath: join(folder, 'old'), ...more });
  return { ...model, folder, archive: output, out: join(folder, 'new') };
}

let turn = 0;

const link = (name: string, target: string): ZipEntry =>
  zipEntry(name, target, { central: { externalAttributes: mode(0o120777) } });

/** What is in an archive by the names in the model, as it comes out of it. */
async function contentsOf(archive: string, folder: string): Promise<Contents> {
  const into = join(folder, `look-${turn++}`);
  await extract(archive, { into });
  const found = folderContents(into);
  const names = [...found.keys()];
  const root = names.every((name) => name.startsWith('model/')) ? 'model/' : '';
  return new Map([...found].map(([name, facts]) => [name.slice(root.length), facts]));
}

async function assertSound(archive: string): Promise<void> {
  const { findings } = await verify(archive);
  assert.deepEqual(
    findings.filter(({ severity }) => severity === 'error'),
    [],
  );
}

for (const from of formats) {
  test(`${from}: repacked to every other form and back, the entries and their bytes are the same`, async (t) => {
    const { archive, folder, contents } = await packed(t, { archiveFormat: from });
    const original = await contentsOf(archive, folder);
    assert.equal(original.size, contents.size + 1);
    for (const to of formats) {
      const there = await repack(archive, { archiveFormat: to, exportPath: join(folder, `to-${to}`) });
      await assertSound(there.output);
      assertSameContents(await contentsOf(there.output, folder), original);
      const back = await repack(there.output, {
        archiveFormat: from,
        exportPath: join(folder, `back-${to}`),
      });
      assertSameContents(await contentsOf(back.output, folder), original);
      assert.deepEqual(
        readdirSync(join(folder, `to-${to}`)),
        [basename(there.output)],
        'nothing else is left',
      );
    }
  });
}

test('what does not change is copied as it lies: the same compressed bytes, the same times', async (t) => {
  const { archive, out } = await packed(t, { compression: 'deflate', level: 1 });
  const before = await inspect(archive);
  const { output } = await repack(archive, { exportPath: out, level: 9 });
  const after = await inspect(output);
  assert.deepEqual(after.entries, before.entries);
  assert.ok(before.entries.some(({ method }) => method === 'deflated'));
});

test('the old archive keeps its bytes, its time and its place, whatever is asked for', async (t) => {
  const { archive, out, folder, weights } = await packed(t);
  const facts = () => createHash('sha256').update(readFileSync(archive)).digest('hex');
  const before = facts();
  await repack(archive, {
    exportPath: out,
    set: { 'model.modelVersion': '2' },
    replace: { 'weights.pt': weights },
  });
  for (const exportPath of [join(folder, 'old'), join(folder, 'old', '..', 'old')]) {
    for (const force of [false, true]) {
      await assert.rejects(repack(archive, { exportPath, force }), { code: 'OUTPUT_IS_INPUT' });
    }
  }
  assert.equal(facts(), before);
  assert.deepEqual(readdirSync(join(folder, 'old')), ['model.mar']);
});

test('setting a field changes that field, and keeps all others, known or not', async (t) => {
  const { archive, folder, out } = await packed(t);
  const own = join(folder, 'MANIFEST.json');
  const manifest = {
    ...(await inspect(archive)).manifest,
    theirs: { deep: [1, { a: null }], text: 'ü' },
  };
  writeFileSync(own, JSON.stringify(manifest));
  const first = await repack(archive, { exportPath: out, replace: { 'MAR-INF/MANIFEST.json': own } });
  const set = { 'model.modelVersion': '1.1', 'theirs.new.field': 'x' };
  const second = await repack(first.output, { exportPath: join(folder, 'second'), set });
  const seen = (await inspect(second.output)).manifest;
  assert.deepEqual(seen, {
    ...manifest,
    model: { ...manifest.model, modelVersion: '1.1' },
    theirs: { ...manifest.theirs, new: { field: 'x' } },
  });
  assert.deepEqual(second.manifest, seen);
  for (const field of ['', 'model', 'model.', 'model.modelVersion.x', 'theirs.deep.0', '__proto__.x']) {
    await assert.rejects(
      repack(first.output, { exportPath: folder, set: { [field]: 'x' } }),
      { code: 'USAGE' },
      field,
    );
  }
});

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

test('the name of the model names the archive, also a name that was just set', async (t) => {
  const { archive, out } = await packed(t);
  const { output } = await repack(archive, { exportPath: out, set: { 'model.modelName': 'other' } });
  assert.equal(basename(output), 'other.mar');
  const bad = repack(archive, { exportPath: out, set: { 'model.modelName': '../other' } });
  await assert.rejects(bad, { code: 'MODEL_NAME' });
});

for (const archiveFormat of formats) {
  test(`${archiveFormat}: entries are replaced, added and removed`, async (t) => {
    const { archive, folder, out } = await packed(t, { archiveFormat });
    const original = await contentsOf(archive, folder);
    writeFileSync(join(folder, 'new.py'), 'def handle(data, context):\n    return []\n');
    const changes: RepackInput = {
      exportPath: out,
      archiveFormat,
      replace: { 'handler.py': join(folder, 'new.py') },
      add: { 'more/deep/new.py': join(folder, 'new.py') },
      remove: ['labels', 'vocabulary.txt'],
    };
    const { output, entries } = await repack(archive, changes);
    const found = await contentsOf(output, folder);
    const wanted = new Map(original);
    const facts = folderContents(folder).get('new.py');
    assert.ok(facts);
    wanted.set('handler.py', facts).set('more/deep/new.py', facts);
    assert.ok(wanted.delete('labels/index_to_name.json') && wanted.delete('vocabulary.txt'));
    assertSameContents(found, wanted);
    assert.equal(entries.length, wanted.size);
    assert.equal(entries.find(({ path }) => path === 'handler.py')?.role, 'handler');
  });
}

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

test('a form that was asked for is written, whatever the old one was', async (t) => {
  const { archive, folder } = await packed(t, { compression: 'deflate' });
  const methods = async (input: RepackInput) => {
    const { entries } = await repack(archive, { exportPath: join(folder, `form-${turn++}`), ...input });
    return new Set(entries.map(({ method }) => method));
  };
  assert.deepEqual(await methods({ archiveFormat: 'zip-store' }), new Set(['stored']));
  assert.deepEqual(await methods({ compression: 'store' }), new Set(['stored']));
  assert.deepEqual(await methods({ archiveFormat: 'tgz' }), new Set(['gzip']));
});

test('the same inputs give the same bytes where that is asked for', async (t) => {
  const { archive, folder, weights } = await packed(t);
  const hashes = new Set();
  for (const name of ['one', 'two']) {
    const again = join(folder, name, 'again.mar');
    mkdirSync(join(folder, name));
    writeFileSync(again, readFileSync(archive));
    const input = {
      exportPath: join(folder, name),
      reproducible: true,
      replace: { 'vocabulary.txt': weights },
    };
    hashes.add((await repack(again, input)).sha256);
  }
  assert.equal(hashes.size, 1);
});

test('a broken body is found, stored or deflated, and nothing is left', async (t) => {
  const forms = [{ compression: 'store' }, { compression: 'deflate' }] as const;
  for (const form of forms) {
    const { archive, folder, out } = await packed(t, form);
    const bytes = readFileSync(archive);
    const at = bytes.indexOf('vocabulary.txt') + 200;
    bytes[at] = (bytes[at] as number) ^ 0x55;
    writeFileSync(archive, bytes);
    for (const archiveFormat of formats) {
      const run = repack(archive, { exportPath: out, archiveFormat });
      await assert.rejects(run, ({ code }) => /^ZIP_(CRC|DEFLATE|SIZE)$/.test(code), archiveFormat);
      assert.deepEqual(readdirSync(folder).sort(), ['model', 'old']);
    }
  }
});

test('what TorchServe can not load for its form alone is mended without a question', async (t) => {
  const folder = await scratchFolder(t);
  const [manifest, handler] = goodEntries as readonly [ZipEntry, ZipEntry];

  const text = deflated('notes.txt', 'some text\n'.repeat(100));
  const broken: Record<string, Parameters<typeof writePieces>[1]> = {
    TS_STORED_DESCRIPTOR: zip([manifest, withDescriptor(handler), text]),
    TS_ZIP64_DESCRIPTOR: zip([manifest, handler, withDescriptor(text, { wide: true })]),
    ZIP_PREFIX: [Buffer.from('#!/bin/sh\n'), ...zip([manifest, handler, text])],
    ZIP_TRAILING_DATA: [...zip([manifest, handler, text]), Buffer.from('trailing')],
  };
  for (const [code, pieces] of Object.entries(broken)) {
    const path = join(folder, `${code}.mar`);
    writePieces(path, pieces);
    assert.ok(
      (await inspect(path)).findings.some((finding) => finding.code === code),
      code,
    );
    const { output } = await repack(path, { exportPath: join(folder, code) });
    await assertSound(output);
    const found = [...(await contentsOf(output, folder)).keys()].sort();
    assert.deepEqual(found, ['MAR-INF/MANIFEST.json', 'handler.py', 'notes.txt']);
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

test('a tar without a root folder gets one', async (t) => {
  const { folder, contents, out } = await packed(t, { archiveFormat: 'no-archive' });

  const flat = join(folder, 'flat.tar.gz');
  execFileSync('tar', [
    '-czf',
    flat,
    '-C',
    join(folder, 'old', 'model'),
    'MAR-INF',
    'handler.py',
    'labels',
    'vocabulary.txt',
    'weights.pt',
  ]);
  assert.ok((await inspect(flat)).findings.some(({ code }) => code === 'TS_TAR_ROOT'));
  const { output } = await repack(flat, { exportPath: out, archiveFormat: 'tgz' });
  await assertSound(output);
  const found = new Map(await contentsOf(output, folder));
  assert.ok(found.delete('MAR-INF/MANIFEST.json'));
  assertSameContents(found, contents);
});

test('a cancelled repack leaves nothing, and progress never goes back', async (t) => {
  for (const archiveFormat of formats) {
    const { archive, out, folder } = await packed(t, {}, 2_000_000);
    const seen: Progress[] = [];
    const controller = new AbortController();
    const onProgress = (progress: Progress) => {
      seen.push(progress);
      if (seen.length === 2) controller.abort();
    };
    const run = repack(
      archive,
      { exportPath: out, archiveFormat },
      { onProgress, signal: controller.signal },
    );
    const error = await run.then(
      () => undefined,
      (reason) => reason,
    );
    if (error !== undefined) {
      assert.equal(error.code, 'CANCELLED');
      assert.deepEqual(readdirSync(folder).sort(), ['model', 'old']);
    }
    const whole: Progress[] = [];
    await repack(
      archive,
      { exportPath: out, archiveFormat, force: true },
      { onProgress: (one) => whole.push(one) },
    );
    const done = whole.map(({ doneBytes }) => doneBytes);
    assert.deepEqual(
      done,
      [...done].sort((a, b) => a - b),
    );
    assert.equal(whole.at(-1)?.doneBytes, whole.at(-1)?.totalBytes);
  }
});

test('an archive that is there already is replaced by force alone', async (t) => {
  const { archive, out, folder } = await packed(t);
  await repack(archive, { exportPath: out });
  await assert.rejects(repack(archive, { exportPath: out }), { code: 'OUTPUT_EXISTS' });
  await repack(archive, { exportPath: out, force: true });
  const input = { exportPath: join(folder, 'old'), archiveFormat: 'no-archive' } as const;
  await repack(archive, input);
  assert.deepEqual(readdirSync(join(folder, 'old')).sort(), ['model', 'model.mar']);
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
