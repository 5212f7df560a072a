/** Every file of the corpus, compared with a good archive and with itself: an answer or a code, and nothing left behind. */
import assert from 'node:assert/strict';
import { existsSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { scratchFolder } from '../support/scratch.ts';
import { buildCorpus } from './build.ts';
import { answersOf, goodEntries } from './case.ts';
import type { Compared, ComparisonQuestion } from './compared.ts';
import { Opener } from './opener.ts';
import { writePieces } from './pieces.ts';
import { zip, zipEntry } from './zip-builder.ts';

const childPath = fileURLToPath(import.meta.resolve('./diff-in-child.ts'));
/** A hang is what this finds; machines are slow. */
const limitMs = 120_000;
/** Two archives are held, where the corpus's own bound is for one. */
const memoryBytes = 384 * 2 ** 20;
/** Of these the heap gets so much; how long the collector may wait is not left to the size of the machine. */
const heapMiB = 192;
const corpus = buildCorpus().filter(
  ({ path }) => existsSync(path) || lstatSync(path, { throwIfNoEntry: false }),
);

test('diff answers of each file, or gives its code, and leaves nothing behind', async (t) => {
  const folder = await scratchFolder(t);
  const good = join(folder, 'good.mar');
  writePieces(good, zip([...goodEntries, zipEntry('model.pt', 'other weights')]));
  const tmp = await scratchFolder(t);
  const asker = new Opener<ComparisonQuestion, Compared>(childPath, { TMPDIR: tmp }, heapMiB);
  t.after(() => asker.stop());
  const { peakBytes: atStart } = await asker.ask({ before: good, after: good, proves: true }, limitMs);

  for (const { name, path, case: one } of corpus) {
    await t.test(name, async () => {
      const ask = async (before: string, after: string, proves: boolean) => {
        const question = { before, after, proves };
        let compared = await asker.ask(question, limitMs);
        // The files before this one left their mark; a process of its own tells what this one takes. Twice, because
        // a collector that comes late is no need of ours.
        for (const _ of [1, 2]) {
          if (compared.peakBytes - atStart <= memoryBytes / 2) break;
          await asker.stop();
          compared = await asker.ask(question, limitMs);
        }
        assert.equal(compared.bug, null);
        const grown = compared.peakBytes - atStart;
        assert.ok(grown < memoryBytes, `it took ${Math.round(grown / 2 ** 20)} MiB`);
        assert.deepEqual(readdirSync(tmp), []);
        return compared;
      };
      const { inspect } = answersOf(one);
      const refusal = inspect?.exit === 2 ? inspect.code : null;
      // Reading all of the huge ones takes minutes; their checksums stand for them.
      for (const proves of one.huge ? [false] : [false, true]) {
        const itself = await ask(path, path, proves);
        assert.equal(itself.problem, refusal);
        if (refusal === null) {
          const unread = new Set(itself.unread.map((line) => line.slice(line.indexOf(' ') + 1)));
          const changed = itself.changes.map((line) => line.slice(line.indexOf(' ') + 1));
          assert.deepEqual(
            changed.filter((name) => !unread.has(name)),
            [],
            'only what is unread may differ',
          );
          if (unread.size === 0) assert.equal(itself.identical, true);
        }
      }
      for (const [before, after] of [
        [good, path],
        [path, good],
      ] as const) {
        const other = await ask(before, after, false);
        assert.equal(other.problem, refusal);
      }
    });
  }
});
