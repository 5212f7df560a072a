/**
 * A recipe: the flags of `pack` in a YAML or JSON file, its paths relative to the file. `force` is no part of
 * it: a recipe says what an archive holds, and whether an older one may go is decided by whoever runs it.
 */
import path from 'node:path';
import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  type YAMLError,
} from 'yaml';
import { Problem } from '../contract/errors.ts';
import { archiveFormats, compressions, type PackInput, runtimes } from '../contract/model.ts';
import { nearest } from '../suggest.ts';
import { parseExtraFiles } from './extra-files.ts';
import { resolveExtraFile, resolveHandler, resolvePath } from './recipe-paths.ts';

/** What a recipe says; its paths are resolved against its folder. Flags are spread over it and win. */
export type Recipe = Partial<Omit<PackInput, 'force'>>;

type Kind = 'text' | 'handler' | 'path' | 'extra files' | 'level' | 'switch' | readonly string[];

/** The keys, in the order in which they are written. */
export const recipeKeys = {
  'model-name': { field: 'modelName', kind: 'text' },
  version: { field: 'version', kind: 'text' },
  handler: { field: 'handler', kind: 'handler' },
  'serialized-file': { field: 'serializedFile', kind: 'path' },
  'model-file': { field: 'modelFile', kind: 'path' },
  'extra-files': { field: 'extraFiles', kind: 'extra files' },
  runtime: { field: 'runtime', kind: runtimes },
  'export-path': { field: 'exportPath', kind: 'path' },
  'archive-format': { field: 'archiveFormat', kind: archiveFormats },
  'requirements-file': { field: 'requirementsFile', kind: 'path' },
  'config-file': { field: 'configFile', kind: 'path' },
  compression: { field: 'compression', kind: compressions },
  level: { field: 'level', kind: 'level' },
  reproducible: { field: 'reproducible', kind: 'switch' },
} as const satisfies Record<string, { field: keyof Recipe; kind: Kind }>;

const notInRecipe: Readonly<Record<string, string>> = {
  force: 'whether to replace an older archive is decided when packing: use --force',
  output: 'where a stream goes is decided when packing: use --output',
  'dry-run': 'use --dry-run',
};

/** Reads a recipe's text. `recipePath` is named in problems, and its folder is where relative paths start. */
export function parseRecipe(text: string, recipePath: string): Recipe {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const refuseAt = (offset: number, detail: string, suggestion?: string): Problem => {
    const { line, col } = lines.linePos(offset);
    const data = { path: recipePath, line, column: col, detail };
    return Problem.of('RECIPE_INVALID', suggestion === undefined ? data : { ...data, suggestion });
  };
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault) {
    throw refuseAt(fault.pos[0], faultSentence(fault));
  }
  if (!isMap(document.contents)) {
    throw refuseAt(document.contents?.range?.[0] ?? 0, 'a recipe is a map of keys and values');
  }

  const recipe: Record<string, unknown> = {};
  for (const { key, value } of document.contents.items) {
    const at = (key as Node).range?.[0] ?? 0;
    const name = String((key as Scalar).value);
    if (!Object.hasOwn(recipeKeys, name)) throw refuseAt(at, ...unknownKey(name));
    const { field, kind } = recipeKeys[name as keyof typeof recipeKeys];
    const node = value as Node | null;
    const refuse: Refuse = (detail, suggestion, culprit = node) =>
      refuseAt(culprit?.range?.[0] ?? at, `${name} ${detail}`, suggestion);
    recipe[field] = readValue(kind, node, path.dirname(recipePath), refuse);
  }
  return recipe;
}

function faultSentence({ code, message }: YAMLError): string {
  if (code === 'MULTIPLE_DOCS') return 'a recipe is one document, and here a second one begins';
  if (code === 'DUPLICATE_KEY') return 'this key stands here for the second time';
  return message.charAt(0).toLowerCase() + message.slice(1);
}

type Refuse = (detail: string, suggestion?: string, culprit?: Node | null) => Problem;

function unknownKey(name: string): [detail: string, suggestion: string] {
  if (Object.hasOwn(notInRecipe, name)) {
    return [`${name} can't be part of a recipe`, notInRecipe[name] as string];
  }
  const keys = Object.keys(recipeKeys);
  const meant = nearest(name, keys);
  return [
    `${JSON.stringify(name)} is not a key of a recipe`,
    meant === null ? `the keys are ${keys.join(', ')}` : `did you mean ${meant}?`,
  ];
}

function readValue(kind: Kind, node: Node | null, folder: string, refuse: Refuse): unknown {
  switch (kind) {
    case 'text':
      return readText(node, refuse);
    case 'handler':
      return resolveHandler(folder, readString(node, refuse));
    case 'path':
      return resolvePath(folder, readString(node, refuse));
    case 'extra files':
      return readExtraFiles(node, refuse).map((item) => resolveExtraFile(folder, item));
    case 'level':
      return readLevel(node, refuse);
    case 'switch':
      if (isScalar(node) && typeof node.value === 'boolean') return node.value;
      throw refuse('must be true or false');
    default:
      return readChoice(node, kind, refuse);
  }
}

/** A version such as 1.10 is a number to YAML, but its digits are what was meant. */
function readText(node: Node | null, refuse: Refuse): string {
  if (isScalar(node) && typeof node.value === 'number') return node.source ?? String(node.value);
  return readString(node, refuse);
}

function readString(node: Node | null, refuse: Refuse): string {
  if (isScalar(node) && typeof node.value === 'string') return node.value;
  throw refuse(node === null || (isScalar(node) && node.value === null) ? 'has no value' : 'must be a text');
}

function readLevel(node: Node | null, refuse: Refuse): number {
  const value = isScalar(node) ? node.value : null;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 9) return value;
  throw refuse('must be a whole number from 1 to 9');
}

function readChoice(node: Node | null, choices: readonly string[], refuse: Refuse): string {
  const value = readString(node, refuse);
  if (choices.includes(value)) return value;
  const meant = nearest(value, choices);
  throw refuse(
    `can't be ${JSON.stringify(value)}`,
    meant === null ? `choose one of ${choices.join(', ')}` : `did you mean ${meant}?`,
  );
}

/** Items as they stand in the recipe. A single text is a comma list, as on the command line. */
function readExtraFiles(node: Node | null, refuse: Refuse): string[] {
  const items = isSeq(node)
    ? node.items.map((item) => {
        if (isScalar(item) && typeof item.value === 'string') return { text: item.value, item };
        throw refuse('must be a list of texts', undefined, item as Node | null);
      })
    : readString(node, refuse)
        .split(',')
        .map((text) => ({ text, item: node }));
  const meant = items.filter(({ text }) => text.trim() !== '');
  for (const { text, item } of meant) {
    try {
      parseExtraFiles([text]);
    } catch (error) {
      if (error instanceof Problem) throw refuse(`is wrong: ${error.message}`, error.hint, item);
      throw error;
    }
  }
  return meant.map(({ text }) => text.trim());
}
