import type { ArchiveFormat, PackInput } from '../../core/contract/model.ts';

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
export const packing = (input: Partial<PackInput>): PackInput => ({ ...plain, ...input });
export const extra = (extraFiles: string): PackInput => packing({ extraFiles });

export const tree = {
  'src/top.txt': 'top',
  'src/sub/deep.txt': 'deep',
  'src/sub/deeper/deepest.txt': 'deepest',
  'src/other/deep.txt': 'another deep',
};
export const unwanted = {
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

export const formats: readonly ArchiveFormat[] = ['default', 'zip-store', 'tgz', 'no-archive'];
export const everything = packing({
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
