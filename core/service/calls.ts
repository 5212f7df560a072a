/** Every call and every job of core/contract/api.ts, each on the verb that answers it. Paths are judged here, all of them. */
import { availableParallelism, homedir } from 'node:os';
import { basename } from 'node:path';
import { allRules, containerFamilies } from '../audit/audit.ts';
import type { CallInput, CallName, CallOutput, EngineEvent, JobInput, Jobs } from '../contract/api.ts';
import type { RepackInput } from '../contract/model.ts';
import { diff } from '../diff.ts';
import { extract } from '../extract.ts';
import { findFile } from '../find-entries.ts';
import { dryRun, pack } from '../pack.ts';
import { readRecipe, saveRecipe } from '../recipe-file.ts';
import { repack } from '../repack.ts';
import { planRepack } from '../repack-plan.ts';
import { verify } from '../verify.ts';
import { version } from '../version.ts';
import { identifyFor, listFolderFor } from './browse.ts';
import { listFindings } from './early-list.ts';
import { findBytes } from './find-bytes.ts';
import type { Guard } from './guard.ts';
import { hashEntries } from './hash-entries.ts';
import type { JobList, RunOptions } from './jobs.ts';
import { stampOf } from './kept-open.ts';
import { inspectForWindow } from './listing.ts';
import type { OpenArchives } from './open-archives.ts';
import { allowPackInput, comparePlan } from './packing.ts';
import { previewOf, wholeText } from './preview.ts';
import { readEntryBytes, readFileBytes } from './read-bytes.ts';
import { readConfigFile } from './read-config.ts';
import { saveJobReport, savePolicy, saveTensorTable } from './save-report.ts';
import { scanForWindow } from './scan-pickles.ts';
import { searchArchive } from './search.ts';
import { readSettingsFile, saveSettingsFile } from './settings-file.ts';
import type { StateFiles } from './state-files.ts';
import { scanStore } from './store.ts';
import { awaitStoreChange } from './store-change.ts';
import type { WeightsService } from './weights.ts';

export interface EngineParts {
  readonly guard: Guard;
  readonly archives: OpenArchives;
  readonly jobs: JobList;
  readonly state: StateFiles;
  readonly weights: WeightsService;
  /** Archives to try the application with. */
  readonly samples: readonly string[];
  readonly tellAll: (event: EngineEvent) => void;
}

type Answers = {
  readonly [N in CallName]: (
    parts: EngineParts,
    input: CallInput<N>,
    signal: AbortSignal,
  ) => CallOutput<N> | Promise<CallOutput<N>>;
};

const everyRule = [...allRules, ...containerFamilies.flatMap(({ rules }) => rules)];

const largestText = 16 * 1024 * 1024;

const answers: Answers = {
  about: ({ guard, samples }) => {
    const { grants } = guard;
    const { home } = guard;
    return { version, platform: process.platform, cores: availableParallelism(), grants, samples, home };
  },
  listFolder: ({ guard }, { path }) => listFolderFor(guard, path),
  identify: async ({ guard }, { paths }) => {
    const found = [];
    for (const path of paths) found.push(await identifyFor(guard, path));
    return found;
  },
  inspect: async ({ guard }, { path }, signal) => inspectForWindow(await guard.allow(path), signal),
  stampOf: async ({ guard }, { path }) => ({ stamp: await stampOf(await guard.allow(path)) }),
  listRules: () => everyRule.map(({ code, title, why }) => ({ code, title, why })),
  preview: async ({ guard, archives }, input, signal) =>
    archives.use(await guard.allow(input.path), (archive) => previewOf(archive, input, signal)),
  readBytes: async ({ guard, archives }, input, signal) => {
    const path = await guard.allow(input.path);
    const { entry } = input;
    if (entry === null) return readFileBytes(path, input);
    return archives.use(path, (archive) => readEntryBytes(archive, findFile(archive, entry), input, signal));
  },
  readTexts: async ({ guard, archives }, { before, after, beforeEntry, afterEntry }, signal) => {
    const read = async (path: string, name: string | null) => {
      const allowed = await guard.allow(path);
      if (name === null) return null;
      return archives.use(allowed, (archive) => wholeText(archive, name, largestText, signal));
    };
    return { before: await read(before, beforeEntry), after: await read(after, afterEntry) };
  },
  tensors: async ({ guard, weights }, input, signal) => {
    await guard.allow(input.path);
    return weights.list(input, signal);
  },
  weightsText: async ({ guard, weights }, input, signal) => {
    await guard.allow(input.path);
    return weights.readText(input, signal);
  },
  saveTensorTable: async ({ guard, weights }, { to, force, ...input }, signal) => {
    await guard.allow(input.path);
    const path = await guard.allowWrite(to);
    await saveTensorTable(await weights.list(input, signal), { input: input.path, path, force });
    return { path };
  },
  plan: async ({ guard }, { input }, signal) => {
    const cwd = folderToStartFrom(guard);
    await allowPackInput(guard, input, cwd);
    return dryRun(input, { cwd, signal });
  },
  planRepack: async ({ guard, archives }, { path, input }, signal) => {
    const cwd = folderToStartFrom(guard);
    await allowRepack(guard, path, input, cwd);
    return archives.use(path, (archive) => planRepack(archive, input, { cwd, signal }));
  },
  readConfig: async ({ guard }, { path, runtime }) => readConfigFile(await guard.allow(path), runtime),
  awaitStoreChange: async ({ guard }, { path, stamp }, signal) => {
    await awaitStoreChange(await guard.allow(path), stamp, signal);
    return {};
  },
  readRecipe: async ({ guard }, { path }) => {
    const recipe = await readRecipe(await guard.allow(path));
    return { modelName: '', version: '', handler: '', ...recipe };
  },
  saveRecipe: async ({ guard }, { path, input, force }) => {
    const allowed = await guard.allowWrite(path);
    await saveRecipe({ ...input, force }, allowed);
    return { path: allowed };
  },
  saveSettings: async ({ guard }, { path, force, ...kept }) => {
    await saveSettingsFile(await guard.allowWrite(path), kept, force);
    return { path };
  },
  readSettings: async ({ guard }, { path }) => readSettingsFile(await guard.allow(path)),
  saveReport: async ({ guard, jobs }, input) => {
    const path = await guard.allowWrite(input.path);
    await saveJobReport(jobs.result(input.id), { ...input, path });
    return { path };
  },
  savePolicy: async ({ guard, jobs }, { id, path, force }) => {
    const allowed = await guard.allowWrite(path);
    await savePolicy(jobs.result(id), allowed, force);
    return { path: allowed };
  },
  readState: ({ state }, { name }) => state.read(name),
  writeState: async ({ state }, { name, value, revision }) => ({
    revision: await state.write(name, value, revision),
  }),
  listJobs: ({ jobs }) => jobs.list(),
  startJob: async ({ guard, jobs }, job) => {
    await allowJob(guard, job);
    return jobs.start(job, objectOf(job));
  },
  cancelJob: ({ jobs }, { id }) => {
    jobs.cancel(id);
    return {};
  },
  forgetJob: ({ jobs, tellAll }, { id }) => {
    jobs.forget(id);
    tellAll({ is: 'job gone', id });
    return {};
  },
  jobResult: ({ jobs }, { id }) => jobs.result(id),
  jobInput: ({ jobs }, { id }) => jobs.input(id),
  jobPart: ({ jobs }, { id, from }) => jobs.part(id, from),
};

export async function answerCall<N extends CallName>(
  parts: EngineParts,
  call: N,
  input: CallInput<N>,
  signal: AbortSignal,
): Promise<CallOutput<N>> {
  return answers[call](parts, input, signal);
}

type Runs = {
  readonly [V in keyof Jobs]: (
    parts: EngineParts,
    input: Jobs[V]['input'],
    options: RunOptions,
  ) => Promise<Jobs[V]['result']>;
};

const runs: Runs = {
  pack: ({ guard }, { input }, options) => pack(input, { ...options, cwd: folderToStartFrom(guard) }),
  repack: ({ guard }, { path, input }, options) =>
    repack(path, input, { ...options, cwd: folderToStartFrom(guard) }),
  extract: (_, { path, input }, options) => extract(path, input, options),
  verify: (_, { path }, options) => verify(path, { ...options, onFindings: listFindings(options.early) }),
  diff: (_, { before, after, ...input }, options) =>
    // Unchanged ones too: the window shows them when it is asked to, and a patch may be exported.
    diff(
      before,
      after,
      { ...input, all: true, patches: true },
      { ...options, onEarly: (head, items) => options.early.add(head, items) },
    ),
  comparePlan: ({ guard }, { input, before }, options) =>
    comparePlan(input, before, folderToStartFrom(guard), options),
  search: ({ archives }, { path, text }, options) =>
    archives.use(path, (archive) => searchArchive(archive, text, options)),
  hash: ({ archives }, input, options) =>
    hashEntries(archives, input, { ...options, onSum: (sum) => options.early.add(null, [sum]) }),
  findBytes: ({ archives }, input, options) => findBytes(archives, input, options),
  scanStore: ({ guard }, { path }, options) => scanStore(guard, path, options),
  tensorStats: ({ weights }, input, options) => weights.statistics(input, options),
  scanPickles: ({ archives }, input, options) =>
    input.entry === null
      ? scanForWindow(null, input, options)
      : archives.use(input.path, (archive) => scanForWindow(archive, input, options)),
  exportTensor: ({ weights }, input, options) => weights.export(input, options),
  tensorDifference: ({ weights }, input, options) => weights.difference(input, options),
};

export function runJob(parts: EngineParts, job: JobInput, options: RunOptions): Promise<unknown> {
  const run = runs[job.verb] as (
    parts: EngineParts,
    input: JobInput['input'],
    options: RunOptions,
  ) => Promise<unknown>;
  return run(parts, job.input, options);
}

async function allowJob(guard: Guard, job: JobInput): Promise<void> {
  const cwd = folderToStartFrom(guard);
  switch (job.verb) {
    case 'pack':
      return allowPackInput(guard, job.input.input, cwd);
    case 'comparePlan':
      await guard.allow(job.input.before);
      return allowPackInput(guard, job.input.input, cwd);
    case 'repack':
      return allowRepack(guard, job.input.path, job.input.input, cwd);
    case 'extract':
      await guard.allow(job.input.path);
      await guard.allowWrite(job.input.input.into);
      return;
    case 'exportTensor':
      await guard.allow(job.input.path);
      await guard.allowWrite(job.input.to);
      return;
    case 'tensorDifference':
      for (const one of [job.input.before, job.input.after]) await guard.allow(one);
      return;
    case 'diff': {
      const { before, after, policyPath } = job.input;
      for (const one of [before, after, policyPath ?? before]) await guard.allow(one);
      return;
    }
    default:
      await guard.allow(job.input.path);
  }
}

async function allowRepack(guard: Guard, path: string, input: RepackInput, cwd: string): Promise<void> {
  const files = [...Object.values(input.replace ?? {}), ...Object.values(input.add ?? {})];
  for (const one of [path, ...files]) await guard.allow(one);
  await guard.allowWrite(input.exportPath ?? cwd);
}

/** Every window is told of it, many times. */
const mostNameLetters = 300;

function objectOf(job: JobInput): string {
  if (job.verb === 'pack') return job.input.input.modelName;
  if (job.verb === 'comparePlan') return job.input.input.modelName;
  if (job.verb === 'tensorDifference') return job.input.afterName.slice(0, mostNameLetters);
  if (job.verb === 'tensorStats' || job.verb === 'exportTensor')
    return job.input.name.slice(0, mostNameLetters);
  if (job.verb === 'diff') return `${basename(job.input.before)} → ${basename(job.input.after)}`;
  return basename(job.input.path);
}

/** Relative paths start from the first folder that was granted; where none was, they lead to nothing that is granted. */
function folderToStartFrom({ home }: Guard): string {
  return home ?? homedir();
}
