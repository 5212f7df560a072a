/** What is asked of torch-model-archiver and of us, and where the two answer differently on purpose. */
import { execFile } from 'node:child_process';
import { symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ArchiveFormat, PackInput } from '../../core/contract/model.ts';
import { defaultHandlers } from '../../core/mar/handlers.ts';

const run = promisify(execFile);

export interface ReferenceCase {
  readonly name: string;
  readonly input: PackInput;
  /** Beside the files that every case has; a name that ends in "/" is an empty folder. */
  readonly files?: Readonly<Record<string, string>>;
  readonly prepare?: (folder: string) => Promise<unknown>;
  /** Both refuse, and this is our code. */
  readonly refused?: string;
  readonly difference?: Difference;
}

/** Ours by design. The test fails when such a difference is gone, so the table never lies. */
export interface Difference {
  readonly reason: string;
  readonly reference: 'packs' | 'fails';
  /** The code of our problem, or the entries beside the manifest that we pack. */
  readonly ours: string | readonly string[];
}

export const commonFiles: Readonly<Record<string, string>> = {
  'model.pt': 'weights',
  'model.py': 'class Net: pass\n',
  'handler.py': 'def handle(data, context): return data\n',
  'code/handler.py': 'def handle(data, context): return None\n',
  'code/net.py': 'class Other: pass\n',
  'libs/libnet.so': '\x7fELF',
  'requirements.txt': 'pillow\n',
  'config.yaml': 'minWorkers: 1\n',
  'conf/deep.yaml': 'maxWorkers: 1\n',
  'conf/deep.txt': 'numpy\n',
  'index_to_name.json': '{"0": "cat"}',
  'a1.txt': 'one',
  'a2.txt': 'two',
  'b1.txt': 'three',
  '.hidden.txt': 'hidden',
  'out/': '',
};

const plain: PackInput = { modelName: 'net', version: '1.0', handler: 'image_classifier' };
const packing = (input: Partial<PackInput>): PackInput => ({ ...plain, ...input });
const extra = (extraFiles: string): PackInput => packing({ extraFiles });

const tree = {
  'src/top.txt': 'top',
  'src/sub/deep.txt': 'deep',
  'src/sub/deeper/deepest.txt': 'deepest',
  'src/other/deep.txt': 'another deep',
};
const unwanted = {
  ...tree,
  'src/.env': 'TOKEN=1',
  'src/.DS_Store': 'mac',
  'src/old.mar': 'PK',
  'src/cache.pyc': 'pyc',
  'src/.git/config': 'git',
  'src/__pycache__/x.pyc': 'x',
  'src/__MACOSX/y': 'y',
  'src/sub/.hidden/z': 'z',
  'src/sub/__pycache__/w': 'w',
  'src/sub/.keep': 'kept',
};

const formats: readonly ArchiveFormat[] = ['default', 'zip-store', 'tgz', 'no-archive'];
const everything = packing({
  modelName: 'All-in_1.x',
  version: '2.0-rc.1',
  handler: 'code/handler:handle',
  serializedFile: './model.pt',
  modelFile: 'code/net.py',
  extraFiles: 'src,index_to_name.json,a?.txt',
  runtime: 'python3',
  exportPath: 'out',
  requirementsFile: 'conf/deep.txt',
  configFile: 'conf/deep.yaml',
});

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

const byDesign: readonly ReferenceCase[] = [
  {
    name: 'a handler file with a function',
    input: packing({ handler: 'code/handler.py:handle' }),
    difference: {
      reason: 'TorchServe loads it, so it is packed; the reference looks for a file named handler.py:handle',
      reference: 'fails',
      ours: ['handler.py'],
    },
  },
  {
    name: "a handler in a folder with .py in the folder's name",
    input: packing({ handler: 'my.pyproj/handler' }),
    files: { 'my.pyproj/handler.py': 'x' },
    difference: {
      reason: 'the reference sees .py anywhere in the path and adds no suffix',
      reference: 'fails',
      ours: ['handler.py'],
    },
  },
  {
    name: 'a handler that only the server has',
    input: packing({ handler: 'text_handler' }),
    difference: { reason: 'the server resolves it', reference: 'fails', ours: [] },
  },
  {
    name: 'a handler with an empty function',
    input: packing({ handler: 'handler:' }),
    difference: {
      reason: 'the server would ask the module for a function without a name',
      reference: 'packs',
      ours: 'HANDLER_NAME',
    },
  },
  {
    name: 'spaces after commas',
    input: extra('a1.txt, b1.txt'),
    difference: {
      reason: 'the reference tests the unstripped text; a space after a comma is no part of a name',
      reference: 'fails',
      ours: ['a1.txt', 'b1.txt'],
    },
  },
  {
    name: 'a file that looks like a pattern',
    input: extra('f[1].txt'),
    files: { 'f[1].txt': 'literal', 'f1.txt': 'matched' },
    difference: {
      reason: 'a file that exists under exactly this name is meant; the reference takes another one',
      reference: 'packs',
      ours: ['f[1].txt'],
    },
  },
  {
    name: 'a file with a slash at its end',
    input: extra('a1.txt/'),
    difference: {
      reason: 'the reference finds it and then silently leaves it out',
      reference: 'packs',
      ours: ['a1.txt'],
    },
  },
  {
    name: 'a place of its own for a file and a folder',
    input: extra('a1.txt=>docs/first.txt,src=>data,b1.txt=>docs/'),
    files: unwanted,
    difference: {
      reason: 'source=>name is ours',
      reference: 'fails',
      ours: [
        'data/.DS_Store',
        'data/.env',
        'data/.git/config',
        'data/__MACOSX/y',
        'data/__pycache__/x.pyc',
        'data/cache.pyc',
        'data/old.mar',
        'data/other/deep.txt',
        'data/sub/.hidden/z',
        'data/sub/.keep',
        'data/sub/__pycache__/w',
        'data/sub/deep.txt',
        'data/sub/deeper/deepest.txt',
        'data/top.txt',
        'docs/b1.txt',
        'docs/first.txt',
      ],
    },
  },
  {
    name: 'different files that meet in one entry',
    input: packing({ configFile: 'config.yaml', extraFiles: 'x/config.yaml' }),
    files: { 'x/config.yaml': 'other' },
    difference: {
      reason: 'the reference silently keeps the last',
      reference: 'packs',
      ours: 'CREATE_COLLISION',
    },
  },
  {
    name: 'a manifest in an extra folder',
    input: extra('src'),
    files: { 'src/MAR-INF/MANIFEST.json': '{}' },
    difference: {
      reason: 'the reference writes two entries of one name',
      reference: 'packs',
      ours: 'CREATE_COLLISION',
    },
  },
  {
    name: 'two folders with a folder of the same name',
    input: extra('x,y'),
    files: { 'x/sub/a': 'a', 'y/sub/b': 'b' },
    difference: {
      reason: 'folders can be merged as long as no two files meet; the reference stops at the folder',
      reference: 'fails',
      ours: ['sub/a', 'sub/b'],
    },
  },
  {
    name: 'a file and a folder of one name',
    input: extra('x,y'),
    files: { 'x/data': 'file', 'y/data/b': 'b' },
    difference: {
      reason: 'both refuse by accident or design, but only ours says so; listed to hold the code',
      reference: 'fails',
      ours: 'NAME_FILE_DIR_CONFLICT',
    },
  },
  {
    name: 'a model name with a newline at its end',
    input: packing({ modelName: 'net\n' }),
    difference: {
      reason: "Python's $ matches before a newline; the file would be called net\\n.mar",
      reference: 'packs',
      ours: 'MODEL_NAME',
    },
  },
  {
    name: 'a file from before 1980',
    input: extra('a1.txt'),
    prepare: (folder) => utimes(join(folder, 'a1.txt'), 1, 1),
    difference: {
      reason: 'its time is set to 1980; the reference fails and leaves a broken archive',
      reference: 'fails',
      ours: ['a1.txt'],
    },
  },
  {
    name: 'an export path that does not exist',
    input: packing({ exportPath: 'new/folder' }),
    difference: { reason: 'it is made', reference: 'fails', ours: [] },
  },
  {
    name: '--force over an older folder with other files',
    input: packing({ archiveFormat: 'no-archive', force: true, extraFiles: 'a1.txt' }),
    files: { 'net/stale.txt': 'stale', 'net/MAR-INF/MANIFEST.json': '{}' },
    difference: {
      reason: 'the reference leaves stale files in the new model',
      reference: 'packs',
      ours: ['a1.txt'],
    },
  },
  {
    name: 'a link that leaves its folder',
    input: extra('src'),
    files: tree,
    prepare: (folder) => symlink('../model.pt', join(folder, 'src/link.pt')),
    difference: {
      reason: 'a folder from elsewhere could take any file of this machine into the archive',
      reference: 'packs',
      ours: 'CREATE_LINK',
    },
  },
  {
    name: 'a link that leaves the folder of a pattern',
    input: extra('src/*.pt'),
    files: tree,
    prepare: (folder) => symlink('../model.pt', join(folder, 'src/link.pt')),
    difference: {
      reason: 'nobody named this link by hand, so the rule for folders holds',
      reference: 'packs',
      ours: 'CREATE_LINK',
    },
  },
  {
    name: 'a link to the folder that it lies in',
    input: extra('src'),
    files: tree,
    prepare: (folder) => symlink('.', join(folder, 'src/again')),
    difference: {
      reason: 'the reference goes round until the system stops it; ours says what is wrong',
      reference: 'fails',
      ours: 'CREATE_TYPE',
    },
  },
  {
    name: 'a link that points to nothing',
    input: extra('src'),
    files: tree,
    prepare: (folder) => symlink('gone.txt', join(folder, 'src/broken')),
    difference: {
      reason: 'the reference silently leaves it out',
      reference: 'packs',
      ours: 'INPUT_MISSING',
    },
  },
  {
    name: 'a named pipe in a folder',
    input: extra('src'),
    files: tree,
    prepare: (folder) => run('mkfifo', [join(folder, 'src/pipe')]),
    difference: {
      reason: 'the reference silently leaves it out',
      reference: 'packs',
      ours: 'CREATE_TYPE',
    },
  },
  {
    name: 'an archive that lands in an extra folder',
    input: packing({ exportPath: 'src', extraFiles: 'src' }),
    files: tree,
    difference: {
      reason: 'the next run would pack the archive into itself',
      reference: 'packs',
      ours: 'OUTPUT_IS_INPUT',
    },
  },
  {
    name: 'two spellings of one Unicode name',
    input: extra('src'),
    files: { 'src/\u00e9.txt': 'one', 'src/e\u0301.txt': 'two' },
    difference: {
      reason: 'macOS would keep only one',
      reference: 'packs',
      ours: 'NAME_COLLISION_UNICODE',
    },
  },
  {
    name: 'a backslash in a name',
    input: extra('src'),
    files: { 'src/a\\b.txt': 'odd' },
    difference: {
      reason: 'a file here is a file in a folder on Windows',
      reference: 'packs',
      ours: 'PATH_BACKSLASH',
    },
  },
  {
    name: 'a control character in a name',
    input: extra('src'),
    files: { 'src/a\u0007.txt': 'bell' },
    difference: {
      reason: 'such a name deceives whoever lists the archive',
      reference: 'packs',
      ours: 'NAME_CONTROL_CHAR',
    },
  },
];

export const referenceCases: readonly ReferenceCase[] = [...agreed, ...byDesign];
