/**
 * Makes the archives that the application is tried with: the example model, its next version, and one that is made
 * to deceive. The same bytes on every machine.
 */
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { pack } from '../core/pack.ts';
import { readRecipe } from '../core/recipe-file.ts';
import { repack } from '../core/repack.ts';

const example = fileURLToPath(new URL('../examples/digits/', import.meta.url));

export async function makeSamples(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const work = await mkdtemp(join(tmpdir(), 'mar-studio-'));
  try {
    const first = join(folder, 'digits-1.0.mar');
    const recipe = await readRecipe(join(example, 'recipe.yaml'));
    const packed = await pack({
      modelName: '',
      version: '',
      handler: '',
      ...recipe,
      exportPath: work,
      force: true,
    });
    await rename(packed.output, first);
    await rename(await makeNext(first, work), join(folder, 'digits-1.1.mar'));
    await writeFile(join(folder, 'hostile.mar'), deceive(await readFile(first)));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Each change is of another kind, as in a release. */
const changes: Readonly<Record<string, readonly (readonly [from: string, to: string])[]>> = {
  'handler.py': [
    ['self.top', 'self.best'],
    ['import base64\n', 'import base64\nimport logging\n'],
  ],
  'model-config.yaml': [['batchSize: 8', 'batchSize: 16']],
  'index_to_name.json': [['"seven"', '"seven (7)"']],
  'requirements.txt': [['torchvision==0.23.0', 'torchvision==0.22.1']],
};

async function makeNext(first: string, work: string): Promise<string> {
  const replace: Record<string, string> = {};
  for (const [name, pairs] of Object.entries(changes)) {
    let text = await readFile(join(example, name), 'utf8');
    for (const [from, to] of pairs) {
      if (!text.includes(from)) throw new Error(`${name} of the example holds no ${from} any more`);
      text = text.replaceAll(from, to);
    }
    replace[name] = join(work, name);
    await writeFile(join(work, name), text);
  }
  const set = { 'model.modelVersion': '1.1' };
  const { output } = await repack(first, { set, replace, exportPath: work, reproducible: true, force: true });
  return output;
}

/** The directory names a file that would land far outside; the headers that TorchServe reads name the labels. */
function deceive(archive: Buffer): Buffer {
  const honest = Buffer.from('index_to_name.json');
  const escaping = Buffer.from('../../etc/cron.d/x');
  const bytes = Buffer.from(archive);
  const at = bytes.lastIndexOf(honest);
  if (at === -1 || at === bytes.indexOf(honest)) throw new Error('the example holds no labels any more');
  escaping.copy(bytes, at);
  return bytes;
}
