/** The verb repack: a new archive from an old one, with changes. The old one is never touched. */
import { realpath } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import type { Archive } from './archive.ts';
import { auditSubject } from './audit/audit.ts';
import { planSubject } from './audit/plan-subject.ts';
import type { Subject } from './audit/rule.ts';
import { Problem } from './contract/errors.ts';
import { formatCount, showName } from './contract/format.ts';
import {
  type ArchiveFormat,
  type ArchiveKind,
  type Finding,
  modelNameRule,
  type PackResult,
  type RepackInput,
} from './contract/model.ts';
import type { JobOptions } from './contract/progress.ts';
import { inFolder } from './fs/atomic.ts';
import { assertEntryCount } from './mar/limits.ts';
import { assertOutputApart, findOutputPlace, type InputRoot, isOutputThere } from './mar/output-place.ts';
import { assertForm, assertModelName } from './mar/pack-input.ts';
import { defaultLevel, type Plan, type PlannedFile, planFiles } from './mar/plan.ts';
import { readSourceDateEpoch } from './mar/times.ts';
import { openArchive } from './open.ts';
import { assertNewNames, chooseEntries } from './repack-choice.ts';
import { manifestOf, type NewManifest } from './repack-manifest.ts';
import { gatherSources, type Ingredients } from './repack-sources.ts';
import { writePlan } from './write-plan.ts';

export interface RepackOptions extends JobOptions {
  /** What relative paths start from; the process's own folder unless given. */
  readonly cwd?: string;
}

export async function repack(
  path: string,
  input: RepackInput,
  options: RepackOptions = {},
): Promise<PackResult> {
  const started = performance.now();
  const archive = await openArchive(resolve(options.cwd ?? process.cwd(), path), options);
  try {
    const { ingredients, output } = await prepareRepack(archive, input, options);
    return await inFolder(dirname(output), async () => {
      const written = await write(ingredients, output, input, options);
      return { ...written, seconds: Math.round(performance.now() - started) / 1000 };
    });
  } finally {
    await archive.close();
  }
}

/** What is decided before anything is written. */
export interface Prepared {
  readonly ingredients: Ingredients;
  /** Names whose content is another one now. */
  readonly replaced: ReadonlySet<string>;
  readonly output: string;
  /** Something lies there; told of a dry run, and refused of any other that is not to replace it. */
  readonly isThere: boolean;
}

export async function prepareRepack(
  archive: Archive,
  input: RepackInput,
  { signal, cwd = process.cwd(), dryRun = false }: RepackOptions & { readonly dryRun?: boolean },
): Promise<Prepared> {
  const { path } = archive;
  assertForm(input);
  assertFileName(input.fileName);
  if (archive.kind === 'war') {
    const suggestion = 'torch-workflow-archiver makes workflow archives; extract unpacks this one';
    throw Problem.of('KIND_UNSUPPORTED', { path, kind: 'a workflow archive', suggestion });
  }
  const { kept, replaced } = chooseEntries(archive, input);
  const files = new Map([...replaced, ...addedFiles(input, path, [...kept.keys(), ...replaced.keys()])]);
  for (const [name, file] of files) files.set(name, resolve(cwd, file));
  const names = [...kept.keys(), ...files.keys()];
  assertNewNames(names, Object.keys(input.add ?? {}));
  assertEntryCount(names.length);
  const manifest = await manifestOf(archive, { kept, files, names }, input.set ?? {}, signal);
  const place = await findPlace(archive, input, manifest.modelName, [...files.values()], cwd, dryRun);
  const ingredients = { archive, kept, files, manifest, form: formOf(input) };
  return { ingredients, replaced: new Set(replaced.keys()), ...place };
}

/** TorchServe refuses two dots in a row; the rest is what a model may be called. */
function assertFileName(name: string | undefined): void {
  if (name === undefined || (modelNameRule.test(name) && !name.includes('..'))) return;
  const suggestion = 'begin with a letter or a digit, then use letters, digits, "_", "-" and single dots';
  throw Problem.of('USAGE', { detail: `the archive can not be called ${JSON.stringify(name)}`, suggestion });
}

function formOf(input: RepackInput): Ingredients['form'] {
  const format = input.archiveFormat ?? 'default';
  return { format, compression: format === 'zip-store' ? 'store' : (input.compression ?? 'auto') };
}

async function write(
  ingredients: Ingredients,
  output: string,
  input: RepackInput,
  { signal, onProgress }: RepackOptions,
): Promise<Omit<PackResult, 'seconds'>> {
  const { manifest, modelName } = ingredients.manifest;
  const sources = await gatherSources(ingredients, output, { signal, onProgress });
  try {
    const reproducible = input.reproducible ?? false;
    const moment = reproducible ? readSourceDateEpoch(process.env.SOURCE_DATE_EPOCH) : null;
    const files = planFiles(sources.all, moment);
    const findings = await auditSubject(plannedSubject(ingredients, output, files), { signal });
    assertPasses(findings);
    const plan: Plan = {
      output,
      ...ingredients.form,
      ...{ modelName, manifest, files, findings, reproducible },
      level: input.level ?? defaultLevel,
      force: input.force ?? false,
      totalBytes: files.reduce((total, { size }) => total + size, 0),
    };
    const written = await writePlan(plan, { signal, onProgress: sources.after(onProgress) });
    return { output, manifest, ...written, findings };
  } finally {
    await sources.close();
  }
}

export const kindOfFormat: Readonly<Record<ArchiveFormat, ArchiveKind>> = {
  default: 'mar',
  'zip-store': 'mar',
  tgz: 'tgz',
  'no-archive': 'directory',
};

/** As verify will see it: by the name that it gets, and with its manifest as it is read back. */
function plannedSubject(
  { manifest: { manifest }, form }: Ingredients,
  output: string,
  files: readonly PlannedFile[],
): Subject {
  const archive = {
    fileName: basename(output),
    kind: kindOfFormat[form.format],
    manifest: { manifest, flaws: [] },
  };
  return { ...planSubject(manifest, files), archive };
}

/** What is written passes verify, or it is not written. */
function assertPasses(findings: readonly Finding[]): void {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first === undefined) return;
  const others = errors.length === 1 ? '' : ` (the first of ${formatCount(errors.length, 'error')})`;
  const ways =
    first.path === null
      ? 'mend it with --set, --replace, --add or --remove'
      : `give it other content with --replace '${showName(first.path)}=FILE', or mend it with --set, --add or --remove`;
  throw Problem.refusing({
    ...first,
    message: `the new archive would not pass verify: ${first.message}${others}`,
    hint: ways,
  });
}

/** By name; what is in the archive already has to be replaced, in so many words. */
function addedFiles({ add }: RepackInput, path: string, names: readonly string[]): [string, string][] {
  const taken = new Set(names);
  return Object.entries(add ?? {}).map(([name, file]) => {
    if (!taken.has(name)) return [name, file];
    const detail = `${path} holds an entry ${name} already`;
    throw Problem.of('USAGE', { detail, suggestion: `write --replace '${name}=${file}'` });
  });
}

async function findPlace(
  { path, container }: Archive,
  input: RepackInput,
  modelName: NewManifest['modelName'],
  files: readonly string[],
  cwd: string,
  dryRun: boolean,
): Promise<Pick<Prepared, 'output' | 'isThere'>> {
  assertModelName(modelName);
  const exportPath = resolve(cwd, input.exportPath ?? '');
  const root = async (at: string, isFolder: boolean): Promise<InputRoot> => ({
    path: await realpath(at).catch(() => at),
    shown: at,
    isFolder,
  });
  const roots = [root(path, container === 'directory'), ...files.map((file) => root(file, false))];
  const { archiveFormat: format = 'default', force = false } = input;
  // First without a word about what stands there: that it is the input says more than that it exists.
  const fileName = input.fileName ?? modelName;
  const output = await findOutputPlace(exportPath, fileName, format, true);
  await assertOutputApart(output, await Promise.all(roots));
  const isThere = !force && (await isOutputThere(output, format));
  if (isThere && !dryRun) throw Problem.of('OUTPUT_EXISTS', { path: output });
  return { output, isThere };
}
