/** Which field a file goes to that was dropped or brought along: guessed by its name, and said so. */
import type { Identified } from '../../../core/contract/api.ts';
import { modelNameRule, type Role } from '../../../core/contract/model.ts';
import { addExtras, baseName, type FileFieldName, type PackForm } from './pack-form.ts';

export const sections = ['model', 'handler', 'extras', 'config', 'output'] as const;
export type Section = (typeof sections)[number];

export interface Placed {
  readonly path: string;
  readonly field: FileFieldName | 'extras' | 'exportPath';
}

export interface Guess {
  readonly form: PackForm;
  readonly placed: readonly Placed[];
  /** Whether the model's name was taken from a file's. */
  readonly isNameGuessed: boolean;
  /** What could not be taken, and why. */
  readonly refused: readonly Identified[];
}

const fieldOfRole: Readonly<Partial<Record<Role, FileFieldName>>> = {
  weights: 'serializedFile',
  model: 'modelFile',
  handler: 'handlerFile',
  config: 'configFile',
  requirements: 'requirementsFile',
};

/** A file dropped on a section goes to a field of that section; anywhere else its name decides alone. */
export function placeFiles(form: PackForm, found: readonly Identified[], section: Section | null): Guess {
  const placed: Placed[] = [];
  const refused: Identified[] = [];
  let next = form;
  for (const item of found) {
    const wanted = fieldFor(item, section);
    if (wanted === null) {
      refused.push(item);
      continue;
    }
    const isTaken = placed.some(({ field }) => field === wanted);
    const field = isTaken && wanted !== 'extras' && wanted !== 'exportPath' ? 'extras' : wanted;
    next = put(next, field, item.path);
    placed.push({ path: item.path, field });
  }
  const name = next.modelName === '' ? nameFrom(placed) : null;
  return {
    form: name === null ? next : { ...next, modelName: name },
    placed,
    refused,
    isNameGuessed: name !== null,
  };
}

function fieldFor(item: Identified, section: Section | null): Placed['field'] | null {
  if (item.is === 'missing' || item.is === 'unreadable') return null;
  const isFolder = item.is === 'folder' || item.is === 'model folder';
  if (section === 'output') return isFolder ? 'exportPath' : null;
  if (isFolder || section === 'extras') return 'extras';
  const isPython = /\.py$/i.test(item.name);
  if (section === 'handler') return isPython || /\.(so|dylib)$/i.test(item.name) ? 'handlerFile' : null;
  if (section === 'model') return isPython ? 'modelFile' : 'serializedFile';
  if (section === 'config') return /\.ya?ml$/i.test(item.name) ? 'configFile' : 'requirementsFile';
  return (item.role === null ? undefined : fieldOfRole[item.role]) ?? 'extras';
}

function put(form: PackForm, field: Placed['field'], path: string): PackForm {
  if (field === 'extras') return addExtras(form, [path]);
  if (field === 'exportPath') return { ...form, output: { ...form.output, exportPath: path } };
  if (field === 'handlerFile') return { ...form, handlerFile: path, handlerFrom: 'file' };
  return { ...form, [field]: path };
}

/** Weights are mostly called as the model is. */
function nameFrom(placed: readonly Placed[]): string | null {
  const weights = placed.find(({ field }) => field === 'serializedFile');
  if (weights === undefined) return null;
  const name = baseName(weights.path).replace(/\.[^.]*$/, '');
  return modelNameRule.test(name) ? name : null;
}

const fieldWords: Readonly<Record<Placed['field'], string>> = {
  serializedFile: 'weights',
  modelFile: 'model file',
  handlerFile: 'handler',
  configFile: 'config file',
  requirementsFile: 'requirements',
  extras: 'extra file',
  exportPath: 'output folder',
};

/** "digits.pt as weights, handler.py as handler, and 3 extra files". */
export function wordsOfPlaced(placed: readonly Placed[]): string {
  const single = placed.filter(({ field }) => field !== 'extras');
  const extras = placed.filter(({ field }) => field === 'extras');
  const words = single.map(({ path, field }) => `${baseName(path)} as ${fieldWords[field]}`);
  const [only] = extras;
  if (extras.length === 1 && only) words.push(`${baseName(only.path)} as extra file`);
  else if (extras.length > 1) words.push(`${extras.length} extra files`);
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
