/** Where we answer otherwise than torch-model-archiver, on purpose. */
import { execFile } from 'node:child_process';
import { symlink, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { extra, packing, type ReferenceCase, tree, unwanted } from './reference-case.ts';

const run = promisify(execFile);

export const byDesign: readonly ReferenceCase[] = [
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
