/** What two contents are, and so how they are compared: by their bytes first, by name only among texts. */
import type { ContentKind } from '../contract/diff.ts';
import type { Role } from '../contract/model.ts';
import { readImageFacts } from '../image/header.ts';
import { detectWeights, type WeightsKind } from '../weights/detect.ts';
import { isText } from './decode-text.ts';

/** As much of a content as tells what it is. */
export const startBytes = 64 * 1024;

const weights: ReadonlySet<WeightsKind> = new Set([
  'torchscript',
  'torch-zip',
  'torch-legacy',
  'torch-tar',
  'torch-package',
  'torch-export',
  'torch-unseen',
  'executorch',
  'pickle',
  'safetensors',
  'onnx',
  'gguf',
  'hdf5',
  'numpy',
  'npz',
]);

export async function kindOf(name: string, role: Role, start: Buffer): Promise<ContentKind> {
  if (readImageFacts(start) !== null) return 'image';
  // Of UTF-8 the start may end within a character.
  if (start.length > 0 && isText(start)) return kindOfText(name, role);
  const { kind } = await detectWeights(start, null);
  if (weights.has(kind) || role === 'weights') return 'weights';
  return start.length === 0 ? kindOfText(name, role) : 'binary';
}

function kindOfText(name: string, role: Role): ContentKind {
  if (role === 'requirements' || /(^|\/)requirements[^/]*\.txt$/i.test(name)) return 'requirements';
  if (/\.(json|ipynb)$/i.test(name) || role === 'manifest') return 'json';
  if (/\.ya?ml$/i.test(name)) return 'yaml';
  return 'text';
}

/** Of a pair: what both are, or what can be said of both. */
export function commonKind(before: ContentKind, after: ContentKind): ContentKind {
  if (before === after) return before;
  const texts: readonly ContentKind[] = ['text', 'json', 'yaml', 'requirements'];
  return texts.includes(before) && texts.includes(after) ? 'text' : 'binary';
}
