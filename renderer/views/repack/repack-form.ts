/** The fields of the screen that makes a new archive from an old one, and the input that they make. */

import type { ProblemData } from '../../../core/contract/api.ts';
import { needsView } from '../../../core/contract/mending.ts';
import { type Manifest, modelNameRule, type RepackInput, type View } from '../../../core/contract/model.ts';
import { checkPath, type FieldMessage } from '../../forms/messages.ts';
import { emptyOutput, type OutputForm, option, outputInput, outputWords } from '../../forms/output-form.ts';
import { hintOf } from '../../forms/screen-hints.ts';
import { commandLine, sentence } from '../../parts/words.ts';

export type Change = { readonly is: 'replaced'; readonly file: string } | { readonly is: 'removed' };

export interface AddedRow {
  readonly id: number;
  readonly file: string;
  readonly name: string;
}

export interface RepackForm {
  /** By dotted path into the manifest; only what differs from the old one. */
  readonly set: Readonly<Record<string, string>>;
  /** By the name of an entry, or of a folder that goes with all that is in it. */
  readonly changes: ReadonlyMap<string, Change>;
  readonly added: readonly AddedRow[];
  readonly view: View | null;
  /** Null while the suggested one is fine. */
  readonly fileName: string | null;
  readonly output: OutputForm;
}

export const emptyRepack: RepackForm = {
  set: {},
  changes: new Map(),
  added: [],
  view: null,
  fileName: null,
  output: emptyOutput,
};

export interface ManifestField {
  readonly path: string;
  readonly value: string;
}

/** The texts of a manifest that can be set anew, those of the model first. */
export function manifestFields(manifest: Manifest | null): readonly ManifestField[] {
  const model: unknown = manifest?.model;
  const inModel = typeof model === 'object' && model !== null ? texts(model, 'model.') : [];
  // What the model is called and which version it is can be given even where the old manifest lacks it.
  for (const path of ['model.modelVersion', 'model.modelName']) {
    if (!inModel.some((field) => field.path === path)) inModel.unshift({ path, value: '' });
  }
  return [...inModel, ...texts(manifest ?? {}, '')];
}

function texts(from: object, prefix: string): ManifestField[] {
  return Object.entries(from)
    .filter(([, value]) => typeof value === 'string')
    .map(([key, value]) => ({ path: `${prefix}${key}`, value: value as string }));
}

/** What was typed back to the old value is no change. */
export function setField(form: RepackForm, { path, value: old }: ManifestField, value: string): RepackForm {
  const { [path]: _, ...others } = form.set;
  return { ...form, set: value === old ? others : { ...others, [path]: value } };
}

export function changeEntry(form: RepackForm, names: readonly string[], change: Change | null): RepackForm {
  const changes = new Map(form.changes);
  for (const name of names) {
    if (change === null) changes.delete(name);
    else changes.set(name, change);
  }
  return { ...form, changes };
}

/** What becomes of an entry: by itself, or with a folder above it. */
export function changeOf(name: string, changes: ReadonlyMap<string, Change>): Change | null {
  const own = changes.get(name);
  if (own !== undefined || changes.size === 0) return own ?? null;
  for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1)) {
    if (changes.get(name.slice(0, at))?.is === 'removed') return { is: 'removed' };
  }
  return null;
}

export function hasContentChange({ changes, added }: RepackForm): boolean {
  return changes.size > 0 || added.length > 0;
}

/** Model and version, so that the new archive lies beside the old one in a store; never the old one's own name. */
export function suggestFileName(model: string, version: string, oldPath: string): string {
  const part = (text: string) => text.replace(/[^A-Za-z0-9_.-]+/g, '-').replace(/\.{2,}/g, '.');
  const name = [part(model).slice(0, 100), part(version).slice(0, 50)]
    .filter(Boolean)
    .join('-')
    .replace(/^[._-]+/, '');
  const old = oldPath.split(/[\\/]/).at(-1) ?? '';
  return old.replace(/\.(?:mar|model|tar\.gz|tgz|zip)$/i, '') === name ? `${name}-new` : name;
}

export function toRepackInput(form: RepackForm, suggestedName?: string): RepackInput {
  const fileName = form.fileName ?? suggestedName;
  const replace: Record<string, string> = {};
  const remove: string[] = [];
  for (const [name, change] of form.changes) {
    if (change.is === 'removed') remove.push(name);
    else replace[name] = change.file;
  }
  const rows = form.added.filter(({ file }) => file.trim() !== '');
  const add = Object.fromEntries(rows.map(({ file, name }) => [name.trim(), file.trim()]));
  return {
    ...(Object.keys(form.set).length === 0 ? {} : { set: form.set }),
    ...(Object.keys(replace).length === 0 ? {} : { replace }),
    ...(rows.length === 0 ? {} : { add }),
    ...(remove.length === 0 ? {} : { remove }),
    ...(form.view === null ? {} : { view: form.view }),
    ...(fileName === undefined ? {} : { fileName: fileName.trim() }),
    ...outputInput(form.output),
  };
}

export function repackCommand(path: string, input: RepackInput): string {
  const { set = {}, replace = {}, add = {}, remove = [], view, fileName } = input;
  return commandLine(
    'repack',
    path,
    ...Object.entries(set).flatMap(([field, text]) => option('--set', `${field}=${text}`)),
    ...Object.entries(replace).flatMap(([entry, file]) => option('--replace', `${entry}=${file}`)),
    ...Object.entries(add).flatMap(([entry, file]) => option('--add', `${file}=>${entry}`)),
    ...remove.flatMap((entry) => option('--remove', entry)),
    ...option('--view', view),
    ...option('--file-name', fileName),
    ...outputWords(input),
  );
}

export const addedField = (id: number) => `added-${id}`;

export function checkRepack(form: RepackForm, names: ReadonlySet<string>, modelName: string): FieldMessage[] {
  const messages: FieldMessage[] = [];
  const say = (field: string, words: string) => messages.push({ field, words });
  const name = form.set['model.modelName'] ?? modelName;
  if (!modelNameRule.test(name)) {
    say('model.modelName', 'Start with a letter or a digit, then use letters, digits, "_", "-" and ".".');
  }
  const given = new Set<string>();
  for (const row of form.added) {
    const field = addedField(row.id);
    const entry = row.name.trim();
    if (row.file.trim() === '') say(field, 'Choose a file, or remove this row.');
    else if (entry === '') say(field, 'Give it a name in the archive.');
    else if (given.has(entry)) say(field, 'Another added file has this name already.');
    else if (names.has(entry)) say(field, 'The archive has an entry of this name; replace that one instead.');
    else messages.push(...checkPath(field, row.file));
    given.add(entry);
  }
  const fileName = form.fileName?.trim() ?? 'fine';
  if (!modelNameRule.test(fileName) || fileName.includes('..')) {
    say('fileName', 'Start with a letter or a digit, then use letters, digits, "_", "-" and single dots.');
  }
  if (form.output.exportPath.trim() === '')
    say('exportPath', 'Choose the folder that receives the new archive.');
  else messages.push(...checkPath('exportPath', form.output.exportPath));
  return messages;
}

export function repackFieldOf({ code, path }: ProblemData, form: RepackForm): string | null {
  if (code === 'MODEL_NAME') return 'model.modelName';
  if (code === 'VIEW_UNKNOWN' || needsView({ code, path })) return 'view';
  if (/^(?:OUTPUT_(?:EXISTS|TYPE|IS_INPUT|NOT_MODEL)|EXPORT_PATH|IO_NO_SPACE|IO_READ_ONLY)$/.test(code))
    return 'exportPath';
  if (path === null) return null;
  if (path === form.output.exportPath.trim()) return 'exportPath';
  const row = form.added.find(({ file, name }) => path === file.trim() || path === name.trim());
  return row === undefined ? null : addedField(row.id);
}

export function repackMessage(problem: ProblemData, form: RepackForm): FieldMessage | null {
  const field = repackFieldOf(problem, form);
  const words = [problem.message, hintOf(problem)].filter((part) => part !== '').map(sentence);
  return field === null ? null : { field, words: words.join(' ') };
}
