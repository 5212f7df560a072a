import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buildManifest, formatCreatedOn, serializeManifest } from '../../../core/mar/manifest.ts';
import { version } from '../../../core/version.ts';

const fields = {
  createdOn: '01/01/1980 00:00:00',
  runtime: 'python',
  modelName: 'größe',
  handler: 'h.py:handle',
  version: '1.0',
} as const;

test('a full manifest has the fields in the order of the reference', () => {
  const manifest = buildManifest({
    ...fields,
    configFile: 'c.yaml',
    requirementsFile: 'r.txt',
    modelFile: 'm.py',
    serializedFile: 'm.pt',
  });
  assert.equal(
    serializeManifest(manifest).toString('latin1'),
    `{
  "createdOn": "01/01/1980 00:00:00",
  "runtime": "python",
  "model": {
    "modelName": "gr\\u00f6\\u00dfe",
    "serializedFile": "m.pt",
    "handler": "h.py:handle",
    "modelFile": "m.py",
    "modelVersion": "1.0",
    "requirementsFile": "r.txt",
    "configFile": "c.yaml"
  },
  "archiverVersion": "mar-studio ${version}"
}`,
  );
});

test('a reproducible manifest does not change with our version', () => {
  assert.equal(buildManifest({ ...fields, reproducible: true }).archiverVersion, 'mar-studio');
});

test('what is empty is left out, the handler never is', () => {
  const manifest = buildManifest({ ...fields, version: '', serializedFile: '', modelFile: undefined });
  assert.deepEqual(Object.keys(manifest.model ?? {}), ['modelName', 'handler']);
});

test('characters beyond ASCII become the escapes that Python writes', () => {
  const text = serializeManifest({ a: '\u007f\u0080é\u2028🐱\ud800"\\/\b\f\n\r\t\u0001' }).toString('latin1');
  assert.equal(
    text,
    '{\n  "a": "\\u007f\\u0080\\u00e9\\u2028\\ud83d\\udc31\\ud800\\"\\\\/\\b\\f\\n\\r\\t\\u0001"\n}',
  );
});

test('the time is written as day, month and year, in the zone that was asked for', () => {
  const time = new Date(2026, 1, 3, 4, 5, 6);
  assert.equal(formatCreatedOn(time, 'local'), '03/02/2026 04:05:06');
  assert.equal(formatCreatedOn(new Date(Date.UTC(1999, 11, 31, 23, 59, 59)), 'utc'), '31/12/1999 23:59:59');
});
