/** Files as real torch, NumPy and joblib wrote them: none may give a false alarm. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { scanPickles } from '../../../../core/weights/pickle/scan.ts';
import { sourceOfBytes } from '../../../../core/weights/pickle/source.ts';

const fixtures = resolve(import.meta.dirname, '../../../fixtures');
const filesIn = (folder: string) =>
  readdirSync(join(fixtures, folder)).map((name) => join(fixtures, folder, name));
const files = [...filesIn('weights'), ...filesIn('pickles')].filter((path) => !/\.(py|json)$/.test(path));

/** Classes that are not torch's to vouch for: what is told of them is no false alarm. */
const withClasses = /(-module(-legacy)?\.pt|estimator\.joblib)$/;
/** What holds no pickle at all. */
const withoutPickles =
  /\.(safetensors|onnx|gguf|h5|data)$|-(empty|f4|f8-big|fortran|record|scalar|version-3)\.npy$|-arrays(-compressed)?\.npz$/;

test('there are fixtures of every kind', () => {
  assert.ok(files.length >= 60, `${files.length}`);
});

for (const path of files.filter((one) => !withClasses.test(one))) {
  test(`${path.slice(fixtures.length + 1)} gives no alarm`, async () => {
    const scan = await scanPickles(sourceOfBytes(readFileSync(path)));
    const told = scan.globals.filter(({ standing }) => standing !== 'allowed');
    assert.deepEqual([told, scan.evasions, scan.incomplete, scan.operators], [[], [], [], []]);
    assert.equal(scan.verdict, 'no disallowed globals found');
    if (withoutPickles.test(path)) assert.equal(scan.streams, 0);
    else assert.ok(scan.streams > 0, 'no pickle was found in it');
  });
}

for (const path of files.filter((one) => withClasses.test(one))) {
  test(`${path.slice(fixtures.length + 1)} is told to name classes, and no more`, async () => {
    const scan = await scanPickles(sourceOfBytes(readFileSync(path)));
    const told = scan.globals.filter(({ standing }) => standing !== 'allowed');
    assert.equal(scan.verdict, 'findings');
    assert.ok(told.length > 0);
    for (const { standing, module } of told) {
      assert.equal(standing, 'unknown');
      assert.match(module, /^(torch\.nn\.modules\.|sklearn\.|__main__$)/);
    }
    assert.deepEqual([scan.evasions, scan.incomplete], [[], []]);
  });
}

test('weights that are cut off are not judged, and what only begins like a ZIP is no ZIP', async () => {
  const whole = readFileSync(join(fixtures, 'weights', 'current-bare.pt'));
  const cut = await scanPickles(sourceOfBytes(whole.subarray(0, whole.length - 100)));
  assert.equal(cut.verdict, 'incomplete');
  const noise = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(200, 0x20)]);
  const other = await scanPickles(sourceOfBytes(noise));
  assert.deepEqual([other.verdict, other.streams], ['no disallowed globals found', 0]);
});

test('a plain object of protocol 0 is told for its class, and not as if it did harm', async () => {
  // pickle.dumps(Net(), 0) and pickle.dumps(Options({1: 2}), 0), a class of dict; the second as a pickler without old names.
  const written = [
    'ccopy_reg\n_reconstructor\np0\n(c__main__\nNet\np1\nc__builtin__\nobject\np2\nNtp3\nRp4\n.',
    'ccopyreg\n_reconstructor\np0\n(c__main__\nOptions\np1\ncbuiltins\ndict\np2\n(dp3\nI1\nI2\nstp4\nRp5\n.',
  ];
  for (const text of written) {
    const { globals, evasions } = await scanPickles(sourceOfBytes(Buffer.from(text)));
    assert.deepEqual([...new Set(globals.map(({ standing }) => standing))], ['unknown']);
    assert.deepEqual(evasions, []);
  }
});
