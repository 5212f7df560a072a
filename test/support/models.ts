/** Small models from the texts of their files, in any form, for tests that compare two. */
import { join } from 'node:path';
import type { PackInput } from '../../core/contract/model.ts';
import { pack } from '../../core/pack.ts';
import { buildTree } from './tree.ts';

export type Files = Readonly<Record<string, string | Buffer>>;

export const plainFiles: Files = {
  'handler.py': 'def handle(data, context):\n    return data\n',
  'model.pt': Buffer.alloc(5000, 'weights'),
  'labels.txt': 'cat\ndog\n',
};

let turn = 0;

/** Handler, weights, config and requirements by their usual names, the rest as extra files. Returns the archive. */
export async function makeArchive(
  folder: string,
  files: Files,
  more: Partial<PackInput> = {},
): Promise<string> {
  const at = join(folder, `model-${turn++}`);
  await buildTree(at, files);
  const special = {
    handler: 'handler.py',
    serializedFile: 'model.pt',
    configFile: 'model-config.yaml',
    requirementsFile: 'requirements.txt',
  } as const;
  const fields: Record<string, string> = {};
  for (const [field, name] of Object.entries(special)) if (name in files) fields[field] = join(at, name);
  const taken = new Set<string>(Object.values(special));
  const extraFiles = Object.keys(files)
    .filter((name) => !taken.has(name))
    .map((name) => `${join(at, name)}=>${name}`);
  const input = { modelName: 'net', version: '1.0', handler: 'handler.py', extraFiles, ...fields, ...more };
  return (await pack({ ...input, exportPath: join(at, 'store') })).output;
}
