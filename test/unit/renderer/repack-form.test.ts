import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Problem } from '../../../core/contract/errors.ts';
import { isMended } from '../../../core/contract/mending.ts';
import {
  changeEntry,
  changeOf,
  checkRepack,
  emptyRepack,
  manifestFields,
  type RepackForm,
  repackCommand,
  repackFieldOf,
  setField,
  suggestFileName,
  toRepackInput,
} from '../../../renderer/views/repack/repack-form.ts';

const version = { path: 'model.modelVersion', value: '1.0' };
const placed: RepackForm = { ...emptyRepack, output: { ...emptyRepack.output, exportPath: '/next' } };

test('the texts of a manifest can be set, and name and version even where it lacks them', () => {
  const fields = manifestFields({ runtime: 'python', model: { modelName: 'a', extensions: { x: 1 } } });
  assert.deepEqual(
    fields.map(({ path, value }) => `${path}=${value}`),
    ['model.modelVersion=', 'model.modelName=a', 'runtime=python'],
  );
  assert.equal(manifestFields(null).length, 2);
});

test('a field that is typed back to its old value is no change', () => {
  const changed = setField(placed, version, '1.1');
  assert.deepEqual(toRepackInput(changed).set, { 'model.modelVersion': '1.1' });
  assert.equal(toRepackInput(setField(changed, version, '1.0')).set, undefined);
});

test('what is removed, replaced and added becomes the input, and the command says the same', () => {
  let form = setField(placed, version, '1.1');
  form = changeEntry(form, ['old.bin', 'data'], { is: 'removed' });
  form = changeEntry(form, ['w.pt'], { is: 'replaced', file: '/new/w.pt' });
  form = { ...form, added: [{ id: 1, file: '/new/x', name: 'x' }], view: 'torchserve' };
  const input = toRepackInput(form);
  assert.deepEqual(input, {
    ...{ set: { 'model.modelVersion': '1.1' }, replace: { 'w.pt': '/new/w.pt' }, add: { x: '/new/x' } },
    ...{ remove: ['old.bin', 'data'], view: 'torchserve', exportPath: '/next' },
  });
  assert.equal(
    repackCommand('/old a.mar', input),
    "mar-studio repack '/old a.mar' --set model.modelVersion=1.1 --replace w.pt=/new/w.pt --add '/new/x=>x' " +
      '--remove old.bin --remove data --view torchserve --export-path /next',
  );
  assert.deepEqual(toRepackInput(changeEntry(form, ['old.bin', 'data', 'w.pt'], null)).remove, undefined);
});

test('an entry goes with the folder above it, unless something was said of the entry itself', () => {
  let form = changeEntry(placed, ['data'], { is: 'removed' });
  assert.equal(changeOf('data/deep/x', form.changes)?.is, 'removed');
  assert.equal(changeOf('database', form.changes), null);
  form = changeEntry(form, ['data/deep/x'], { is: 'replaced', file: '/x' });
  assert.equal(changeOf('data/deep/x', form.changes)?.is, 'replaced');
});

test('an added file needs a name that is free', () => {
  const added = [
    { id: 1, file: '/a', name: 'taken' },
    { id: 2, file: '/b', name: 'new' },
    { id: 3, file: '/c', name: 'new' },
    { id: 4, file: '/d', name: '' },
  ];
  const wrong = checkRepack({ ...placed, added }, new Set(['taken']), 'digits').map(({ field }) => field);
  assert.deepEqual(wrong, ['added-1', 'added-3', 'added-4']);
});

test('a problem stands where it can be mended', () => {
  const form = { ...placed, added: [{ id: 5, file: '/gone', name: 'gone' }] };
  assert.equal(repackFieldOf(Problem.of('OUTPUT_EXISTS', { path: '/next/a.mar' }), form), 'exportPath');
  assert.equal(repackFieldOf(Problem.of('INPUT_MISSING', { path: '/gone', role: 'file' }), form), 'added-5');
  const twice = { code: 'ZIP_DUPLICATE_NAME', message: '', hint: '', path: 'x' };
  assert.equal(repackFieldOf(twice, form), 'view');
});

test('writing anew mends the container, not what two readings or the files themselves say', () => {
  const finding = (code: string, severity: 'error' | 'warning') => ({ code, severity, path: null });
  assert.equal(isMended(finding('ZIP_TRAILING_DATA', 'error')), true);
  assert.equal(isMended(finding('ZIP_DESCRIPTOR', 'warning')), true);
  assert.equal(isMended(finding('ZIP_VIEW_MISMATCH', 'error')), false);
  assert.equal(isMended(finding('MANIFEST_DANGLING', 'error')), false);
});

test('the suggested file name tells the version, and is never that of the old archive', () => {
  assert.equal(suggestFileName('fraud', '1.1', '/store/fraud.mar'), 'fraud-1.1');
  assert.equal(suggestFileName('fraud', '1.1', '/store/fraud-1.1.mar'), 'fraud-1.1-new');
  assert.equal(suggestFileName('fraud', '1/2 ..beta', 'C:\\store\\x.mar'), 'fraud-1-2-.beta');
  assert.equal(suggestFileName('fraud', '', '/store/x.tar.gz'), 'fraud');
  assert.equal(
    suggestFileName('<b>fraud', '1.0', '/store/x.mar'),
    'b-fraud-1.0',
    'what the field itself refuses',
  );
  const input = toRepackInput(placed, 'fraud-1.1');
  assert.equal(input.fileName, 'fraud-1.1');
  assert.match(repackCommand('/a.mar', input), /--file-name fraud-1\.1 --export-path \/next$/);
  assert.equal(toRepackInput({ ...placed, fileName: 'own' }, 'fraud-1.1').fileName, 'own');
  for (const fileName of ['', 'a/b', 'a..b', '.a']) {
    const wrong = checkRepack({ ...placed, fileName }, new Set(), 'fraud').map(({ field }) => field);
    assert.deepEqual(wrong, ['fileName'], fileName);
  }
});
