import assert from 'node:assert/strict';
import { test } from 'node:test';
import { packOptions } from '../../../cli/commands/pack-options.ts';
import { packCommand } from '../../../renderer/views/pack/pack-command.ts';

test('the command says every field, and quotes what a shell would part', () => {
  const { line, doubt } = packCommand({
    ...{
      modelName: 'digits',
      version: '1.0',
      handler: '/m/my handler.py:serve',
      serializedFile: "/m/it's.pt",
    },
    ...{ modelFile: '/m/model.py', extraFiles: ['/m/a.json', '/m/b=>data/'], runtime: 'LSP' },
    ...{ requirementsFile: '/m/r.txt', configFile: '/m/c.yaml', exportPath: '/out', archiveFormat: 'tgz' },
    ...{ compression: 'deflate', level: 9, reproducible: true, force: true },
  });
  assert.equal(doubt, null);
  assert.equal(
    line,
    "mar-studio pack --model-name digits --version 1.0 --handler '/m/my handler.py:serve' " +
      "--serialized-file '/m/it'\\''s.pt' --model-file /m/model.py --extra-files '/m/a.json,/m/b=>data/' " +
      '--requirements-file /m/r.txt --config-file /m/c.yaml --runtime LSP --export-path /out ' +
      '--archive-format tgz --compression deflate --level 9 --reproducible --force',
  );
});

test('every option that the command uses is one that pack has', () => {
  const known = new Set<string>(packOptions.flatMap(({ options }) => options.map(({ name }) => `--${name}`)));
  const { line } = packCommand({
    ...{
      modelName: 'a',
      version: '1',
      handler: 'h',
      serializedFile: '/w',
      modelFile: '/m',
      extraFiles: ['/x'],
    },
    ...{ runtime: 'LSP', exportPath: '/o', archiveFormat: 'tgz', force: true, requirementsFile: '/r' },
    ...{ configFile: '/c', compression: 'deflate', level: 1, reproducible: true },
  });
  const used = line.match(/--[a-z-]+/g) ?? [];
  assert.deepEqual(
    used.filter((name) => !known.has(name)),
    [],
  );
});

test('a value that begins with a dash stays the value of its option, and an empty one is quoted', () => {
  const { line } = packCommand({ modelName: 'a', version: '-1', handler: '' });
  assert.equal(line, "mar-studio pack --model-name a --version=-1 --handler ''");
});

test('a comma in a name becomes a question mark, and the doubt is told', () => {
  const { line, doubt } = packCommand({
    modelName: 'a',
    version: '1',
    handler: 'h',
    extraFiles: ['/a,b', '/c'],
  });
  assert.match(line, /--extra-files '\/a\?b,\/c'$/);
  assert.match(doubt ?? '', /recipe/);
});
