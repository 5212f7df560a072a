import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Identified } from '../../../core/contract/api.ts';
import { placeFiles, wordsOfPlaced } from '../../../renderer/views/pack/guess-roles.ts';
import { emptyForm } from '../../../renderer/views/pack/pack-form.ts';

const file = (name: string, role: Identified['role'], is: Identified['is'] = 'file'): Identified => ({
  ...{ path: `/m/${name}`, name, is, size: 1, role, words: '' },
});

test('files go to the fields that their names speak for, and the model is called as its weights', () => {
  const { form, placed, isNameGuessed } = placeFiles(
    emptyForm,
    [
      file('digits.pt', 'weights'),
      file('handler.py', 'handler'),
      file('model.py', 'model'),
      file('requirements.txt', 'requirements'),
      file('model-config.yaml', 'config'),
      file('labels.json', 'extra'),
    ],
    null,
  );
  assert.equal(form.serializedFile, '/m/digits.pt');
  assert.equal(form.handlerFile, '/m/handler.py');
  assert.equal(form.modelFile, '/m/model.py');
  assert.equal(form.requirementsFile, '/m/requirements.txt');
  assert.equal(form.configFile, '/m/model-config.yaml');
  assert.deepEqual(form.extras, [{ id: 1, source: '/m/labels.json', name: '' }]);
  assert.equal(form.modelName, 'digits');
  assert.equal(isNameGuessed, true);
  assert.match(wordsOfPlaced(placed), /^digits\.pt as weights, .* and labels\.json as extra file$/);
});

test('of two files for one field the second goes along as an extra file', () => {
  const { form } = placeFiles(emptyForm, [file('a.pt', 'weights'), file('b.pt', 'weights')], null);
  assert.equal(form.serializedFile, '/m/a.pt');
  assert.equal(form.extras[0]?.source, '/m/b.pt');
});

test('a section decides over the name', () => {
  const code = file('serve.py', 'extra');
  assert.equal(placeFiles(emptyForm, [code], 'handler').form.handlerFile, '/m/serve.py');
  assert.equal(placeFiles(emptyForm, [code], 'model').form.modelFile, '/m/serve.py');
  assert.equal(placeFiles(emptyForm, [file('a.pt', 'weights')], 'extras').form.extras.length, 1);
  assert.equal(
    placeFiles(emptyForm, [file('out', null, 'folder')], 'output').form.output.exportPath,
    '/m/out',
  );
});

test("a handler that is dropped takes the place of one of the server's", () => {
  const before = { ...emptyForm, handlerFrom: 'server', serverHandler: 'image_classifier' } as const;
  assert.equal(placeFiles(before, [file('handler.py', 'handler')], null).form.handlerFrom, 'file');
});

test('what vanished, what can not be read and what fits nowhere is refused', () => {
  const found = [file('gone', null, 'missing'), file('closed', null, 'unreadable'), file('a.txt', 'extra')];
  const { form, refused } = placeFiles(emptyForm, found, 'handler');
  assert.equal(refused.length, 3);
  assert.deepEqual(form, emptyForm);
});

test('a name that was given is kept, and one that no server takes is not guessed', () => {
  const named = placeFiles({ ...emptyForm, modelName: 'mine' }, [file('a.pt', 'weights')], null);
  assert.equal(named.form.modelName, 'mine');
  assert.equal(placeFiles(emptyForm, [file('a b.pt', 'weights')], null).form.modelName, '');
});
