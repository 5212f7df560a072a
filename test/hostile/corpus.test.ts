/**
 * Every file of the corpus, opened, inspected, verified and extracted: the code that its name tells, quickly,
 * in little memory, and without a byte where none belongs.
 */
import assert from 'node:assert/strict';
import { existsSync, lstatSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { scratchFolder } from '../support/scratch.ts';
import { buildCorpus, type CorpusFile } from './build.ts';
import { type Answer, type Answers, answersOf } from './case.ts';
import { type MeasuredRun, runMeasured } from './measured-run.ts';
import { Opener } from './opener.ts';

/** The largest are allowed more, since a machine may be busy with other tests. */
const limitOf = ({ case: one }: CorpusFile): number => (one.huge ? 30_000 : 5_000);
const memoryBytes = 256 * 2 ** 20;
const corpus = buildCorpus().filter(
  ({ path }) => existsSync(path) || lstatSync(path, { throwIfNoEntry: false }),
);

test('openArchive gives each file its code, and reading its bodies does', async (t) => {
  const opener = new Opener();
  t.after(() => opener.stop());
  const [first] = corpus as [CorpusFile];
  const { peakBytes: atStart } = await opener.ask({ path: first.path, readBodies: true }, limitOf(first));
  for (const file of corpus) {
    const { name, path, case: one } = file;
    await t.test(name, async () => {
      const question = { path, readBodies: !one.huge };
      let opened = await opener.ask(question, limitOf(file));
      if (opened.peakBytes - atStart > memoryBytes / 2) {
        // The files before this one left their mark; a process of its own tells what this one takes.
        await opener.stop();
        opened = await opener.ask(question, limitOf(file));
      }
      assert.equal(opened.bug, null);
      const grown = opened.peakBytes - atStart;
      assert.ok(grown < memoryBytes, `it took ${Math.round(grown / 2 ** 20)} MiB`);

      const { inspect } = answersOf(one);
      if (inspect?.exit === 2) return assert.equal(opened.problem, inspect.code);
      assert.equal(opened.problem, null);
      const found = opened.findings.map(({ code }) => code);
      const isDue = one.seenBy === 'reading' && one.outcome !== 'good';
      const atOpening = one.seenBy === 'audit' ? null : (inspect?.code ?? null);
      assertCodes([...found, ...opened.bodies], isDue ? one.code : atOpening, one.also);
    });
  }
});

const verbs: readonly (keyof Answers)[] = ['inspect', 'verify', 'extract'];

for (const verb of verbs) {
  test(`mar-studio ${verb} gives each file its code`, { concurrency: 2 }, async (t) => {
    const { peakBytes: atStart } = await runMeasured(['--version'], 30_000);
    const asked = corpus.filter(({ case: one }) => answersOf(one)[verb] !== null);
    await Promise.all(
      asked.map((file) =>
        t.test(file.name, async (subtest) => {
          const answer = answersOf(file.case)[verb] as Answer;
          const run = verb === 'extract' ? await extract(subtest, file, answer) : await ask(verb, file);
          // What reading finds, opening may find as well.
          const early = verb === 'inspect' && file.case.seenBy === 'reading' ? [file.case.code] : [];
          assertAnswer(run, answer, [...(file.case.also ?? []), ...early]);
          const grown = run.peakBytes - atStart;
          assert.ok(grown < memoryBytes, `it took ${Math.round(grown / 2 ** 20)} MiB`);
        }),
      ),
    );
  });
}

const ask = (verb: string, file: CorpusFile): Promise<MeasuredRun> =>
  runMeasured([verb, file.path, '--json'], limitOf(file));

/** Extracts into a folder with something around it that must stay as it is, and nothing else come to be. */
async function extract(t: TestContext, file: CorpusFile, answer: Answer): Promise<MeasuredRun> {
  const around = await scratchFolder(t);
  mkdirSync(join(around, 'target-sibling'));
  writeFileSync(join(around, 'target-sibling', 'canary.txt'), 'alive');
  writeFileSync(join(around, 'canary.txt'), 'alive');
  const run = await runMeasured(
    ['extract', file.path, '--into', join(around, 'target'), '--json'],
    limitOf(file),
  );

  const expected = ['canary.txt', 'target-sibling', ...(answer.exit === 0 ? ['target'] : [])];
  assert.deepEqual(readdirSync(around).sort(), expected.sort(), 'nothing else lies beside the target');
  assert.deepEqual(readdirSync(join(around, 'target-sibling')), ['canary.txt']);
  if (answer.exit === 0) {
    const made = readdirSync(join(around, 'target'), { recursive: true, withFileTypes: true });
    const odd = made.filter((child) => !child.isFile() && !child.isDirectory()).map(({ name }) => name);
    assert.deepEqual(odd, [], 'only files and folders are made');
    assert.deepEqual(
      made.filter(({ name }) => name.endsWith('.tmp')),
      [],
    );
  }
  return run;
}

function assertAnswer(run: MeasuredRun, answer: Answer, also: readonly string[] = []): void {
  assert.doesNotMatch(run.stderr, /INTERNAL|\n\s+at /);
  const document = JSON.parse(run.stdout);
  if (document.schema === 'mar-studio.error/1') {
    assert.deepEqual({ exit: run.exit, code: document.code }, answer, document.message);
    return;
  }
  const codes = (document.findings ?? []).map(({ code }: { code: string }) => code);
  assertCodes(codes, answer.code, also);
  assert.equal(run.exit, answer.exit);
}

/** The code that is due, and no other but those that may come along. */
function assertCodes(found: readonly string[], due: string | null, also: readonly string[] = []): void {
  if (due !== null)
    assert.ok(found.includes(due), `${due} is missing; found: ${[...new Set(found)].join(' ')}`);
  const unexpected = found.filter((code) => code !== due && !also.includes(code));
  assert.deepEqual([...new Set(unexpected)], [], 'nothing else is found');
}
