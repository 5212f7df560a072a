import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultHandlers } from '../../core/contract/handlers.ts';
import { everything, extra, formats, packing, type ReferenceCase, tree, unwanted } from './reference-case.ts';
import { byDesign } from './reference-differences.ts';

const agreed: readonly ReferenceCase[] = [
  ...(defaultHandlers.python ?? []).map((handler) => ({
    name: `the default handler ${handler}`,
    input: packing({ handler, serializedFile: 'model.pt' }),
  })),
  ...formats.map((archiveFormat) => ({
    name: `every flag as ${archiveFormat}`,
    input: { ...everything, archiveFormat },
    files: unwanted,
  })),
  ...formats.map((archiveFormat) => ({
    name: `--force over an older archive as ${archiveFormat}`,
    input: packing({ archiveFormat, force: true, serializedFile: 'model.pt' }),
    files:
      archiveFormat === 'no-archive'
        ? { 'net/model.pt': 'old', 'net/MAR-INF/MANIFEST.json': '{}' }
        : { 'net.mar': 'old' },
  })),
  ...formats.map((archiveFormat) => ({
    name: `names in Chinese, with accents, emoji and spaces as ${archiveFormat}`,
    input: packing({ archiveFormat, extraFiles: 'src,größe.txt' }),
    files: { 'src/模型/标签.txt': 'labels', 'src/a b.txt': 'space', 'src/🐱.json': '{}', 'größe.txt': '1' },
  })),
  { name: 'a handler file', input: packing({ handler: 'handler.py' }) },
  { name: 'a handler without .py', input: packing({ handler: 'handler' }) },
  { name: 'a handler with a function', input: packing({ handler: 'handler:handle' }) },
  { name: 'a handler in a folder', input: packing({ handler: 'code/handler.py' }) },
  { name: 'a handler in a folder without .py', input: packing({ handler: './code/handler' }) },
  { name: 'a handler in a folder with a function', input: packing({ handler: 'code/handler:handle' }) },
  {
    name: 'a default handler that has a path is a file',
    input: packing({ handler: './image_classifier' }),
    files: { 'image_classifier.py': 'mine' },
  },
  {
    name: 'a handler whose file has .py within its name',
    input: packing({ handler: 'code/handler.py.txt' }),
    files: { 'code/handler.py.txt': 'odd' },
  },
  {
    name: 'a text_handler of the user',
    input: packing({ handler: 'text_handler' }),
    files: { 'text_handler.py': 'mine' },
  },
  { name: 'the runtime python3', input: packing({ runtime: 'python3', handler: 'handler.py' }) },
  ...['BaseHandler', 'TorchScriptHandler'].map((handler) => ({
    name: `the LSP handler ${handler}`,
    input: packing({ runtime: 'LSP' as const, handler, serializedFile: 'model.pt' }),
  })),
  { name: 'an LSP library with its class', input: packing({ runtime: 'LSP', handler: 'libs/libnet:Net' }) },
  {
    name: 'an LSP library without a class, as tgz',
    input: packing({ runtime: 'LSP', handler: 'libs/libnet', archiveFormat: 'tgz' }),
  },
  { name: 'an eager model', input: packing({ modelFile: 'model.py', serializedFile: 'model.pt' }) },
  { name: 'an empty version', input: packing({ version: '' }) },
  { name: 'a version that JSON has to escape', input: packing({ version: '1"\\/\t\u007fé中🐱' }) },
  { name: 'a model name that starts with a digit', input: packing({ modelName: '1..x_-' }) },
  { name: 'empty paths', input: packing({ serializedFile: '', modelFile: '', extraFiles: '' }) },
  { name: 'an export path', input: packing({ exportPath: './out' }) },

  { name: 'one extra file', input: extra('a1.txt') },
  { name: 'a comma list', input: extra('a1.txt,conf/deep.yaml,./b1.txt') },
  { name: 'a comma at the end', input: extra('a1.txt,') },
  { name: 'commas in a row', input: extra(',a1.txt,,b1.txt') },
  { name: 'a star', input: extra('*.txt') },
  { name: 'a question mark', input: extra('?1.txt') },
  { name: 'a set', input: extra('[ax-z]1.txt') },
  { name: 'a negated set', input: extra('[!a]?.txt') },
  { name: 'a set of brackets', input: extra('[]]*'), files: { ']x': 'bracket' } },
  { name: 'a pattern without a match', input: extra('*.nope,a1.txt') },
  { name: 'a pattern for hidden names', input: extra('.h*') },
  { name: 'a pattern within a folder', input: extra('src/s*/deep*'), files: tree },
  { name: 'a pattern in the folder part', input: extra('s*/top.txt'), files: tree },
  { name: 'a pattern that ends in a slash', input: extra('src/s*/'), files: tree },
  {
    name: 'two stars are one',
    input: extra('src/**/*.txt'),
    files: { 'src/x/a.txt': 'a', 'src/b.txt': 'b' },
  },
  { name: 'a pattern that matches a folder', input: extra('src/s*'), files: tree },
  { name: 'an open bracket is itself', input: extra('f[1'), files: { 'f[1': 'open' } },
  { name: 'a folder', input: extra('src'), files: tree },
  { name: 'a folder with a slash', input: extra('./src/'), files: tree },
  { name: 'folders that meet in one', input: extra('src/sub,src/top.txt'), files: tree },
  { name: 'hidden and cache folders', input: extra('src'), files: unwanted },
  {
    name: 'a hidden folder named by hand',
    input: extra('.conf'),
    files: { '.conf/x': '1', '.conf/d/y': '2' },
  },
  { name: 'empty folders', input: extra('src'), files: { ...tree, 'src/nothing/at/all/': '' } },
  { name: 'an empty extra folder', input: extra('nothing'), files: { 'nothing/': '' } },
  { name: 'the same file twice', input: extra('a1.txt,./a1.txt') },
  {
    name: 'the handler among the extra files',
    input: packing({ handler: 'handler.py', extraFiles: 'handler.py' }),
  },
  { name: 'equal files that meet', input: extra('a1.txt,x/a1.txt'), files: { 'x/a1.txt': 'one' } },
  { name: 'more files under MAR-INF', input: extra('src'), files: { 'src/MAR-INF/notes.txt': 'mine' } },
  {
    name: 'a link to a file named by hand',
    input: packing({ serializedFile: 'link.pt', extraFiles: 'link.txt' }),
    prepare: async (folder) => {
      await symlink('model.pt', join(folder, 'link.pt'));
      await symlink('conf/deep.yaml', join(folder, 'link.txt'));
    },
  },
  {
    name: 'a link to a folder named by hand',
    input: extra('link'),
    files: tree,
    prepare: (folder) => symlink('src', join(folder, 'link')),
  },
  {
    name: 'links that stay inside their folder',
    input: extra('src'),
    files: tree,
    prepare: async (folder) => {
      await symlink('sub/deep.txt', join(folder, 'src/link.txt'));
      await symlink('../other', join(folder, 'src/sub/more'));
    },
  },

  { name: 'a missing weights file', input: packing({ serializedFile: 'no.pt' }), refused: 'INPUT_MISSING' },
  { name: 'a missing handler', input: packing({ handler: 'nothing' }), refused: 'INPUT_MISSING' },
  {
    name: 'a missing library',
    input: packing({ runtime: 'LSP', handler: 'lib:X' }),
    refused: 'INPUT_MISSING',
  },
  { name: 'a missing extra file', input: extra('a1.txt,no.txt'), refused: 'INPUT_MISSING' },
  { name: 'a missing config file', input: packing({ configFile: 'no.yaml' }), refused: 'INPUT_MISSING' },
  {
    name: 'a folder as weights',
    input: packing({ serializedFile: 'src' }),
    files: tree,
    refused: 'CREATE_TYPE',
  },
  { name: 'a bad model name', input: packing({ modelName: 'a b' }), refused: 'MODEL_NAME' },
  { name: 'an export path that is a file', input: packing({ exportPath: 'a1.txt' }), refused: 'EXPORT_PATH' },
  ...formats.map((archiveFormat) => ({
    name: `an older archive without --force as ${archiveFormat}`,
    input: packing({ archiveFormat }),
    files: { 'net.mar': 'old', 'net.tar.gz': 'old', 'net/MAR-INF/MANIFEST.json': '{}' },
    refused: 'OUTPUT_EXISTS',
  })),
];

export const referenceCases: readonly ReferenceCase[] = [...agreed, ...byDesign];
