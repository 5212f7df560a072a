import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { manifestEntry } from '../hostile/case.ts';
import { writePieces } from '../hostile/pieces.ts';
import { zip, zipEntry } from '../hostile/zip-builder.ts';
import { f32, safetensors } from '../support/make-safetensors.ts';
import { makeArchive, plainFiles } from '../support/models.ts';
import { scratchFolder } from '../support/scratch.ts';
import { marStudio } from './command-line.ts';

const newHandler = 'def handle(data, context):\n    print("<b>")\n    return data\n';

async function release(t: TestContext) {
  const cwd = await scratchFolder(t);
  const before = await makeArchive(cwd, { ...plainFiles, 'requirements.txt': 'torch==2.4\n' });
  const changed = { ...plainFiles, 'handler.py': newHandler, 'requirements.txt': 'torch==2.3\n' };
  const after = await makeArchive(cwd, changed, { version: '1.1' });
  return {
    cwd,
    before,
    after,
    diff: (...more: string[]) => marStudio(['diff', before, after, ...more], { cwd }),
  };
}

test('archives that differ make the exit code 1, and the first line is the verdict', async (t) => {
  const { diff, before, cwd } = await release(t);
  const { code, stdout, stderr } = await diff();
  assert.deepEqual([code, stderr], [1, '']);
  const [first = ''] = stdout.split('\n');
  assert.match(
    first,
    /Version 1\.0 to 1\.1\. Weights unchanged\. Handler changed in 1 line\. torch downgraded 2\.4 to 2\.3/,
  );
  assert.match(stdout, /\+ {4}print\("<b>"\)/);
  const same = await marStudio(['diff', before, before], { cwd });
  assert.deepEqual([same.code, same.stderr], [0, '']);
  assert.match(same.stdout, /^Same manifest and same contents in 5 entries, by CRC-32 and size/);
  const proven = await marStudio(['diff', before, before, '--verify'], { cwd });
  assert.match(proven.stdout, /proven by SHA-256/);
});

test('--json is one document with the keys of the contract', async (t) => {
  const { diff, before } = await release(t);
  const { code, stdout, stderr } = await diff('--json');
  assert.deepEqual([code, stderr], [1, '']);
  const found = JSON.parse(stdout);
  const keys = [
    'schema',
    'identical',
    'proof',
    'before',
    'after',
    'summary',
    'manifest',
    'entries',
    'policy',
  ];
  assert.deepEqual(Object.keys(found).slice(0, keys.length), keys);
  assert.equal(found.schema, 'mar-studio.diff/1');
  assert.deepEqual([found.identical, found.proof, found.policy], [false, 'crc32', null]);
  assert.equal(found.before.path, before);
  assert.deepEqual(found.manifest, [
    { path: 'model.modelVersion', change: 'changed', before: '1.0', after: '1.1' },
  ]);
  const { bytesBefore, bytesAfter, wrapping, ...counts } = found.summary;
  assert.deepEqual(counts, { added: 0, removed: 0, modified: 3, renamed: 0, unchanged: 2 });
  const handler = found.entries.find(({ path }: { path: string }) => path === 'handler.py');
  assert.deepEqual([handler.change, handler.from, handler.kind], ['modified', null, 'text']);
  assert.match(handler.before.crc32, /^[0-9a-f]{8}$/);
  const requirements = found.entries.find(({ path }: { path: string }) => path === 'requirements.txt');
  const [{ name, change, before: old, after: now }] = requirements.details.changes;
  assert.deepEqual([name, change, old, now], ['torch', 'changed', '2.4', '2.3']);
  assert.equal(found.entries.length, 3);
  const all = JSON.parse((await diff('--json', '--all', '--verify')).stdout);
  assert.equal(all.entries.length, 5);
  assert.equal(all.proof, 'sha256');
  for (const { before, after } of all.entries) assert.match(before.sha256 + after.sha256, /^[0-9a-f]{128}$/);
});

test('the starter policy tells a release that downgrades a package, and a policy with a mistake is told', async (t) => {
  const { cwd, diff } = await release(t);
  const starter = await marStudio(['diff', '--init-policy'], { cwd });
  assert.deepEqual([starter.code, starter.stderr], [0, '']);
  await writeFile(join(cwd, 'policy.yaml'), starter.stdout);
  const judged = await diff('--policy', 'policy.yaml');
  assert.equal(judged.code, 1);
  assert.match(judged.stdout, /1 of 6 rules broken\n +broken +Nothing is downgraded/);
  await writeFile(join(cwd, 'broken.yaml'), 'rules:\n  - name: no\n    colour: blue\n');
  const bad = await diff('--policy', 'broken.yaml');
  assert.equal(bad.code, 2);
  assert.match(bad.stderr, /^error POLICY_INVALID: .*\nhint: .+\n$/);
  assert.equal((await diff('--policy', 'none.yaml')).code, 2);
});

for (const format of ['json', 'markdown', 'html', 'patch', 'text']) {
  test(`the ${format} report goes to the screen or to a file, without the folders of this machine`, async (t) => {
    const { cwd, diff } = await release(t);
    const printed = await diff('--format', format);
    assert.deepEqual([printed.code, printed.stderr], [1, '']);
    const saved = await diff('--format', format, '--output', 'report');
    assert.equal(saved.code, 1);
    const line = /^The archives differ, .*±\d+ modified.*\. The (\w+) report is in report\n$/;
    assert.equal(line.exec(saved.stdout)?.[1], format, saved.stdout);
    const report = await readFile(join(cwd, 'report'), 'utf8');
    const plain = (text: string) => text.replace(/"seconds": [\d.]+|[\d.]+ s\b/g, '');
    assert.equal(plain(report), plain(printed.stdout));
    assert.match(report, /print\(/);
    // JSON is for programs, which were told these paths themselves.
    if (format !== 'json' && format !== 'text') assert.ok(!report.includes(cwd));
    if (format === 'html') assert.ok(!report.includes('"<b>"'));
  });
}

test('a report never takes the place of an archive', async (t) => {
  const { before, after, diff } = await release(t);
  for (const path of [before, after]) {
    const { code, stderr } = await diff('--format', 'html', '-o', path);
    assert.equal(code, 2);
    assert.match(stderr, /^error OUTPUT_IS_INPUT/);
  }
});

test('a report is not saved into a folder that is compared: it would differ from then on', async (t) => {
  const { cwd, before, after } = await release(t);
  await marStudio(['extract', after, '--into', 'new'], { cwd });
  const { code, stderr } = await marStudio(['diff', before, 'new', '-o', 'new/report.txt'], { cwd });
  assert.equal(code, 2);
  assert.match(stderr, /^error OUTPUT_IS_INPUT: .+\nhint: save the report outside of the archives/);
  const beside = await marStudio(['diff', after, 'new', '-o', 'report.txt'], { cwd });
  assert.equal(beside.code, 0, beside.stderr);
  assert.equal(beside.stdout, 'Same contents. The text report is in report.txt\n');
});

test('bad usage is told with what to do', async (t) => {
  const { cwd, before, after } = await release(t);
  for (const args of [[], [before], [before, after, before], [before, after, '--json', '--format', 'html']]) {
    const { code, stderr, stdout } = await marStudio(['diff', ...args], { cwd });
    assert.equal(code, 2);
    assert.match(stderr + stdout, /USAGE/);
  }
});

test('of two sides the one that opens is shown, and the code of the other is 2', async (t) => {
  const { cwd, before } = await release(t);
  const { code, stdout, stderr } = await marStudio(['diff', before, 'missing.mar'], { cwd });
  assert.equal(code, 2);
  assert.match(stderr, /^error INPUT_MISSING: .*missing\.mar/);
  assert.match(stdout, /handler\.py/);
});

test('what can not be read inside an archive inside makes the exit code 2, whatever a policy allows', async (t) => {
  const cwd = await scratchFolder(t);
  for (const [name, text] of [
    ['a', 'one'],
    ['b', 'two'],
  ] as const) {
    const broken = zipEntry('bad.txt', `${text} more`, { both: { crc32: text.charCodeAt(0) } });
    writePieces(join(cwd, `${name}.pt`), zip([zipEntry('good.txt', text), broken]));
    const inner = zipEntry('model.pt', await readFile(join(cwd, `${name}.pt`)));
    writePieces(join(cwd, `${name}.mar`), zip([manifestEntry, inner]));
  }
  await writeFile(join(cwd, 'p.yaml'), 'rules:\n  - name: any\n    allow: { path: "**" }\n');
  const { code, stdout } = await marStudio(['diff', 'a.mar', 'b.mar', '--policy', 'p.yaml', '--json'], {
    cwd,
  });
  assert.deepEqual([code, JSON.parse(stdout).policy.ok], [2, true]);
});

test('a new error makes the exit code 1 although the same is listed', async (t) => {
  const cwd = await scratchFolder(t);
  const hidden = zipEntry('handler.py', 'import os', { unlisted: true });
  writePieces(join(cwd, 'a.mar'), zip([manifestEntry]));
  writePieces(join(cwd, 'b.mar'), zip([manifestEntry, hidden]));
  assert.equal((await marStudio(['diff', 'a.mar', 'b.mar'], { cwd })).code, 1);
});

test('an entry that can not be read makes the exit code 2, and the others are compared', async (t) => {
  const cwd = await scratchFolder(t);
  writePieces(join(cwd, 'a.mar'), zip([manifestEntry, zipEntry('a.txt', 'one'), zipEntry('b.txt', 'one\n')]));
  const broken = zipEntry('a.txt', 'two', { both: { crc32: 1 } });
  writePieces(join(cwd, 'b.mar'), zip([manifestEntry, broken, zipEntry('b.txt', 'two\n')]));
  const { code, stdout } = await marStudio(['diff', 'a.mar', 'b.mar'], { cwd });
  assert.equal(code, 2);
  assert.match(stdout, /ZIP_CRC/);
  assert.match(stdout, /\+two/);
});

test('a member that can not be read is named in the text as well', async (t) => {
  const cwd = await scratchFolder(t);
  const holding = (name: string, member: ReturnType<typeof zipEntry>) => {
    writePieces(join(cwd, name), zip([member, zipEntry('same.txt', 'same')]));
    const inner = zipEntry('model.pt', readFileSync(join(cwd, name)));
    writePieces(join(cwd, name), zip([manifestEntry, inner]));
  };
  holding('a.mar', zipEntry('code.py', 'one\n'));
  holding('b.mar', zipEntry('code.py', 'two\n', { both: { crc32: 1 } }));
  const { code, stdout } = await marStudio(['diff', 'a.mar', 'b.mar'], { cwd });
  assert.match(stdout, /ZIP_CRC/);
  assert.equal(code, 2);
});

test('weights that lie by themselves are compared by their tensors', async (t) => {
  const cwd = await scratchFolder(t);
  const weights = (by: number) => safetensors([f32('layers.1.weight', [4], (at) => at + by)]);
  await writeFile(join(cwd, 'old.safetensors'), weights(0));
  await writeFile(join(cwd, 'new.safetensors'), weights(1));
  const { code, stdout, stderr } = await marStudio(['diff', 'old.safetensors', 'new.safetensors'], { cwd });
  assert.deepEqual([code, stderr], [1, '']);
  assert.match(stdout, /^Weights: layers? ?\.?1 moved\.\n/);
  assert.match(stdout, /± values +layers\.1\.weight +float32 4 +1 /);
});
