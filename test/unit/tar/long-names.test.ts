import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { openArchive } from '../../../core/open.ts';
import { pack } from '../../../core/pack.ts';
import { scratchFolder } from '../../support/scratch.ts';

test('what pack writes opens again, wherever the cut of a long name falls', async (t) => {
  const folder = await scratchFolder(t);
  const expected: string[] = [];
  // With "m/" before it, a slash stands at every place about byte 100 of the name in the header.
  for (let length = 92; length <= 104; length++) {
    const name = `${'d'.repeat(length)}/file.txt`;
    mkdirSync(join(folder, 'extra', dirname(name)), { recursive: true });
    writeFileSync(join(folder, 'extra', name), `${length}`);
    expected.push(`m/${name}`);
  }
  writeFileSync(join(folder, 'handler.py'), 'def handle(data, context):\n    return data\n');
  const input = { modelName: 'm', version: '1', handler: 'handler.py', extraFiles: 'extra' } as const;
  const { output } = await pack({ ...input, archiveFormat: 'tgz' }, { cwd: folder });
  const archive = await openArchive(output);
  try {
    const names = archive.entries.map(({ name }) => name).filter((name) => name.endsWith('.txt'));
    assert.deepEqual(names.sort(), expected.sort());
    assert.deepEqual(
      archive.findings.filter(({ severity }) => severity === 'error'),
      [],
    );
  } finally {
    await archive.close();
  }
});

test('a model with the longest name that a file can have is packed', async (t) => {
  const folder = await scratchFolder(t);
  writeFileSync(join(folder, 'handler.py'), 'def handle(data, context):\n    return data\n');
  const modelName = 'n'.repeat(251);
  const { output } = await pack({ modelName, version: '1', handler: 'handler.py' }, { cwd: folder });
  assert.equal(output, join(folder, `${modelName}.mar`));
});
