/** What TorchServe would run and read, told from a sketch of a model. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { foreseeSteps } from '../../../core/audit/load-steps.ts';
import { torchscript } from '../weights/files.ts';
import { baseHandler, functionHandler, type Sketch, subjectOf } from './sketch.ts';

async function stepsOf(sketch: Sketch) {
  const { steps, config } = await foreseeSteps(subjectOf(sketch));
  return { ...Object.fromEntries(steps.map(({ what, words }) => [what, words])), config };
}

test('a handler is told by its entry point, wherever it lies', async () => {
  const handlerOf = async (sketch: Sketch) => (await foreseeSteps(subjectOf(sketch))).steps[1]?.words;
  const files = { 'handler.py': functionHandler, 'base.py': baseHandler, 'bad.py': 'def (:\n' };
  assert.match((await handlerOf({ files })) ?? '', /^handler\.py: its function handle$/);
  assert.match((await handlerOf({ files, handler: 'base.py' })) ?? '', /^base\.py: its class \w+$/);
  assert.equal(await handlerOf({ files, handler: 'bad.py' }), 'bad.py: Python can not read it');
  assert.match((await handlerOf({ handler: 'image_classifier' })) ?? '', /a module of the server's own/);
  assert.match((await handlerOf({ handler: 'gone.py' })) ?? '', /neither in the archive nor known/);
  assert.match(
    (await handlerOf({ handler: 'libmine:Mine', runtime: 'LSP' })) ?? '',
    /^Mine from the library libmine$/,
  );
});

test('what reads the weights goes by the model file and the suffix, or is the handler itself', async () => {
  const files = {
    'handler.py': baseHandler,
    'm.pt': torchscript,
    'm.bin': torchscript,
    'net.py': 'class Net:\n    pass\n',
  };
  const weightsOf = async (more: Sketch) =>
    (await foreseeSteps(subjectOf({ files, ...more }))).steps.find(({ what }) => what === 'weights')?.words ??
    '';
  assert.match(
    await weightsOf({ serializedFile: 'm.pt' }),
    /^m\.pt \(.*a TorchScript file\): read by torch\.jit\.load$/,
  );
  assert.match(await weightsOf({ serializedFile: 'm.bin' }), /nothing reads a file of this suffix$/);
  assert.match(await weightsOf({ serializedFile: 'm.pt', modelFile: 'net.py' }), /read by torch\.load/);
  assert.match(await weightsOf({ serializedFile: 'gone.pt' }), /which is not in the archive/);
  assert.match(await weightsOf({}), /it needs some/);
  const own = { files: { ...files, 'handler.py': functionHandler } };
  assert.match(await weightsOf({ ...own, serializedFile: 'm.pt' }), /read by the handler itself/);
});

test('requirements are counted by where they come from, and the config is what holds', async () => {
  const told = await stepsOf({
    files: {
      'handler.py': functionHandler,
      'requirements.txt': '--no-index\npillow==11.3.0\n./own-1.0-py3-none-any.whl\n',
      'own-1.0-py3-none-any.whl': 'wheel',
      'model-config.yaml': 'minWorkers: 2\nbatchSize: 0\n',
    },
    requirementsFile: 'requirements.txt',
    configFile: 'model-config.yaml',
  });
  assert.match(String((told as Record<string, unknown>).requirements), /^requirements\.txt: 2 packages, /);
  const config = new Map(told.config.map(({ key, given, effective }) => [key, [given, effective]]));
  assert.deepEqual(config.get('batchSize'), ['0', '1'], 'raised to one');
  assert.deepEqual(config.get('minWorkers'), ['2', null], 'ignored without maxWorkers');
  assert.deepEqual(config.get('maxBatchDelay'), [null, '100'], 'the default is told');
  assert.ok(!config.has('jobQueueSize'), 'nobody asked for it');
});

test('without a config file nothing is said of workers, and a large one is not read', async () => {
  const files = { 'handler.py': functionHandler, 'model-config.yaml': `# ${'x'.repeat(3_000_000)}` };
  const without = await stepsOf({ files });
  assert.deepEqual(without.config, []);
  const large = await foreseeSteps(subjectOf({ files, configFile: 'model-config.yaml' }));
  assert.match(large.steps.at(-1)?.words ?? '', /^not looked at: it has/);
});
