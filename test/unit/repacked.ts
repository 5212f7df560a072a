/** A packed model to repack, and what comes out of the new archive. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { PackInput } from '../../core/contract/model.ts';
import { extract } from '../../core/extract.ts';
import { pack } from '../../core/pack.ts';
import { verify } from '../../core/verify.ts';
import { makeModel } from '../faults/model.ts';
import type { Contents } from '../support/readers.ts';
import { folderContents, scratchFolder } from '../support/scratch.ts';

export async function packed(t: TestContext, more: Partial<PackInput> = {}, weightsBytes = 300_000) {
  const folder = await scratchFolder(t);
  const model = makeModel(join(folder, 'model'), weightsBytes);
  const { output } = await pack({ ...model.input, exportPath: join(folder, 'old'), ...more });
  return { ...model, folder, archive: output, out: join(folder, 'new') };
}

let turn = 0;

/** What is in an archive by the names in the model, as it comes out of it. */
export async function contentsOf(archive: string, folder: string): Promise<Contents> {
  const into = join(folder, `look-${turn++}`);
  await extract(archive, { into });
  const found = folderContents(into);
  const names = [...found.keys()];
  const root = names.every((name) => name.startsWith('model/')) ? 'model/' : '';
  return new Map([...found].map(([name, facts]) => [name.slice(root.length), facts]));
}

export async function assertSound(archive: string): Promise<void> {
  const { findings } = await verify(archive);
  assert.deepEqual(
    findings.filter(({ severity }) => severity === 'error'),
    [],
  );
}
