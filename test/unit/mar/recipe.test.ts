import assert from 'node:assert/strict';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import type { PackInput } from '../../../core/contract/model.ts';
import { archiveFormats, compressions, runtimes } from '../../../core/contract/model.ts';
import { parseRecipe } from '../../../core/mar/recipe.ts';
import { serializeRecipe } from '../../../core/mar/write-recipe.ts';
import { randomOf } from '../../support/random.ts';

const heading = '# mar-studio pack --recipe FILE; paths are relative to this file, flags win over it.\n';

const full: PackInput = {
  modelName: 'net',
  version: '1.10',
  handler: 'src/h.py:handle',
  serializedFile: 'weights/net.pt',
  modelFile: 'rec/net.py',
  extraFiles: ['a,b.txt', 'x/*.json', 'data=>assets/'],
  runtime: 'python3',
  exportPath: 'out',
  archiveFormat: 'tgz',
  force: true,
  requirementsFile: '/abs/r.txt',
  configFile: 'c.yaml',
  compression: 'deflate',
  level: 9,
  reproducible: true,
};

test('a recipe is written in a stable order, with paths from its own folder, and without force', () => {
  const shuffled = Object.fromEntries(Object.entries(full).reverse()) as unknown as PackInput;
  assert.equal(
    serializeRecipe(shuffled, 'rec/pack.yaml'),
    `${heading}model-name: net
version: "1.10"
handler: ../src/h.py:handle
serialized-file: ../weights/net.pt
model-file: net.py
extra-files:
  - ../a,b.txt
  - ../x/*.json
  - ../data=>assets/
runtime: python3
export-path: ../out
archive-format: tgz
requirements-file: /abs/r.txt
config-file: ../c.yaml
compression: deflate
level: 9
reproducible: true
`,
  );
});

test('a recipe that is called .json is JSON', () => {
  const text = serializeRecipe(full, 'rec/r.json');
  assert.equal(JSON.parse(text)['model-name'], 'net');
  assert.deepEqual(
    parseRecipe(text, 'rec/r.json'),
    parseRecipe(serializeRecipe(full, 'rec/r.yaml'), 'rec/r.yaml'),
  );
});

test('what is written reads back as it was', () => {
  const random = randomOf(8);
  const { pick, oneOf, text } = random;
  const pieces = [
    'a',
    'b ',
    'é',
    '模',
    '-',
    '.',
    "'",
    '"',
    '#',
    ':',
    '{',
    '&',
    '!',
    '%',
    '@',
    '🐱',
    '1',
    'null',
    'yes',
  ];
  const name = () => `x${text(pieces, pick(5)).trimEnd()}`;
  const path = () => join(oneOf(['', '..', '/abs', 'sub', 'rec', 'rec/er']), name());
  const maybe = <K extends keyof PackInput>(key: K, value: PackInput[K]) => (pick(2) ? { [key]: value } : {});
  for (let sample = 0; sample < 1000; sample++) {
    const input: PackInput = {
      modelName: name(),
      version: oneOf([
        '1.0',
        '1.10',
        '0x1',
        '1e3',
        'true',
        'null',
        '~',
        '',
        '2026-01-01',
        text(pieces, pick(6)),
      ]),
      handler: oneOf([
        'image_classifier',
        'BaseHandler',
        'text_handler',
        './text_handler',
        join('rec', 'h:f'),
        'h.py',
      ]),
      ...maybe('serializedFile', path()),
      ...maybe('modelFile', path()),
      ...maybe('extraFiles', [path(), `${path()}=>place/`, `${path()}*`]),
      ...maybe('runtime', oneOf(runtimes)),
      ...maybe('exportPath', path()),
      ...maybe('archiveFormat', oneOf(archiveFormats)),
      ...maybe('requirementsFile', path()),
      ...maybe('configFile', path()),
      ...maybe('compression', oneOf(compressions)),
      ...maybe('level', 1 + pick(9)),
      ...maybe('reproducible', pick(2) === 1),
    };
    const recipePath = oneOf(['r.yaml', 'rec/r.yaml', '../r.yaml', 'rec/er/r.yaml', './r.yaml']);
    const written = serializeRecipe(input, recipePath);
    const { version, ...others } = input;
    const expected = version === '' ? others : input;
    assert.deepEqual(
      withAbsolutePaths(parseRecipe(written, recipePath)),
      withAbsolutePaths(expected),
      written,
    );
  }
});

/** The same file may be reached by more than one relative path. */
function withAbsolutePaths(input: Partial<PackInput>): Partial<PackInput> {
  const isServers = !/[./:]/.test(input.handler ?? '');
  return Object.fromEntries(
    Object.entries(input).map(([field, value]) => {
      if (/File$|Path$/.test(field) || (field === 'handler' && !isServers))
        return [field, resolve(value as string)];
      if (field === 'extraFiles')
        return [field, (value as readonly string[]).map((item) => resolveItem(item))];
      return [field, value];
    }),
  );
}

function resolveItem(item: string): string {
  const [source = '', ...place] = item.split('=>');
  return [resolve(source), ...place].join('=>');
}

test('a recipe may be JSON, with tabs and all', () => {
  const json =
    '{\n\t"model-name": "net",\n\t"version": 1.0,\n\t"extra-files": ["a", "b/c"],\n\t"level": 3\n}\n';
  const expected = { modelName: 'net', version: '1.0', extraFiles: ['d/a', 'd/b/c'], level: 3 };
  assert.deepEqual(parseRecipe(json, 'd/r.json'), expected);
});

test('paths start at the folder of the recipe; names of handlers are no paths', () => {
  const parse = (handler: string) => parseRecipe(`handler: ${handler}`, '/r/pack.yaml').handler;
  assert.equal(parse('h.py:f'), '/r/h.py:f');
  assert.equal(parse('../h'), '/h');
  assert.equal(parse('/x/h.py'), '/x/h.py');
  assert.equal(parse('image_classifier'), 'image_classifier');
  assert.equal(parse('./image_classifier'), '/r/image_classifier');
  assert.equal(parseRecipe('handler: ./image_classifier', 'r.yaml').handler, './image_classifier');
});

test('a recipe in a folder whose name looks like a pattern still finds its files', () => {
  const { extraFiles } = parseRecipe('extra-files: [a.txt, "*.txt"]', 'v[1]/r.yaml');
  assert.deepEqual(extraFiles, ['v[1]/a.txt', 'v[[]1]/*.txt']);
});

test('extra files may be one comma list', () => {
  assert.deepEqual(parseRecipe('extra-files: "a, b=>c/,"', 'r.yaml'), { extraFiles: ['a', 'b=>c/'] });
});

test('what is wrong is told with its line and column', () => {
  const table: [text: string, place: string, detail: RegExp, hint?: RegExp][] = [
    ['model-nam: x', '1:1', /"model-nam" is not a key/, /did you mean model-name\?/],
    ['a-b-c-d: x', '1:1', /not a key/, /the keys are model-name, version/],
    ['version: 1\n\nforce: true', '3:1', /force can't be part/, /--force/],
    ['level: 10', '1:8', /level must be a whole number/],
    ['level: "6"', '1:8', /level must be/],
    ['reproducible: yes', '1:15', /must be true or false/],
    ['handler:', '1:9', /handler has no value/],
    ['handler: [a]', '1:10', /must be a text/],
    ['serialized-file: 5', '1:18', /must be a text/],
    ['version: true', '1:10', /must be a text/],
    ['runtime: pyton', '1:10', /can't be "pyton"/, /did you mean python\?/],
    ['archive-format: rar', '1:17', /can't be "rar"/, /choose one of default, zip-store/],
    ['extra-files:\n  - a\n  - {b: c}', '3:5', /list of texts/],
    ['extra-files: [a, "b=>../c"]', '1:18', /leads out of the archive/],
    ['version: 1\nversion: 2', '2:1', /second time/],
    ['version: 1\n---\nversion: 2', '2:1', /one document/],
    ['handler: !!python/object x', '1:10', /unresolved tag/i],
    ['model-name: "x', '1:15', /missing closing/i],
    ['? [a]\n: b', '1:3', /keys must be strings/],
    ['- a', '1:1', /map of keys/],
    ['', '1:1', /map of keys/],
    ['{"version": 1', '1:14', /./],
    ['__proto__: {level: 1}', '1:1', /not a key/],
    ['toString: x', '1:1', /not a key/],
  ];
  for (const [text, place, detail, hint = /./] of table) {
    const message = new RegExp(`^dir/r\\.yaml:${place}: .*${detail.source}`, detail.flags);
    assert.throws(() => parseRecipe(text, 'dir/r.yaml'), { code: 'RECIPE_INVALID', message, hint }, text);
  }
});
