import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseRequirements } from '../../../core/python/requirements.ts';

const only = (text: string) => {
  const [line, ...more] = parseRequirements(text);
  assert.ok(line, text);
  assert.deepEqual(more, []);
  return line;
};

test('a requirement by name is read in every spelling that pip takes', () => {
  const spellings: Readonly<Record<string, [name: string, pinned: boolean]>> = {
    torch: ['torch', false],
    'Torch==2.1': ['torch', true],
    'torch === 2.1+cu118': ['torch', true],
    'torch~=2.1': ['torch', false],
    'torch>=2,<3': ['torch', false],
    'torch (>=2,<3)': ['torch', false],
    'torch==2.*': ['torch', false],
    'zope.interface==6.0': ['zope-interface', true],
    'ruamel_yaml==0.18': ['ruamel-yaml', true],
    'uvicorn[standard,extra] >= 0.2 ; python_version < "3.9"': ['uvicorn', false],
    'a==1 --hash=sha256:00ff --hash=sha256:11ee': ['a', true],
    'a==1 # for the demo': ['a', true],
  };
  for (const [text, [name, pinned]] of Object.entries(spellings)) {
    const line = only(text);
    assert.deepEqual([line.kind, line.name, line.pinned, line.remote], ['named', name, pinned, null], text);
  }
});

test('a wheel, a folder and an address are told apart from names', () => {
  assert.deepEqual(
    [only('./wheels/a-1-py3-none-any.whl').kind, only('./wheels/a.whl').name],
    ['file', 'wheels/a.whl'],
  );
  assert.equal(only('a-1.0.tar.gz').kind, 'file');
  assert.equal(only('../src').kind, 'file');
  assert.equal(only('file:///opt/a.whl').name, '/opt/a.whl');
  for (const text of [
    'https://example.org/a.whl',
    'a @ https://example.org/a.whl',
    'git+ssh://git@example.org/a',
  ]) {
    assert.equal(only(text).kind, 'url', text);
    assert.notEqual(only(text).remote, null, text);
  }
});

test("pip's options are known, and those that fetch from elsewhere are told", () => {
  for (const text of [
    '--no-index',
    '--pre',
    '-r more.txt',
    '-c limits.txt',
    '-f ./wheels',
    '--no-binary :all:',
    '--require-hashes',
  ]) {
    assert.deepEqual([only(text).kind, only(text).remote], ['option', null], text);
  }
  for (const text of [
    '-i https://example.org/simple',
    '--index-url=https://example.org/simple',
    '--extra-index-url https://example.org/simple',
    '--trusted-host example.org',
    '--find-links https://example.org',
    '-r https://example.org/r.txt',
    '-e git+https://example.org/a',
    '-e .',
  ]) {
    assert.notEqual(only(text).remote, null, text);
  }
});

test('lines that pip refuses are invalid', () => {
  for (const text of [
    'torch=2.1',
    'torch==',
    'two words',
    '==2',
    'torch>2<3',
    '--unheard-of',
    'a b==1',
    '{torch}',
  ]) {
    assert.equal(only(text).kind, 'invalid', text);
  }
});

test('comments, empty lines and continued lines keep the numbers of the lines right', () => {
  const source = '\ufeff# first\r\n\r\na==1 \\\r\n  --hash=sha256:00\r\n  # again \\\r\nb==2\r\n';
  assert.deepEqual(
    parseRequirements(source).map(({ line, name }) => [line, name]),
    [
      [3, 'a'],
      [6, 'b'],
    ],
  );
});
