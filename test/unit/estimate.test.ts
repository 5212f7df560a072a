/** What a dry run says of the size, held against what is written then, and how the time is reckoned. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { archiveFormats, compressions, type PackInput } from '../../core/contract/model.ts';
import { type DeflateEngine, nativeEngine } from '../../core/deflate/engine.ts';
import { Estimate } from '../../core/estimate.ts';
import { Foreseer } from '../../core/foresee.ts';
import type { Plan, PlannedFile } from '../../core/mar/plan.ts';
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

test('the time is that of preparing, of compressing, of each file and of each byte', () => {
  const zip = new Estimate({ format: 'default' }, 0.5);
  zip.add({ name: 'a', size: 300e6 }, { bytes: 200e6, seconds: 4 });
  assert.equal(zip.result.size, 22 + 76 + 2 + 200e6);
  assert.equal(zip.result.seconds, 0.5 + 4 + (300 + 200) / 500);
  for (let file = 0; file < 10_000; file++) zip.add({ name: '', size: 0 }, { bytes: 0, seconds: 0.001 });
  assert.equal(zip.result.seconds, 5.5 + 10_000 * (0.001 + 0.0002));

  const folder = new Estimate({ format: 'no-archive' }, 0);
  folder.add({ name: 'a', size: 1e9 }, { bytes: 1e9, seconds: 0 });
  assert.deepEqual([folder.result.size, folder.result.seconds], [1e9, 4]);
});

const large = Buffer.alloc(5e6);

function foreseer(compression: Plan['compression'], level = 6) {
  let deflated = 0;
  const engine: DeflateEngine = {
    ...nativeEngine,
    deflate(input, options) {
      deflated += input.length;
      assert.equal(options.level, level);
      return nativeEngine.deflate(input, options);
    },
  };
  const plan = { format: 'default', compression, level, output: 'x' } as Plan;
  const one = new Foreseer(plan, engine, undefined);
  const foresee = (bytes: Buffer) =>
    one.foresee({ size: bytes.length, source: { kind: 'bytes', bytes } } as PlannedFile);
  return { foresee, deflated: () => deflated };
}

test('only what will be deflated takes time for it, at the level that was chosen', async () => {
  const stored = foreseer('store');
  assert.deepEqual(await stored.foresee(large), { method: 'stored', bytes: large.length, seconds: 0 });
  assert.equal(stored.deflated(), 0);

  const kept = await foreseer('auto', 1).foresee(noise);
  assert.deepEqual(kept, { method: 'stored', bytes: noise.length, seconds: 0 });
  const inVain = await foreseer('deflate', 9).foresee(noise);
  assert.ok(inVain.method === 'stored' && inVain.seconds > 0, 'it is deflated before it is stored');
  const shrinks = await foreseer('auto', 9).foresee(large);
  assert.ok(shrinks.method === 'deflated' && shrinks.seconds > 0);
});

test('of many large contents some are tried, and the others go by those', async () => {
  const { foresee, deflated } = foreseer('auto');
  for (let file = 0; file < 20; file++) assert.ok((await foresee(large)).seconds > 0);
  // Of each the samples that tell its size, of eight 4 MiB, and what finds their strategy.
  const samples = 20 * 8 * 32 * 1024;
  const tried = 8 * (4 * 2 ** 20 + 2 * 64 * 1024);
  assert.equal(deflated(), samples + tried);
});
