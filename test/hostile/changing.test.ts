/** Archives that change while they are open: a problem with a code, never a mixture of two states. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { appendFile, open, rename, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../core/contract/errors.ts';
import { openArchive } from '../../core/open.ts';
import { scratchFolder } from '../support/scratch.ts';
import { goodEntries } from './case.ts';
import { joined } from './pieces.ts';
import { zip, zipEntry } from './zip-builder.ts';

// Larger than what is read at once, so that reading meets the file before and after the change.
const weights = randomBytes(24 << 20);
const archiveBytes = joined(zip([...goodEntries, zipEntry('model.pt', weights)]));

const changes: Readonly<Record<string, (path: string) => Promise<void>>> = {
  'is cut short': (path) => truncate(path, archiveBytes.length - 1000),
  grows: (path) => appendFile(path, 'more'),
  'is written to in the middle': async (path) => {
    const file = await open(path, 'r+');
    try {
      await file.write(Buffer.alloc(4096), 0, 4096, 20 << 20);
    } finally {
      await file.close();
    }
  },
  'gives its place to another': async (path) => {
    await writeFile(`${path}.new`, archiveBytes);
    await rename(`${path}.new`, path);
  },
};

for (const [what, change] of Object.entries(changes)) {
  test(`an archive that ${what} while an entry is read gives INPUT_CHANGED, or the old bytes`, async (t) => {
    const path = join(await scratchFolder(t), 'model.mar');
    await writeFile(path, archiveBytes);
    const archive = await openArchive(path);
    t.after(() => archive.close());
    const entry = archive.entries.find(({ name }) => name === 'model.pt');
    assert.ok(entry);

    const chunks: Buffer[] = [];
    try {
      for await (const chunk of archive.read(entry)) {
        chunks.push(Buffer.from(chunk));
        if (chunks.length > 1) continue;
        await change(path);
        // The reader looks at the file's state now and then, not at each read.
        await sleep(150);
      }
      assert.ok(Buffer.concat(chunks).equals(weights), 'without a problem, all bytes are the old ones');
      assert.equal(what, 'gives its place to another', 'a change in place was not noticed');
    } catch (error) {
      assert.ok(error instanceof Problem, `${error}`);
      assert.equal(error.code, 'INPUT_CHANGED');
    }
  });
}
