import assert from 'node:assert/strict';
import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { scratchFolder } from '../support/scratch.ts';
import { marStudio, recipePath, root } from './command-line.ts';

interface Misuse {
  readonly args: readonly string[];
  readonly says: RegExp;
  readonly hints: RegExp;
}

const complete = ['pack', '--model-name', 'm', '--version', '1', '--handler', 'base_handler'];

const misuses: Readonly<Record<string, Misuse>> = {
  'no command': { args: [], says: /no command/, hints: /--help/ },
  'a misspelt command': { args: ['pakc'], says: /no command pakc/, hints: /mar-studio pack\?/ },
  'a word that is near no command': { args: ['frobnicate'], says: /frobnicate/, hints: /--help/ },
  'an option where the command belongs': { args: ['--force', 'pack'], says: /--force/, hints: /--help/ },
  'a misspelt option': {
    args: [...complete, '--modle-file', 'x'],
    says: /--modle-file/,
    hints: /--model-file\?/,
  },
  'an option with the wrong separator': {
    args: [...complete, '--export_path', 'x'],
    says: /--export_path/,
    hints: /--export-path\?/,
  },
  'the beginning of an option': {
    args: [...complete, '--serialized', 'x'],
    says: /--serialized/,
    hints: /--serialized-file\?/,
  },
  'an option that is near none': {
    args: [...complete, '--quantize'],
    says: /--quantize/,
    hints: /pack --help/,
  },
  'an unknown short option': { args: [...complete, '-fx'], says: /no option -x/, hints: /pack --help/ },
  'a missing value at the end': {
    args: [...complete, '--model-file'],
    says: /--model-file needs a value/,
    hints: /--model-file FILE/,
  },
  'a missing value before another option': {
    args: [...complete, '--model-file', '--force'],
    says: /--model-file needs a value/,
    hints: /--model-file=FILE/,
  },
  'a value for a switch': {
    args: [...complete, '--force=yes'],
    says: /--force takes no value/,
    hints: /alone/,
  },
  'a misspelt choice': {
    args: [...complete, '--archive-format', 'tzg'],
    says: /default, zip-store, tgz or no-archive, not "tzg"/,
    hints: /did you mean tgz\?/,
  },
  'a choice that is near none': {
    args: [...complete, '--runtime', 'rust'],
    says: /python, python3 or LSP/,
    hints: /--help/,
  },
  'a level out of range': {
    args: [...complete, '--level', '10'],
    says: /--level .* 1 to 9, not "10"/,
    hints: /small/,
  },
  'an empty level': { args: [...complete, '--level='], says: /--level/, hints: /small/ },
  'a stray word': {
    args: [...complete, 'model.pt'],
    says: /"model.pt" belongs to no option/,
    hints: /options only/,
  },
  'an unquoted pattern': {
    args: [...complete, '--extra-files', 'a.json', 'b.json'],
    says: /"b.json"/,
    hints: /commas/,
  },
  'all that is missing, at once': {
    args: ['pack'],
    says: /needs --model-name, --version and --handler/,
    hints: /--recipe/,
  },
  'what is missing beside the rest': {
    args: ['pack', '--version', '1', '--model-name', 'm'],
    says: /needs --handler$/,
    hints: /--recipe/,
  },
  'an output that is a file': {
    args: [...complete, '--output', 'x.mar'],
    says: /--output takes -/,
    hints: /--export-path and --model-name/,
  },
  'a stream and a folder': {
    args: [...complete, '--output', '-', '--export-path', 'x'],
    says: /--export-path/,
    hints: /one of the two/,
  },
  'a plan that streams': {
    args: [...complete, '--dry-run', '--output', '-'],
    says: /--output/,
    hints: /one of the two/,
  },
  'a recipe that is not there': {
    args: ['pack', '--recipe', 'none.yaml'],
    says: /recipe none.yaml/,
    hints: /path/,
  },
  'a misspelt --version': { args: ['--verison'], says: /--verison/, hints: /mar-studio --version\?/ },
  'help about no command': { args: ['help', 'pakc'], says: /no command pakc/, hints: /mar-studio pack\?/ },
  'a recipe that is no text': {
    args: ['pack', '--recipe', process.execPath],
    says: /too large/,
    hints: /YAML or JSON/,
  },
  'a recipe that is a folder': {
    args: ['pack', '--recipe', '.'],
    says: /recipe \. is a folder/,
    hints: /file/,
  },
};

for (const [name, { args, says, hints }] of Object.entries(misuses)) {
  test(`misuse: ${name} is answered by one line and a hint, with exit code 2`, async (t) => {
    const cwd = await scratchFolder(t);
    const { code, stdout, stderr } = await marStudio(args, { cwd });
    assert.equal(code, 2);
    assert.equal(stdout, '');
    const [error = '', hint = '', ...rest] = stderr.trimEnd().split('\n');
    assert.match(error, /^error [A-Z_]+: ./);
    assert.match(hint, /^hint: ./);
    assert.deepEqual(rest, []);
    assert.match(error, says);
    assert.match(hint, hints);
    assert.deepEqual(await readdir(cwd), []);
  });

  test(`misuse: ${name} is, with --json, one document on standard output and nothing else`, async (t) => {
    const cwd = await scratchFolder(t);
    const { code, stdout, stderr } = await marStudio(['--json', ...args], { cwd });
    assert.equal(code, 2);
    assert.equal(stderr, '');
    const document = JSON.parse(stdout);
    assert.deepEqual(Object.keys(document), ['schema', 'code', 'message', 'hint', 'path']);
    assert.equal(document.schema, 'mar-studio.error/1');
  });
}

test('a stream and --json both want standard output, so they are refused together', async () => {
  const { code, stdout } = await marStudio([...complete, '--output', '-', '--json']);
  assert.equal(code, 2);
  assert.match(JSON.parse(stdout).message, /--json/);
});

test('a recipe with an unknown key is refused with line, column and the key that was meant', async (t) => {
  const cwd = await scratchFolder(t);
  await writeFile(join(cwd, 'r.yaml'), 'model-name: m\nversoin: "1"\n');
  const { code, stderr } = await marStudio(['pack', '--recipe', 'r.yaml'], { cwd });
  assert.equal(code, 2);
  assert.match(stderr, /^error RECIPE_INVALID: r\.yaml:2:1: /);
  assert.match(stderr, /did you mean version\?/);
});

test('a stack trace appears with --debug, and only then', async () => {
  const args = ['pack', '--recipe', join(root, 'none.yaml')];
  assert.doesNotMatch((await marStudio(args)).stderr, /^ {4}at /m);
  const { stderr } = await marStudio([...args, '--debug']);
  assert.match(stderr, /^ {4}at /m);
  assert.match(stderr, /caused by .*ENOENT/);
});

test('every spelling of an option means the same', async () => {
  const spellings = [
    ['--version', '7.0', '--force'],
    ['--version=7.0', '-f'],
    ['-v', '7.0', '-f'],
    ['-v7.0', '-f'],
    ['-v=7.0', '-f'],
    ['-fv', '7.0'],
    ['-fv7.0'],
    ['-v', '1', '-f', '--version', '7.0'],
  ];
  for (const spelling of spellings) {
    const { code, stdout } = await marStudio([
      'pack',
      '--recipe',
      recipePath,
      '--dry-run',
      '--json',
      ...spelling,
    ]);
    assert.equal(code, 0, spelling.join(' '));
    assert.equal(JSON.parse(stdout).manifest.model.modelVersion, '7.0', spelling.join(' '));
  }
});

test('what follows -- is no option', async () => {
  const { code, stderr } = await marStudio([...complete, '--', '--json']);
  assert.equal(code, 2);
  assert.match(stderr, /"--json" belongs to no option/);
});
