/** What callers may send, checked before anything is done with it: the shapes of core/contract/api.ts, and nothing beside them. */
import * as v from 'valibot';
import { type CallInput, type CallName, reportFormats, stateNames } from '../contract/api.ts';
import { isKeyChanges, type KeyChanges } from '../contract/commands.ts';
import { Problem } from '../contract/errors.ts';
import { archiveFormats, compressions, runtimes, views } from '../contract/model.ts';
import { settingFields } from './settings-file.ts';

const path = v.pipe(v.string(), v.minLength(1), v.maxLength(32_768));
const name = v.pipe(v.string(), v.maxLength(131_072));
const short = v.pipe(v.string(), v.maxLength(4096));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const nothing = v.strictObject({});
const names = v.pipe(v.record(name, path), v.maxEntries(100_000));

const packInput = v.strictObject({
  modelName: short,
  version: short,
  handler: path,
  serializedFile: v.optional(path),
  modelFile: v.optional(path),
  extraFiles: v.optional(v.pipe(v.array(path), v.maxLength(100_000))),
  runtime: v.optional(v.picklist(runtimes)),
  exportPath: v.optional(path),
  archiveFormat: v.optional(v.picklist(archiveFormats)),
  force: v.optional(v.boolean()),
  requirementsFile: v.optional(path),
  configFile: v.optional(path),
  compression: v.optional(v.picklist(compressions)),
  level: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9))),
  reproducible: v.optional(v.boolean()),
});

const repackInput = v.strictObject({
  set: v.optional(v.record(short, v.pipe(v.string(), v.maxLength(65_536)))),
  replace: v.optional(names),
  add: v.optional(names),
  remove: v.optional(v.array(name)),
  view: v.optional(v.picklist(views)),
  fileName: v.optional(short),
  exportPath: v.optional(path),
  archiveFormat: v.optional(v.picklist(archiveFormats)),
  force: v.optional(v.boolean()),
  compression: v.optional(v.picklist(compressions)),
  level: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(9))),
  reproducible: v.optional(v.boolean()),
});

const weights = { path, entry: v.nullable(name) };
const tensorName = v.pipe(v.string(), v.maxLength(65_536));

const job = v.variant('verb', [
  v.strictObject({ verb: v.literal('pack'), input: v.strictObject({ input: packInput }) }),
  v.strictObject({ verb: v.literal('repack'), input: v.strictObject({ path, input: repackInput }) }),
  v.strictObject({
    verb: v.literal('extract'),
    input: v.strictObject({
      path,
      input: v.strictObject({
        into: path,
        only: v.optional(v.pipe(v.array(name), v.maxLength(100_000))),
        force: v.optional(v.boolean()),
      }),
    }),
  }),
  v.strictObject({ verb: v.literal('verify'), input: v.strictObject({ path }) }),
  v.strictObject({
    verb: v.literal('diff'),
    input: v.strictObject({
      before: path,
      after: path,
      proves: v.optional(v.boolean()),
      strict: v.optional(v.boolean()),
      policyPath: v.optional(path),
    }),
  }),
  v.strictObject({
    verb: v.literal('comparePlan'),
    input: v.strictObject({ input: packInput, before: path }),
  }),
  v.strictObject({
    verb: v.literal('search'),
    input: v.strictObject({ path, text: v.pipe(v.string(), v.minLength(1), v.maxLength(1000)) }),
  }),
  v.strictObject({
    verb: v.literal('hash'),
    input: v.strictObject({
      path,
      stamp: short,
      entries: v.nullable(v.pipe(v.array(count), v.maxLength(100_000))),
    }),
  }),
  v.strictObject({
    verb: v.literal('findBytes'),
    input: v.strictObject({
      path,
      entry: v.nullable(name),
      bytes: v.pipe(v.string(), v.regex(/^(?:[0-9a-f]{2}){1,256}$/)),
    }),
  }),
  v.strictObject({ verb: v.literal('scanStore'), input: v.strictObject({ path }) }),
  v.strictObject({
    verb: v.literal('tensorStats'),
    input: v.strictObject({ ...weights, name: tensorName }),
  }),
  v.strictObject({
    verb: v.literal('exportTensor'),
    input: v.strictObject({ ...weights, name: tensorName, to: path, force: v.boolean() }),
  }),
  v.strictObject({ verb: v.literal('scanPickles'), input: v.strictObject(weights) }),
  v.strictObject({
    verb: v.literal('tensorDifference'),
    input: v.strictObject({
      before: path,
      after: path,
      beforeEntry: v.nullable(name),
      afterEntry: v.nullable(name),
      beforeName: tensorName,
      afterName: tensorName,
    }),
  }),
]);

const schemas = {
  about: nothing,
  listFolder: v.strictObject({ path }),
  identify: v.strictObject({ paths: v.pipe(v.array(path), v.maxLength(10_000)) }),
  inspect: v.strictObject({ path }),
  stampOf: v.strictObject({ path }),
  listRules: nothing,
  preview: v.strictObject({ path, entry: name, bytes: v.optional(v.pipe(count, v.maxValue(2 ** 24))) }),
  readBytes: v.strictObject({
    path,
    entry: v.nullable(name),
    offset: count,
    length: v.pipe(count, v.maxValue(2 ** 20)),
  }),
  readTexts: v.strictObject({
    before: path,
    after: path,
    beforeEntry: v.nullable(name),
    afterEntry: v.nullable(name),
  }),
  tensors: v.strictObject(weights),
  weightsText: v.strictObject({ ...weights, name: tensorName }),
  saveTensorTable: v.strictObject({ ...weights, to: path, force: v.boolean() }),
  plan: v.strictObject({ input: packInput }),
  planRepack: v.strictObject({ path, input: repackInput }),
  readConfig: v.strictObject({ path, runtime: v.picklist(runtimes) }),
  awaitStoreChange: v.strictObject({ path, stamp: short }),
  readRecipe: v.strictObject({ path }),
  saveRecipe: v.strictObject({ path, input: packInput, force: v.boolean() }),
  saveSettings: v.strictObject({
    ...{ path, force: v.boolean(), settings: v.strictObject(settingFields) },
    keys: v.custom<KeyChanges>((keys) => isKeyChanges(keys), 'these are no keys of commands'),
  }),
  readSettings: v.strictObject({ path }),
  saveReport: v.strictObject({ id: count, format: v.picklist(reportFormats), path, force: v.boolean() }),
  savePolicy: v.strictObject({ id: count, path, force: v.boolean() }),
  readState: v.strictObject({ name: v.picklist(stateNames) }),
  writeState: v.strictObject({ name: v.picklist(stateNames), value: v.unknown(), revision: short }),
  listJobs: nothing,
  startJob: job,
  cancelJob: v.strictObject({ id: count }),
  forgetJob: v.strictObject({ id: count }),
  jobResult: v.strictObject({ id: count }),
  jobInput: v.strictObject({ id: count }),
  jobPart: v.strictObject({ id: count, from: count }),
  // Fails to compile when the contract and a schema part ways.
} as const satisfies { readonly [N in CallName]: v.GenericSchema<unknown, CallInput<N>> };

export function isCallName(text: string): text is CallName {
  return Object.hasOwn(schemas, text);
}

export function checkInput<N extends CallName>(call: N, input: unknown): CallInput<N> {
  const result = v.safeParse(schemas[call] as v.GenericSchema, input, { abortEarly: true });
  if (result.success) return result.output as CallInput<N>;
  const [issue] = result.issues;
  const place = issue.path?.map(({ key }) => String(key)).join('.') ?? '';
  throw Problem.of('CALL_INVALID', {
    detail: `${call}${place === '' ? '' : ` (${place})`}: ${issue.message}`,
  });
}
