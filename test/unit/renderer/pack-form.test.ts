import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { PackInput } from '../../../core/contract/model.ts';
import { parseExtraFiles } from '../../../core/mar/extra-files.ts';
import {
  addExtras,
  checkForm,
  emptyForm,
  fromInput,
  handlerOf,
  isEntered,
  type PackForm,
  toInput,
} from '../../../renderer/views/pack/pack-form.ts';

const whole: PackForm = {
  ...emptyForm,
  modelName: 'digits',
  handlerFile: '/m/handler.py',
  output: { ...emptyForm.output, exportPath: '/out' },
};

test('an input says no more than differs from the defaults', () => {
  assert.deepEqual(toInput(whole), {
    ...{ modelName: 'digits', version: '1.0', handler: '/m/handler.py', exportPath: '/out' },
  });
});

test('every field of an input comes back from the form that it fills', () => {
  const input: PackInput = {
    ...{ modelName: 'a', version: '2', handler: '/h.py:serve', serializedFile: '/w.pt', modelFile: '/m.py' },
    ...{ extraFiles: ['/x.json', '/y=>data/', '/a, b.txt'], runtime: 'python3', exportPath: '/out' },
    ...{ archiveFormat: 'tgz', force: true, requirementsFile: '/r.txt', configFile: '/c.yaml' },
    ...{ compression: 'deflate', level: 9, reproducible: true },
  };
  assert.deepEqual(toInput(fromInput(input)), input);
});

test("one of the server's handlers fills the list, and a library's class the field beside it", () => {
  const server = fromInput({ modelName: 'a', version: '1', handler: 'image_classifier' });
  assert.equal(server.handlerFrom, 'server');
  assert.equal(handlerOf(server), 'image_classifier');
  const library = fromInput({
    modelName: 'a',
    version: '1',
    handler: 'C:\\lib\\serve:Handler',
    runtime: 'LSP',
  });
  assert.equal(library.handlerFile, 'C:\\lib\\serve');
  assert.equal(library.handlerFunction, 'Handler');
  assert.equal(handlerOf(library), 'C:\\lib\\serve:Handler');
});

test('where nothing is compressed, neither compression nor level is said', () => {
  const output = { ...whole.output, compression: 'deflate', level: 9 } as const;
  const stored = toInput({ ...whole, output: { ...output, archiveFormat: 'zip-store' } });
  assert.equal(stored.compression, undefined);
  assert.equal(stored.level, undefined);
  const plain = toInput({ ...whole, output: { ...output, compression: 'store' } });
  assert.equal(plain.compression, 'store');
  assert.equal(plain.level, undefined);
});

test('an extra file whose own name holds an arrow is still read as one file', () => {
  const { extraFiles } = toInput(addExtras(whole, ['/data/a=>b.txt']));
  assert.deepEqual(parseExtraFiles(extraFiles ?? []), [{ source: '/data/a=>b.txt', destination: './' }]);
});

test('extra files are added once, and an empty row as often as it is asked for', () => {
  const once = addExtras(addExtras(whole, ['/x', '/y']), ['/x', '', '']);
  assert.deepEqual(
    once.extras.map(({ id, source }) => [id, source]),
    [
      [1, '/x'],
      [2, '/y'],
      [3, ''],
      [4, ''],
    ],
  );
  assert.deepEqual(toInput(once).extraFiles, ['/x', '/y']);
});

test('an empty form names the fields that are needed, in the order of the screen', () => {
  assert.deepEqual(
    checkForm(emptyForm).map(({ field }) => field),
    ['modelName', 'handlerFile', 'exportPath'],
  );
  assert.deepEqual(checkForm(whole), []);
});

test('a name that no server takes, half a path and a function that is none are told at once', () => {
  const form = { ...whole, modelName: '-x', serializedFile: 'w.pt', handlerFunction: '1st' };
  assert.deepEqual(
    checkForm(addExtras(form, [''])).map(({ field }) => field),
    ['modelName', 'serializedFile', 'handlerFunction', 'extra-1'],
  );
});

test('only what differs from what was saved would be lost', () => {
  assert.equal(isEntered(whole, whole), false);
  assert.equal(isEntered({ ...whole, version: '2' }, whole), true);
});
