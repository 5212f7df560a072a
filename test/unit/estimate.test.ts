/** What a dry run says of the size, held against what is written then. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { archiveFormats, compressions, type PackInput } from '../../core/contract/model.ts';
import { dryRun, pack } from '../../core/pack.ts';
import { folderBytes } from '../support/folder-bytes.ts';
import { randomOf } from '../support/random.ts';
import { scratchFolder } from '../support/scratch.ts';

const { pick } = randomOf(7);
const noise = Buffer.from(Uint8Array.from({ length: 1_500_000 }, () => pick(256)));
/** Half of it shrinks: bytes of sixteen kinds. */
const halved = Buffer.from(Uint8Array.from({ length: 3_000_000 }, () => pick(16)));

for (const archiveFormat of archiveFormats) {
  for (const compression of compressions) {
    if (archiveFormat === 'zip-store' && compression === 'deflate') continue;
    test(`${archiveFormat}, ${compression}: the size is foreseen to a few percent`, async (t) => {
      const folder = await scratchFolder(t);
      const at = (name: string) => join(folder, name);
      writeFileSync(at('handler.py'), 'def handle(data, context):\n    return data\n'.repeat(500));
      writeFileSync(at('weights.bin'), noise);
      writeFileSync(at('table.bin'), halved);
      const input: PackInput = {
        ...{ modelName: 'net', version: '1', handler: at('handler.py'), archiveFormat, compression },
        ...{ serializedFile: at('weights.bin'), extraFiles: [at('table.bin')], exportPath: at('out') },
      };
      const { estimate } = await dryRun(input);
      const { output, size } = await pack(input);
      const written = archiveFormat === 'no-archive' ? folderBytes(output) : size;
      const share = estimate.size / written;
      assert.ok(share > 0.95 && share < 1.05, `${estimate.size} foreseen, ${written} written`);
      assert.ok(estimate.seconds >= 0 && Number.isFinite(estimate.seconds));
      if (archiveFormat !== 'no-archive' && archiveFormat !== 'zip-store')
        assert.match(estimate.how, /^An estimate: of each file above 1 MiB eight samples/);
    });
  }
}
