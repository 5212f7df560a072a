import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmod, mkdir, readFile, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { PackInput, Runtime } from '../../../core/contract/model.ts';
import { type PlanContext, planPack } from '../../../core/mar/plan.ts';
import { compareNames } from '../../../core/names.ts';
import { randomOf } from '../../support/random.ts';
import { makeFolder, names, now, plain, plan } from './planned.ts';

test('the plan knows the output, the sizes, the roles and the manifest', async (t) => {
  const folder = await makeFolder(t, { 'r.txt': 'r', 'conf/c.yaml': 'cc', 'net.py': 'net', 'x.json': '{}' });
  const made = await plan(folder, {
    serializedFile: 'model.pt',
    modelFile: 'net.py',
    requirementsFile: 'r.txt',
    configFile: 'conf/c.yaml',
    extraFiles: 'x.json',
  });
  const { files, manifest, ...rest } = made;
  const manifestBytes = files[0]?.size ?? 0;
  assert.deepEqual(rest, {
    output: join(folder, 'net.mar'),
    format: 'default',
    modelName: 'net',
    findings: [],
    compression: 'auto',
    level: 6,
    reproducible: false,
    force: false,
    totalBytes: manifestBytes + 7 + 7 + 3 + 1 + 2 + 2,
  });
  assert.deepEqual(
    files.map(({ name, role }) => [name, role]),
    [
      ['MAR-INF/MANIFEST.json', 'manifest'],
      ['c.yaml', 'config'],
      ['handler.py', 'handler'],
      ['model.pt', 'weights'],
      ['net.py', 'model'],
      ['r.txt', 'requirements'],
      ['x.json', 'extra'],
    ],
  );
  assert.equal(manifest.createdOn, '07/06/2026 08:09:10');
  const [first] = files;
  assert.ok(first?.source.kind === 'bytes');
  assert.deepEqual(JSON.parse(first.source.bytes.toString()), manifest);
});

test('the manifest comes first, small files before large ones, each by the bytes of its name', async (t) => {
  const folder = await makeFolder(t, {
    'src/B': '',
    'src/a': '',
    'src/é': '',
    'src/\ue000': '',
    'src/🐱': '',
  });
  for (const [name, size] of [
    ['A-large', 1048577],
    ['0-small', 1048576],
  ] as const) {
    await writeFile(join(folder, 'src', name), '');
    await truncate(join(folder, 'src', name), size);
  }
  assert.deepEqual(names(await plan(folder, { extraFiles: 'src' })), [
    'MAR-INF/MANIFEST.json',
    '0-small',
    'B',
    'a',
    'handler.py',
    'é',
    '\ue000',
    '🐱',
    'A-large',
  ]);
});

test('the order of the items does not change the plan', async (t) => {
  const { pick, oneOf } = randomOf(7);
  const items = ['src', 'a.txt', 'src/a', '*.txt', 'b.txt=>y/', 'model.pt', 'handler.py'];
  const folder = await makeFolder(t, { 'a.txt': 'a', 'b.txt': 'b', 'src/a/x': 'x', 'src/a/a.txt': 'a' });
  const expected = names(await plan(folder, { extraFiles: items }));
  assert.deepEqual([...expected].sort(compareNames), [...expected]);
  for (let sample = 0; sample < 50; sample++) {
    const shuffled = items.map((item) => ({ item, at: pick(1000) })).sort((a, b) => a.at - b.at);
    const extraFiles = [...shuffled.map(({ item }) => item), oneOf(items)];
    assert.deepEqual(names(await plan(folder, { extraFiles })), expected);
  }
});

test('one file in several roles is one entry, in its most important role', async (t) => {
  const folder = await makeFolder(t, { 'copy/handler.py': 'handler', 'copy/deep/x': '1' });
  const made = await plan(folder, {
    modelFile: 'handler.py',
    extraFiles: 'handler.py,copy',
    configFile: 'handler.py',
  });
  assert.deepEqual(
    made.files.slice(1).map(({ name, role }) => [name, role]),
    [
      ['deep/x', 'extra'],
      ['handler.py', 'handler'],
    ],
  );
});

test('different contents under one name are refused, and both sources are named', async (t) => {
  const folder = await makeFolder(t, {
    'x/model.pt': 'WEIGHTS',
    'y/a': '1',
    'z/a': '12',
    'm/MAR-INF/MANIFEST.json': '',
  });
  const both = (first: string, second: string) => ({
    code: 'CREATE_COLLISION',
    message: new RegExp(`: ${first} and ${second}$`),
  });
  await assert.rejects(
    plan(folder, { serializedFile: 'model.pt', extraFiles: 'x' }),
    both('model.pt', 'x/model.pt'),
  );
  await assert.rejects(plan(folder, { extraFiles: 'y,z' }), both('y/a', 'z/a'));
  await assert.rejects(plan(folder, { extraFiles: 'm' }), both('the manifest that is made here', 'm/MAR.*'));
  await assert.rejects(
    plan(folder, { extraFiles: 'y/a=>MAR-INF/MANIFEST.json' }),
    both('the manifest that is made here', 'y/a'),
  );
});

test('contents are compared to the last byte', async (t) => {
  const folder = await makeFolder(t);
  const bytes = Buffer.alloc(3 * 1024 * 1024 + 5);
  await mkdir(join(folder, 'x'));
  await writeFile(join(folder, 'big'), bytes);
  await writeFile(join(folder, 'x/big'), bytes);
  assert.equal((await plan(folder, { extraFiles: 'big,x' })).files.length, 3);
  bytes[bytes.length - 1] = 1;
  await writeFile(join(folder, 'x/big'), bytes);
  await assert.rejects(plan(folder, { extraFiles: 'big,x' }), { code: 'CREATE_COLLISION' });
});

test('a file where another source needs a folder, and one Unicode name in two spellings, are refused', async (t) => {
  const folder = await makeFolder(t, { 'a/data': '1', 'u/\u00e9': '1', 'u/e\u0301': '2' });
  const conflict = { code: 'NAME_FILE_DIR_CONFLICT', message: /^data would be/ };
  await assert.rejects(plan(folder, { extraFiles: 'a,model.pt=>data/x/y' }), conflict);
  await assert.rejects(plan(folder, { extraFiles: 'model.pt=>MAR-INF' }), { code: 'NAME_FILE_DIR_CONFLICT' });
  if (process.platform === 'darwin') return;
  await assert.rejects(plan(folder, { extraFiles: 'u' }), { code: 'NAME_COLLISION_UNICODE' });
});

test('bad names are refused with their code, odd ones are not', async (t) => {
  const folder = await makeFolder(t, { 'src/con.txt': '', 'src/a\u200bb': '', 'deep/x': '' });
  assert.equal((await plan(folder, { extraFiles: 'src' })).files.length, 4);
  await assert.rejects(plan(folder, { extraFiles: [`deep=>${'d/'.repeat(64)}`] }), { code: 'LIMIT_DEPTH' });
  if (process.platform !== 'linux') return;
  await writeFile(join(folder, 'deep', 'new\nline'), '');
  await assert.rejects(plan(folder, { extraFiles: 'deep' }), {
    code: 'NAME_CONTROL_CHAR',
    path: 'deep/new\nline',
  });
  await writeFile(Buffer.concat([Buffer.from(`${folder}/src/`), Buffer.from([0xff])]), '');
  await assert.rejects(plan(folder, { extraFiles: 'src' }), { code: 'NAME_ENCODING' });
});

test('every missing input is named with its role', async (t) => {
  const folder = await makeFolder(t);
  const table: [Partial<PackInput>, RegExp][] = [
    [{ serializedFile: 'no.pt' }, /^the weights file no\.pt does not exist$/],
    [{ modelFile: 'no.py' }, /^the model file no\.py does/],
    [{ handler: 'no:handle' }, /^the handler no\.py does/],
    [{ extraFiles: 'no.txt' }, /^the extra file no\.txt does/],
    [{ requirementsFile: 'no.txt' }, /^the requirements file no\.txt does/],
    [{ configFile: 'model.pt/no.yaml' }, /^the config file model\.pt\/no\.yaml does/],
  ];
  for (const [input, message] of table) {
    await assert.rejects(plan(folder, input), { code: 'INPUT_MISSING', message });
  }
});

test('a folder or a pipe where a file belongs is refused, and a pipe is not waited for', async (t) => {
  const folder = await makeFolder(t, { 'dir.py/': '' });
  await assert.rejects(plan(folder, { serializedFile: '.' }), {
    code: 'CREATE_TYPE',
    message: /weights file/,
  });
  await assert.rejects(plan(folder, { handler: 'dir.py' }), { code: 'CREATE_TYPE', message: /folder/ });
  if (process.platform === 'win32') return;
  execFileSync('mkfifo', [join(folder, 'pipe.py')]);
  await assert.rejects(plan(folder, { handler: 'pipe' }), { code: 'CREATE_TYPE', message: /named pipe/ });
  await assert.rejects(plan(folder, { configFile: 'pipe.py' }), { code: 'CREATE_TYPE' });
});

test('an unreadable file or folder is refused before anything is written', async (t) => {
  const isRoot = process.getuid?.() === 0;
  if (isRoot || process.platform === 'win32') return t.skip('this user may read everything');
  const folder = await makeFolder(t, { 'src/a': '', 'locked/b': '' });
  await chmod(join(folder, 'src/a'), 0);
  await assert.rejects(plan(folder, { extraFiles: 'src' }), { code: 'CREATE_UNREADABLE' });
  await chmod(join(folder, 'locked'), 0);
  try {
    await assert.rejects(plan(folder, { extraFiles: 'locked' }), { code: 'CREATE_UNREADABLE' });
    await assert.rejects(plan(folder, { extraFiles: 'locked/*' }), { code: 'CREATE_UNREADABLE' });
    await chmod(join(folder, 'locked'), 0o600);
    await assert.rejects(plan(folder, { extraFiles: 'locked/b' }), { code: 'CREATE_UNREADABLE' });
    await assert.rejects(plan(folder, { handler: 'locked/b' }), { code: 'CREATE_UNREADABLE' });
  } finally {
    await chmod(join(folder, 'locked'), 0o700);
  }
});

test('model names follow the rule of the reference, to the end of the text', async (t) => {
  const folder = await makeFolder(t);
  for (const modelName of ['a', '0', 'A-b_c.d', 'x..y']) await plan(folder, { modelName });
  for (const modelName of ['', '-a', '_a', '.a', 'a b', 'a/b', 'a\n', 'é', '..']) {
    await assert.rejects(plan(folder, { modelName }), { code: 'MODEL_NAME' }, JSON.stringify(modelName));
  }
});

test('values that a type would forbid are refused too', async (t) => {
  const folder = await makeFolder(t);
  const bad = [
    { runtime: 'pyton' },
    { archiveFormat: 'zip' },
    { compression: 'max' },
    { level: 0 },
    { level: 1.5 },
  ];
  for (const input of [...bad, { version: undefined }, { modelName: undefined }]) {
    await assert.rejects(plan(folder, input as object), { code: 'USAGE' }, JSON.stringify(input));
  }
  await assert.rejects(plan(folder, { runtime: 'pyton' } as object), { hint: /python/ });
});

test('what is wrong with a value is said in its own words', async (t) => {
  const folder = await makeFolder(t);
  const table: [input: object, says: RegExp, hints: RegExp][] = [
    [{ version: 1 }, /version must be a text, not the number 1/, /text/],
    [{ modelFile: null }, /modelFile must be a text, not null/, /text/],
    [{ extraFiles: ['a', 1] }, /extraFiles must be a text or a list of texts, not a list/, /list/],
    [{ force: 'yes' }, /force must be true or false/, /true or false/],
    [{ archiveFormat: 'tgzz' }, /"tgzz" is not an archive format/, /did you mean tgz\?/],
    [{ runtime: 3 }, /3 is not a runtime/, /python/],
    [{ level: '6' }, /level "6"/, /small/],
    [{ serialisedFile: 'x' }, /no field "serialisedFile"/, /did you mean serializedFile\?/],
    [{ frobnicate: 'x' }, /no field "frobnicate"/, /modelName/],
  ];
  for (const [input, message, hint] of table) {
    await assert.rejects(plan(folder, input), { code: 'USAGE', message, hint });
  }
  const context = { cwd: folder, now, env: {}, destination: 'path' } as const;
  await assert.rejects(planPack(null as never, context), { code: 'USAGE', message: /null/ });
});

test('zip-store stores everything, and what contradicts itself is refused', async (t) => {
  const folder = await makeFolder(t);
  assert.equal((await plan(folder, { archiveFormat: 'zip-store' })).compression, 'store');
  const contradictions: Partial<PackInput>[] = [
    { archiveFormat: 'zip-store', compression: 'deflate' },
    { archiveFormat: 'zip-store', level: 9 },
    { archiveFormat: 'no-archive', level: 9 },
    { compression: 'store', level: 9 },
  ];
  for (const input of contradictions) {
    await assert.rejects(plan(folder, input), { code: 'USAGE', message: /compresses nothing/ });
  }
});

test('an empty version is packed, and what TorchServe will make of it is told', async (t) => {
  const { findings, manifest } = await plan(await makeFolder(t), { version: '' });
  assert.deepEqual(
    findings.map(({ code, severity }) => [code, severity]),
    [['MANIFEST_FIELD', 'warning']],
  );
  assert.match(findings[0]?.message ?? '', /1\.0/);
  assert.equal(manifest.model?.modelVersion, undefined);
});

test('a misspelt default handler is guessed, and the default handlers are listed', async (t) => {
  const folder = await makeFolder(t);
  const handler = (handler: string, runtime: Runtime = 'python') => plan(folder, { handler, runtime });
  await assert.rejects(handler('image_clasifier'), {
    hint: /did you mean the default handler image_classifier\?/,
  });
  await assert.rejects(handler('mine'), { hint: /base_handler, text_classifier/ });
  await assert.rejects(handler('libmine:Mine', 'LSP'), { hint: /LIBRARY:Class/ });
});

test('an executable keeps its bit, and times outside of 1980 to 2107 are moved to the nearest', async (t) => {
  const folder = await makeFolder(t, { run: '', old: '', late: '' });
  await chmod(join(folder, 'run'), 0o700);
  await utimes(join(folder, 'old'), 1, 1);
  await utimes(join(folder, 'late'), 5e9, 5e9);
  const made = await plan(folder, { extraFiles: 'run,old,late' });
  const facts = Object.fromEntries(made.files.map((file) => [file.name, file]));
  if (process.platform !== 'win32') assert.equal(facts.run?.mode, 0o755);
  assert.equal(facts.old?.mode, 0o644);
  assert.equal(facts.old?.modified.toISOString(), '1980-01-01T00:00:00.000Z');
  assert.equal(facts.late?.modified.toISOString(), '2107-12-31T23:59:58.000Z');
  assert.deepEqual(facts['MAR-INF/MANIFEST.json']?.modified, now);
});

test('a reproducible plan depends on names and contents alone', async (t) => {
  const folder = await makeFolder(t, { run: '' });
  await chmod(join(folder, 'run'), 0o777);
  const look = async (context: Partial<PlanContext>) => {
    const made = await plan(folder, { extraFiles: 'run', reproducible: true }, context);
    const files = made.files.map(({ source, ...facts }) =>
      source.kind === 'bytes' ? { ...facts, bytes: source.bytes.toString() } : facts,
    );
    return { createdOn: made.manifest.createdOn, files };
  };
  const first = await look({});
  await utimes(join(folder, 'run'), 1e9, 1e9);
  await chmod(join(folder, 'run'), 0o600);
  assert.deepEqual(await look({ now: new Date(0) }), first);
  assert.equal(first.createdOn, '01/01/1980 00:00:00');
  for (const { modified, mode } of first.files) {
    assert.deepEqual([modified.getTime(), mode], [Date.UTC(1980, 0, 1), 0o644]);
  }
  const dated = await look({ env: { SOURCE_DATE_EPOCH: '1700000000' } });
  assert.equal(dated.createdOn, '14/11/2023 22:13:20');
  assert.ok(dated.files.every(({ modified }) => modified.getTime() === 1_700_000_000_000));
});

test('SOURCE_DATE_EPOCH must be whole seconds that an entry can hold, where it counts', async (t) => {
  const folder = await makeFolder(t);
  for (const SOURCE_DATE_EPOCH of ['now', '1e9', '-1', '4354819199', '1700000000.5', ' 1700000000']) {
    const env = { SOURCE_DATE_EPOCH };
    await assert.rejects(plan(folder, { reproducible: true }, { env }), { code: 'SOURCE_DATE_EPOCH' });
    await plan(folder, {}, { env });
  }
  const found = async (SOURCE_DATE_EPOCH: string) => {
    const { findings, files } = await plan(folder, { reproducible: true }, { env: { SOURCE_DATE_EPOCH } });
    return [findings.map(({ code }) => code).join(), files[0]?.modified.getUTCFullYear()];
  };
  assert.deepEqual(await found('315532800'), ['', 1980]);
  assert.deepEqual(await found('4354819198'), ['', 2107]);
  assert.deepEqual(await found(''), ['', 1980]);
  for (const early of ['0', '315532799']) assert.deepEqual(await found(early), ['SOURCE_DATE_EPOCH', 1980]);
});

test("a server's own handler needs no file, and a file of its name is taken", async (t) => {
  const folder = await makeFolder(t);
  const handler = 'text_handler';
  assert.deepEqual(names(await plan(folder, { handler })), ['MAR-INF/MANIFEST.json']);
  await writeFile(join(folder, 'text_handler.py'), '');
  assert.deepEqual(names(await plan(folder, { handler }))[1], 'text_handler.py');
});

test('the manifest tells the local time, a reproducible one tells UTC', async (t) => {
  const folder = await makeFolder(t);
  const zone = process.env.TZ;
  t.after(() => {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  });
  process.env.TZ = 'Asia/Kolkata';
  const context = { now: new Date(1_700_000_000_000), env: { SOURCE_DATE_EPOCH: '1700000000' } };
  const createdOn = async (reproducible: boolean) =>
    (await plan(folder, { reproducible }, context)).manifest.createdOn;
  assert.equal(await createdOn(false), '15/11/2023 03:43:20');
  assert.equal(await createdOn(true), '14/11/2023 22:13:20');
});

test('planning changes nothing on disk and can be cancelled', async (t) => {
  const folder = await makeFolder(t);
  const context = { cwd: folder, now, env: {}, destination: 'path' } as const;
  await assert.rejects(planPack(plain, context, AbortSignal.abort()), { code: 'CANCELLED' });
  await plan(folder, { exportPath: 'new' });
  await assert.rejects(readFile(join(folder, 'new')), { code: 'ENOENT' });
});
