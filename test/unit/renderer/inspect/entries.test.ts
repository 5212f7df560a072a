/** Entries as the inspector lists, sorts and filters them. */
import assert from 'node:assert/strict';
import test from 'node:test';
import type { EntryColumns, ProblemData } from '../../../../core/contract/api.ts';
import type { Finding } from '../../../../core/contract/model.ts';
import { Tree } from '../../../../renderer/tree/tree.ts';
import { EntryCells } from '../../../../renderer/views/inspect/entry-columns.ts';
import { EntryFacts } from '../../../../renderer/views/inspect/entry-facts.ts';
import { asksNothing, noFilter, wantedBy } from '../../../../renderer/views/inspect/entry-filter.ts';
import { iconOf } from '../../../../renderer/views/inspect/entry-icons.ts';
import { offsetOfFinding } from '../../../../renderer/views/inspect/finding-place.ts';
import { foundWords, noManifestWords } from '../../../../renderer/views/inspect/partial-words.ts';

function columnsOf(files: readonly (readonly [path: string, size: number, crc?: string])[]): EntryColumns {
  return {
    path: files.map(([path]) => path),
    size: files.map(([, size]) => size),
    compressedSize: files.map(([, size]) => Math.ceil(size / 2)),
    method: files.map(() => 'deflated'),
    crc32: files.map(([, , crc]) => crc ?? null),
    modified: files.map((_, at) => at * 1000),
    mode: files.map(() => '0644'),
    role: files.map(([path]) => (path.endsWith('.pt') ? 'weights' : 'extra')),
    type: files.map(([path]) => (path.endsWith('/') ? 'folder' : 'file')),
    linkTarget: files.map(() => null),
    offset: files.map((_, at) => at * 256),
  };
}

const finding = (path: string | null, severity: Finding['severity']): Finding => ({
  ...{ code: 'X', severity, path, message: '', hint: '' },
});

const facts = new EntryFacts({
  entries: columnsOf([
    ['data/a.txt', 10, 'aa'],
    ['data/deep/B.pt', 30, 'bb'],
    ['z.txt', 10, 'aa'],
    ['empty.txt', 0, '00000000'],
    ['other.txt', 0, '00000000'],
  ]),
  findings: [finding('data/deep/B.pt', 'info'), finding('data/deep/B.pt', 'error'), finding(null, 'error')],
});

function found(text: string, part: Partial<typeof noFilter> = {}): readonly string[] {
  const isWanted = wantedBy({ ...noFilter, text, ...part }, facts) ?? (() => true);
  return facts.columns.path.filter((_, item) => isWanted(item));
}

test('terms are all wanted, whatever their case; a star describes the name, with a slash the path', () => {
  assert.deepEqual(found('DATA .txt'), ['data/a.txt']);
  assert.deepEqual(found('*.pt'), ['data/deep/B.pt']);
  assert.deepEqual(found('*a*'), ['data/a.txt']);
  assert.deepEqual(found('data/*'), ['data/a.txt', 'data/deep/B.pt']);
  assert.deepEqual(found('a*txt*t'), []);
  assert.equal(found('').length, 5);
});

test('a glob of many stars takes no time on a name that is made for it', () => {
  const hostile = new EntryFacts({ entries: columnsOf([['a'.repeat(100_000), 1]]), findings: [] });
  const isWanted = wantedBy({ ...noFilter, text: `${'a*'.repeat(100)}b` }, hostile);
  assert.equal(isWanted?.(0), false);
});

test('chips ask for a role, for findings, and for equal contents that are not empty', () => {
  assert.deepEqual(found('', { role: 'weights' }), ['data/deep/B.pt']);
  assert.deepEqual(found('', { hasFindings: true }), ['data/deep/B.pt']);
  assert.deepEqual(found('', { isDuplicate: true }), ['data/a.txt', 'z.txt']);
});

test('folders show the sums and the worst finding of what is in them', () => {
  const tree = new Tree(facts.columns.path);
  const cells = new EntryCells(tree, facts);
  const folder = tree.childrenOf(0)[0] as number;
  assert.equal(cells.textAt(folder, 'size'), '40 B');
  assert.equal(cells.textAt(folder, 'ratio'), '50 %');
  assert.equal(cells.worstAt(folder), 'error');
  assert.equal(cells.worstAt(cells.nodes[2] as number), null);
});

test('a selected folder counts for all in it, and what is in it does not count again', () => {
  const tree = new Tree(facts.columns.path);
  const cells = new EntryCells(tree, facts);
  const all = new Set(tree.flatten(() => true, null));
  assert.deepEqual(cells.sumsOf(all, all), { entries: 5, size: 50, packed: 25 });
});

test('sorting keeps the order of the archive among equals, and folders before files', () => {
  const tree = new Tree(facts.columns.path);
  const cells = new EntryCells(tree, facts);
  const order = () => tree.childrenOf(0).map((node) => tree.names[node]);
  tree.sort(cells.comparer({ by: 'size', direction: 'ascending' }));
  assert.deepEqual(order(), ['data', 'empty.txt', 'other.txt', 'z.txt']);
  tree.sort(cells.comparer({ by: 'name', direction: 'descending' }));
  assert.deepEqual(order(), ['data', 'z.txt', 'other.txt', 'empty.txt']);
  tree.sort(cells.comparer(null));
  assert.deepEqual(order(), ['data', 'z.txt', 'empty.txt', 'other.txt']);
});

test('an entry is found as it is listed, and as the model names it', () => {
  const tar = new EntryFacts({
    entries: columnsOf([
      ['model/', 0],
      ['model/handler.py', 1],
    ]),
    findings: [],
  });
  assert.equal(tar.itemOf('handler.py'), -1);
  assert.equal(tar.itemOfModel('handler.py'), 1);
  assert.equal(tar.itemOf('model'), 0);
});

test('a name such as a key of every object has the icon of a file', () => {
  assert.equal(iconOf('a.constructor', 'file', 'extra'), iconOf('plain', 'file', 'extra'));
  assert.notEqual(iconOf('a.PY', 'file', 'extra'), iconOf('plain', 'file', 'extra'));
});

test('what an entry is for is said, also of one that is extra; not where there is no manifest to tell', () => {
  const entries = columnsOf([
    ['a.pt', 1],
    ['b.txt', 1],
  ]);
  const roles = (problem: ProblemData | null) => {
    const facts = new EntryFacts({ entries, findings: [], problem });
    const cells = new EntryCells(new Tree(entries.path, false), facts);
    return [0, 1].map((item) => cells.textAt(cells.nodes[item] as number, 'role'));
  };
  assert.deepEqual(roles(null), ['weights', 'extra']);
  const problem = { code: 'ZIP_TRUNCATED', message: '', hint: '', path: null };
  assert.deepEqual(roles(problem), ['not known', 'not known']);
});

test('offsets are sorted as numbers, and an entry without one shows none', () => {
  const entries = {
    ...columnsOf([
      ['a', 1],
      ['b', 1],
      ['c', 1],
    ]),
    offset: [4096, 255, null],
  };
  const cells = new EntryCells(new Tree(entries.path, false), new EntryFacts({ entries, findings: [] }));
  const nodes = [0, 1, 2].map((item) => cells.nodes[item] as number);
  assert.deepEqual(
    nodes.map((node) => cells.textAt(node, 'offset')),
    ['0x1000', '0xff', ''],
  );
  const sorted = nodes.toSorted(cells.comparer({ by: 'offset', direction: 'ascending' }));
  assert.deepEqual(
    sorted.map((node) => cells.textAt(node, 'offset')),
    ['', '0xff', '0x1000'],
  );
});

test('a folder that is selected stands for all files in it', () => {
  const entries = columnsOf([
    ['d/', 0],
    ['d/a', 1],
    ['d/e/b', 1],
    ['c', 1],
  ]);
  const tree = new Tree(entries.path, false);
  const cells = new EntryCells(tree, new EntryFacts({ entries, findings: [] }));
  const folder = tree.parents[cells.nodes[1] as number] as number;
  assert.deepEqual(cells.filesIn(new Set([folder])), [1, 2]);
  assert.deepEqual(cells.filesIn(new Set([cells.nodes[3] as number, folder])), [1, 2, 3]);
  assert.deepEqual(cells.filesIn(new Set()), []);
});

test('of an archive without its index the words agree: how many, and whether the manifest is among them', () => {
  assert.equal(
    foundWords('ZIP_TRUNCATED', 1234),
    'The index at the end is missing; 1,234 of an unknown number of entries found by scanning.',
  );
  assert.match(foundWords('GZIP_TRUNCATED', 1), /^1 entry was seen before/);
  assert.match(noManifestWords(['MAR-INF/MANIFEST.json'], true), /is among the entries/);
  assert.match(noManifestWords(['x/MANIFEST.json'], true), /not among/);
  assert.match(noManifestWords([], false), /TorchServe needs/);
});

test('types and sizes narrow the list, each beside the others', () => {
  assert.deepEqual(found('', { ending: 'pt' }), ['data/deep/B.pt']);
  assert.deepEqual(found('', { ending: 'txt', largerThan: 5 }), ['data/a.txt', 'z.txt']);
  assert.deepEqual(found('z', { ending: 'txt' }), ['z.txt']);
  const names = ['.hidden', 'a.b/c', 'x.TXT', `y.${'z'.repeat(40)}`, 'f/'];
  const odd = new EntryFacts({ entries: columnsOf(names.map((name) => [name, 1])), findings: [] });
  assert.deepEqual(odd.endings, ['', '', 'txt', '', null]);
  assert.ok(asksNothing({ ...noFilter, text: ' ' }));
  assert.ok(!asksNothing({ ...noFilter, largerThan: 1 }));
});

test('a finding about the container leads to the bytes that it names, another one to no bytes', () => {
  const of = (code: string, message: string): Finding => ({ ...finding('a', 'error'), code, message });
  assert.equal(offsetOfFinding(of('ZIP_GAP', '12 bytes from 0x1f to 0x2b'), 7), 0x1f);
  assert.equal(offsetOfFinding(of('ZIP_MISMATCH', 'the names differ'), 7), 7);
  assert.equal(offsetOfFinding(of('ZIP_MISMATCH', 'the names differ'), null), null);
  assert.equal(offsetOfFinding(of('MANIFEST_X', 'see 0x1f'), 7), null);
});
