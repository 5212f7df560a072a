import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../../../core/contract/errors.ts';
import { addExtras, emptyForm } from '../../../renderer/views/pack/pack-form.ts';
import { fieldOf, messageOf } from '../../../renderer/views/pack/problem-field.ts';

const form = addExtras(
  {
    ...emptyForm,
    ...{
      serializedFile: '/m/w.pt',
      modelFile: '/m/model.py',
      handlerFile: '/m/handler',
      configFile: '/m/c.yaml',
    },
    output: { ...emptyForm.output, exportPath: '/out' },
  },
  ['/m/labels.json', '/m/data', '/m/*.txt'],
);

const missing = (path: string) => Problem.of('INPUT_MISSING', { path, role: 'file' });

test('a problem with a file stands at the field that names the file', () => {
  assert.equal(fieldOf(missing('/m/w.pt'), form), 'serializedFile');
  assert.equal(fieldOf(missing('/m/handler.py'), form), 'handlerFile');
  assert.equal(fieldOf(missing('/m/labels.json'), form), 'extra-1');
  assert.equal(fieldOf(missing('/m/data/deep/file'), form), 'extra-2');
  assert.equal(fieldOf(missing('/elsewhere'), form), null);
});

test('a problem of the name or the place stands at that field', () => {
  assert.equal(fieldOf(Problem.of('MODEL_NAME', { name: '-' }), form), 'modelName');
  assert.equal(fieldOf(Problem.of('OUTPUT_EXISTS', { path: '/out/a.mar' }), form), 'exportPath');
  assert.equal(fieldOf(Problem.of('PATH_NOT_GRANTED', { path: '/out' }), form), 'exportPath');
});

test('an extra file that breaks the rules is told by its item', () => {
  const named = { ...form, extras: [{ id: 7, source: '/m/*.txt', name: 'one.txt' }] };
  const problem = Problem.of('EXTRA_FILE_RULE', { item: '/m/*.txt=>one.txt', detail: 'is a pattern' });
  assert.equal(fieldOf(problem, named), 'extra-7');
});

test('where two sources meet in one entry, the later extra file is the one to rename', () => {
  const twice = addExtras(form, ['/other/labels.json']);
  const problem = Problem.of('CREATE_COLLISION', {
    path: 'labels.json',
    first: '/m/labels.json',
    second: '/other/labels.json',
  });
  assert.equal(fieldOf(problem, twice), 'extra-name-4');
});

test('a hint for the command line is said in the words of the screen', () => {
  const message = messageOf(Problem.of('OUTPUT_EXISTS', { path: '/out/a.mar' }), form);
  assert.equal(message?.field, 'exportPath');
  assert.match(message?.words ?? '', /Tick "Replace/);
  assert.doesNotMatch(message?.words ?? '', /--force/);
});
