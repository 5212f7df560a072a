/** A model as TorchServe would serve it: which module handles it, and who loads its weights. */

import { defaultHandlers, serverHandlers } from '../contract/handlers.ts';
import type { ManifestModel } from '../contract/model.ts';
import { bindsName, type PythonClass, type PythonOutline } from '../python/outline.ts';
import { readPython } from './entry-content.ts';
import type { Subject, SubjectEntry } from './rule.ts';

export type ServedHandler =
  /** A module of the server's own. */
  | { readonly kind: 'server'; readonly name: string }
  /** A Python file in the archive; `member` is what stands after the colon. */
  | {
      readonly kind: 'file';
      readonly entry: SubjectEntry;
      readonly module: string;
      readonly member: string | null;
    }
  | { readonly kind: 'lsp'; readonly library: string; readonly member: string | null }
  /** No such file: for the rules that look at the manifest. */
  | { readonly kind: 'missing' };

export function modelOf(subject: Subject): ManifestModel {
  const { model } = subject.manifest;
  return typeof model === 'object' && model !== null ? model : {};
}

/** A file that the manifest names, or null where it names none or it isn't there. */
export function namedEntry(subject: Subject, field: keyof ManifestModel): SubjectEntry | null {
  const name = modelOf(subject)[field];
  return typeof name === 'string' && name !== '' ? (subject.find(name) ?? null) : null;
}

/** As ts/model_loader.py takes the value apart: cut at the first colon, drop ".py", keep what is after the last slash. */
export function servedHandler(subject: Subject): ServedHandler {
  const { handler } = modelOf(subject);
  if (typeof handler !== 'string' || handler === '') return { kind: 'missing' };
  const colon = handler.indexOf(':');
  const before = colon === -1 ? handler : handler.slice(0, colon);
  const member = colon === -1 ? null : handler.slice(colon + 1);
  if (subject.manifest.runtime === 'LSP') return { kind: 'lsp', library: before, member };

  // The model's folder comes first on the path, so a file of its own hides the server's module.
  const { module, files } = handlerModule(handler);
  const entry = files.map((file) => subject.find(file)).find((found) => found !== undefined);
  if (entry) return { kind: 'file', entry, module, member };
  const known = [...defaultHandlers.python, ...serverHandlers];
  return known.includes(handler) ? { kind: 'server', name: handler } : { kind: 'missing' };
}

/** The module that Python imports, and the files of the archive that it may come from. */
export function handlerModule(handler: string): {
  readonly module: string;
  readonly files: readonly string[];
} {
  const before = (handler.split(':', 1)[0] ?? '').replace(/\.py$/, '');
  const slash = before.lastIndexOf('/');
  const module = before.slice(slash + 1);
  // What stands before the last slash goes to Python's path, but only beside a colon.
  const folder = slash > 0 && handler.includes(':') ? `${before.slice(0, slash)}/` : '';
  const path = module.replaceAll('.', '/');
  const places = folder === '' ? [''] : [folder, ''];
  return { module, files: places.flatMap((at) => [`${at}${path}.py`, `${at}${path}/__init__.py`]) };
}

/** The classes of ts.torch_handler that load weights the way BaseHandler does. */
const loadingBases = new Set([
  'BaseHandler',
  'VisionHandler',
  'TextHandler',
  'ImageClassifier',
  'ImageSegmenter',
  'ObjectDetector',
  'TextClassifier',
  'DaliHandler',
  'DALIImageClassifier',
]);
const loadingModules = [
  'base_handler',
  'vision_handler',
  'text_handler',
  'image_classifier',
  'image_segmenter',
  'object_detector',
  'text_classifier',
  'dali_handler',
  'dali_image_classifier',
];
/** Bases that bring neither a handle nor an initialize. */
export const plainBases: readonly string[] = ['object', 'ABC', 'abc.ABC'];
const ownLoaders = ['_load_torchscript_model', '_load_pickled_model'];

/** Whether BaseHandler.initialize runs for sure, unaltered, so that its rules for weights hold. */
export async function isLoadedByBase(subject: Subject): Promise<boolean> {
  const handler = servedHandler(subject);
  if (handler.kind === 'server') return loadingModules.includes(handler.name);
  if (handler.kind !== 'file') return false;
  const { outline } = await readPython(handler.entry);
  const [only, ...others] = outline.classes;
  const hasFunction = bindsName(outline, handler.member ?? 'handle') !== 'no';
  return only !== undefined && others.length === 0 && !hasFunction && inheritsLoading(only, outline);
}

function inheritsLoading(one: PythonClass, outline: PythonOutline): boolean {
  const bases = one.bases.filter((base) => !plainBases.includes(base));
  if (one.altered || bases.length !== 1 || one.conditional) return false;
  if (!isServerClass(bases[0] ?? '', outline)) return false;
  if (ownLoaders.some((name) => one.members.includes(name))) return false;
  if (!one.members.includes('initialize')) return true;
  const initialize = one.methods.find(({ name }) => name === 'initialize');
  return initialize !== undefined && alwaysCallsBase(initialize.source);
}

/** `BaseHandler` from ts.torch_handler.base_handler, under that name or through its module. */
function isServerClass(base: string, outline: PythonOutline): boolean {
  const name = base.split('.').at(-1) ?? '';
  if (!loadingBases.has(name)) return false;
  return outline.imports.some(({ module, names, bound }) => {
    if (!module.startsWith('ts.torch_handler')) return false;
    return base === name ? names.includes(name) && bound.includes(name) : true;
  });
}

/** A call of the base's initialize that stands in the body itself, under no condition. */
function alwaysCallsBase(source: string): boolean {
  const lines = source.split('\n').slice(1);
  const indents = lines
    .filter((line) => line.trim() !== '')
    .map((line) => /^\s*/.exec(line)?.[0].length ?? 0);
  const body = indents.reduce((least, indent) => Math.min(least, indent), Infinity);
  return lines.some((line) => {
    const indent = /^\s*/.exec(line)?.[0].length ?? 0;
    return indent === body && /^(super\(.*\)|\w+)\.initialize\(/.test(line.trim());
  });
}
