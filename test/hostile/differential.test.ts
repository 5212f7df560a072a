/**
 * The corpus, as the readers of other makers see it. Java unpacks each file as TorchServe does: wherever it
 * writes other files or bytes than we list, we must report an error, and what we say that TorchServe would
 * have must be what Java wrote. Where we report no error, every other reader must see what we list.
 */
import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { startJavaViews } from '../support/java-views.ts';
import { type ArchiveReader, type Contents, tarGzReaders, zipReaders } from '../support/readers.ts';
import { buildCorpus, type CorpusFile } from './build.ts';
import { expectedContradictions, expectedDifferences } from './expected-differences.ts';
import { contradictions } from './judge.ts';
import { errorsOf, type Opened } from './opened.ts';
import { Opener } from './opener.ts';

const corpus = buildCorpus().filter(({ case: one }) => !one.huge && !('kind' in one.contents()));
const opened = new Map<CorpusFile, Opened>();

test('every file is opened', async (t) => {
  const opener = new Opener();
  t.after(() => opener.stop());
  for (const file of corpus) opened.set(file, await opener.ask({ path: file.path, readBodies: true }, 5_000));
});

test('Java writes what we say, or we report an error', async (t) => {
  const java = await startJavaViews();
  if ('missing' in java) return t.skip(java.missing);
  t.after(() => java.stop());
  const found: string[] = [];
  for (const [file, seen] of opened) {
    if (seen.problem !== null) continue;
    const form = seen.container === 'zip' ? 'zip' : 'tar.gz';
    if (form === 'tar.gz' && !java.isServer) continue;
    const said = contradictions(seen, await java.view(form, file.path));
    if (said.length > 0) found.push(file.name);
    if (said.length > 0 && !(file.name in expectedContradictions)) {
      await t.test(file.name, () => assert.fail(said.join('\n')));
    }
  }
  const gone = Object.keys(expectedContradictions).filter((name) => !found.includes(name));
  assert.deepEqual(gone, [], 'an expected contradiction is gone');
});

for (const reader of uniqueReaders()) {
  test(`${reader.name} sees what we list wherever we report no error`, async (t) => {
    const missing = await reader.available();
    if (missing) return t.skip(missing);
    const expected = expectedDifferences.filter((one) => one.reader === reader.name);
    for (const [file, seen] of opened) await compare(t, reader, file, seen, expected);
    const files = new Set([...opened.keys()].map(({ name }) => name));
    assert.deepEqual(
      expected.filter(({ file }) => !files.has(file)),
      [],
      'a file of the table is gone',
    );
  });
}

async function compare(
  t: TestContext,
  reader: ArchiveReader,
  file: CorpusFile,
  seen: Opened,
  expected: readonly { readonly file: string; readonly reason: string }[],
): Promise<void> {
  const readers = seen.container === 'zip' ? zipReaders : tarGzReaders;
  const fitting = readers.find(({ name }) => name === reader.name);
  const isSound = seen.problem === null && errorsOf(seen).length === 0;
  const isAsked = isSound && seen.container !== 'tar' && file.case.seenBy !== 'audit';
  if (!fitting || !isAsked) return;
  const difference = await differenceOf(fitting, file, seen);
  const known = expected.find((one) => one.file === file.name);
  if (known ? difference === null : difference !== null) {
    await t.test(file.name, () => assert.fail(difference ?? `no longer differs: ${known?.reason}`));
  }
}

async function differenceOf(reader: ArchiveReader, file: CorpusFile, seen: Opened): Promise<string | null> {
  let contents: Contents;
  try {
    contents = await reader.read(file.path);
  } catch (error) {
    return `it fails: ${(error as Error).message}`;
  }
  // Some list folders as well, and some leave a "./" out or put it in front of every name.
  const theirs = [...contents].filter(([name]) => !name.endsWith('/'));
  const ours = seen.listed.map(({ name, size, sha256 }): [string, unknown] => [name, { size, sha256 }]);
  const comparable = (files: readonly (readonly [string, unknown])[]) =>
    new Map(files.map(([name, facts]): [string, unknown] => [name.replace(/^\.\//, ''), facts]).sort());
  try {
    assert.deepEqual(comparable(theirs), comparable(ours));
    return null;
  } catch (error) {
    return (error as Error).message;
  }
}

/** Each by its name once, as some read both forms. Java has been asked for every file already. */
function uniqueReaders(): ArchiveReader[] {
  const all = [...zipReaders, ...tarGzReaders].filter(({ name }) => !/pipe|java|TorchServe/.test(name));
  return [...new Map(all.map((reader) => [reader.name, reader])).values()];
}
