/** The fields of the pack screen, and the input that they make. */
import { defaultHandlers } from '../../../core/contract/handlers.ts';
import { modelNameRule, type PackInput, type Runtime } from '../../../core/contract/model.ts';
import { checkPath, type FieldMessage } from '../../forms/messages.ts';
import { emptyOutput, type OutputForm, outputForm, outputInput } from '../../forms/output-form.ts';
import { sentence } from '../../parts/words.ts';

export interface ExtraRow {
  readonly id: number;
  /** A path or a pattern. */
  readonly source: string;
  /** Its name in the archive; empty for its own. */
  readonly name: string;
}

export interface PackForm {
  readonly modelName: string;
  readonly version: string;
  readonly serializedFile: string;
  readonly modelFile: string;
  readonly handlerFrom: 'server' | 'file';
  readonly serverHandler: string;
  readonly handlerFile: string;
  /** Of a library its class. */
  readonly handlerFunction: string;
  readonly runtime: Runtime;
  readonly extras: readonly ExtraRow[];
  readonly requirementsFile: string;
  readonly configFile: string;
  readonly output: OutputForm;
}

export const emptyForm: PackForm = {
  modelName: '',
  version: '1.0',
  serializedFile: '',
  modelFile: '',
  handlerFrom: 'file',
  serverHandler: '',
  handlerFile: '',
  handlerFunction: '',
  runtime: 'python',
  extras: [],
  requirementsFile: '',
  configFile: '',
  output: emptyOutput,
};

/** The fields that hold one file each. */
export const fileFields = [
  'serializedFile',
  'modelFile',
  'handlerFile',
  'requirementsFile',
  'configFile',
] as const;
export type FileFieldName = (typeof fileFields)[number];

export function handlerOf({ handlerFrom, serverHandler, handlerFile, handlerFunction }: PackForm): string {
  if (handlerFrom === 'server') return serverHandler;
  const file = handlerFile.trim();
  return file === '' || handlerFunction.trim() === '' ? file : `${file}:${handlerFunction.trim()}`;
}

export function extraItem({ source, name }: ExtraRow): string {
  const from = source.trim();
  if (name.trim() !== '') return `${from}=>${name.trim()}`;
  // The last arrow parts source and place, so a source that has one in it needs a place said: the root.
  return from.includes('=>') ? `${from}=>./` : from;
}

export function toInput(form: PackForm): PackInput {
  const { modelName, version, runtime, extras, output } = form;
  const file = (name: FileFieldName) => (form[name].trim() === '' ? {} : { [name]: form[name].trim() });
  const items = extras.filter(({ source }) => source.trim() !== '').map(extraItem);
  return {
    ...{ modelName: modelName.trim(), version: version.trim(), handler: handlerOf(form) },
    ...file('serializedFile'),
    ...file('modelFile'),
    ...(items.length === 0 ? {} : { extraFiles: items }),
    ...(runtime === 'python' ? {} : { runtime }),
    ...file('requirementsFile'),
    ...file('configFile'),
    ...outputInput(output),
  };
}

export function fromInput(input: PackInput): PackForm {
  const { modelName, version, handler, extraFiles = [], runtime = 'python' } = input;
  const items = typeof extraFiles === 'string' ? extraFiles.split(',') : extraFiles;
  return {
    ...{ modelName, version, runtime },
    ...handlerFields(handler, runtime),
    serializedFile: input.serializedFile ?? '',
    modelFile: input.modelFile ?? '',
    requirementsFile: input.requirementsFile ?? '',
    configFile: input.configFile ?? '',
    extras: items
      .map((item) => item.trim())
      .filter((item) => item !== '')
      .map((item, at) => ({ id: at + 1, ...splitItem(item) })),
    output: outputForm(input),
  };
}

type HandlerFields = Pick<PackForm, 'handlerFrom' | 'serverHandler' | 'handlerFile' | 'handlerFunction'>;

function handlerFields(handler: string, runtime: Runtime): HandlerFields {
  if (defaultHandlers[runtime].includes(handler)) {
    return { handlerFrom: 'server', serverHandler: handler, handlerFile: '', handlerFunction: '' };
  }
  const drive = /^[A-Za-z]:[/\\]/.test(handler) ? 2 : 0;
  const colon = handler.indexOf(':', drive);
  const [handlerFile, handlerFunction] =
    colon === -1 ? [handler, ''] : [handler.slice(0, colon), handler.slice(colon + 1)];
  return { handlerFrom: 'file', serverHandler: '', handlerFile, handlerFunction };
}

function splitItem(item: string): Pick<ExtraRow, 'source' | 'name'> {
  const at = item.lastIndexOf('=>');
  return at === -1
    ? { source: item, name: '' }
    : { source: item.slice(0, at).trim(), name: item.slice(at + 2).trim() };
}

export const baseName = (path: string) =>
  path
    .replace(/[\\/]+$/, '')
    .split(/[\\/]/)
    .at(-1) ?? '';

export function addExtras(form: PackForm, sources: readonly string[]): PackForm {
  const known = new Set(form.extras.map(({ source }) => source));
  const first = Math.max(0, ...form.extras.map(({ id }) => id)) + 1;
  const fresh = sources.filter((source) => source === '' || !known.has(source));
  const rows = fresh.map((source, at) => ({ id: first + at, source, name: '' }));
  return { ...form, extras: [...form.extras, ...rows] };
}

/** Whether anything would be lost with it. */
export function isEntered(form: PackForm, since: PackForm): boolean {
  return JSON.stringify(form) !== JSON.stringify(since);
}

export const extraField = (id: number) => `extra-${id}`;
export const extraNameField = (id: number) => `extra-name-${id}`;

const identifier = /^[\p{ID_Start}_][\p{ID_Continue}]*$/u;

/** What can be told without asking anybody; the rest is the plan's to say. */
export function checkForm(form: PackForm): FieldMessage[] {
  const messages: FieldMessage[] = [];
  const say = (field: string, words: string) => messages.push({ field, words });
  const name = form.modelName.trim();
  if (name === '') say('modelName', 'Give the model a name.');
  else if (!modelNameRule.test(name)) {
    say('modelName', 'Start with a letter or a digit, then use letters, digits, "_", "-" and ".".');
  }
  for (const field of ['serializedFile', 'modelFile'] as const)
    messages.push(...checkPath(field, form[field]));
  checkHandler(form, say);
  for (const { id, source } of form.extras) {
    if (source.trim() === '') say(extraField(id), 'Choose a file or a folder, or remove this row.');
    else messages.push(...checkPath(extraField(id), source));
  }
  for (const field of ['requirementsFile', 'configFile'] as const)
    messages.push(...checkPath(field, form[field]));
  const { exportPath } = form.output;
  if (exportPath.trim() === '') say('exportPath', sentence('choose the folder that receives the archive'));
  else messages.push(...checkPath('exportPath', exportPath));
  return messages;
}

function checkHandler(form: PackForm, say: (field: string, words: string) => void): void {
  if (form.handlerFrom === 'server') {
    if (form.serverHandler === '') say('serverHandler', "Choose one of TorchServe's own handlers.");
    return;
  }
  const file = form.handlerFile.trim();
  if (file === '') {
    say('handlerFile', "Choose the handler's file, or take one of TorchServe's own.");
  } else for (const message of checkPath('handlerFile', file)) say(message.field, message.words);
  const member = form.handlerFunction.trim();
  if (member !== '' && !identifier.test(member)) {
    say('handlerFunction', 'Use letters, digits and "_", and begin with no digit.');
  }
}
