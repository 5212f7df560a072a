/** The plan: everything that an archive will hold, known and judged before a byte is written. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { findingOf } from '../audit/rule.ts';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import type { ArchiveFormat, Compression, Finding, Manifest, PackInput, Role } from '../contract/model.ts';
import { compareNames, judgeName } from '../names.ts';
import type { ArchivedContent } from '../zip/raw-copy.ts';
import { mergeSources } from './collisions.ts';
import { gatherExtraFiles, parseExtraFiles } from './extra-files.ts';
import { findHandler } from './find-handler.ts';
import { assertEntryCount } from './limits.ts';
import { buildManifest, formatCreatedOn, manifestName, serializeManifest } from './manifest.ts';
import {
  assertOutputApart,
  assertRecipeApart,
  type InputRoot,
  isOutputThere,
  outputPath,
} from './output-place.ts';
import { assertPackInput } from './pack-input.ts';
import { epochBefore1980, outputExists } from './plan-rules.ts';
import { type Candidate, pinCandidates, type Source, type SourceContent } from './sources.ts';
import { clampTime, readSourceDateEpoch } from './times.ts';

/** What planning needs to know of the world. */
export interface PlanContext {
  /** The folder that relative paths start from. */
  readonly cwd: string;
  readonly now: Date;
  readonly env: { readonly SOURCE_DATE_EPOCH?: string | undefined };
  readonly platform?: NodeJS.Platform;
  readonly destination: 'path' | 'stream';
  /** Nothing will be written, so what is in the way of the archive is only told. */
  readonly dryRun?: boolean;
  /** Where a recipe will be saved beside the archive. */
  readonly recipePath?: string | undefined;
}

export interface PlannedFile {
  readonly name: string;
  readonly role: Role;
  readonly size: number;
  readonly modified: Date;
  /** 0o644 or 0o755. */
  readonly mode: number;
  readonly source: SourceContent | ArchivedContent;
}

export interface Plan {
  /** The absolute final path, or "-" for a stream. */
  readonly output: string;
  readonly format: ArchiveFormat;
  readonly modelName: string;
  readonly manifest: Manifest;
  /** In the order in which they are written. */
  readonly files: readonly PlannedFile[];
  /** What gathering had to say; judging the contents is the audit's. */
  readonly findings: readonly Finding[];
  readonly compression: Compression;
  readonly level: number;
  readonly reproducible: boolean;
  readonly force: boolean;
  readonly totalBytes: number;
}

export const defaultLevel = 6;
const smallBytes = 1024 * 1024;

/** Looks at every input once. Throws the first problem; nothing is written. */
export async function planPack(input: PackInput, context: PlanContext, signal?: AbortSignal): Promise<Plan> {
  assertPackInput(input);
  throwIfCancelled(signal);
  const { cwd } = context;
  const format = input.archiveFormat ?? 'default';
  const reproducible = input.reproducible ?? false;
  const force = input.force ?? false;
  const moment = reproducible ? readSourceDateEpoch(context.env.SOURCE_DATE_EPOCH) : context.now;
  if (context.destination === 'stream' && format === 'no-archive') {
    throw Problem.of('OUTPUT_NOT_STREAMABLE', { detail: 'the format no-archive is a folder of files' });
  }

  const handler = await findHandler(
    input.handler,
    input.runtime ?? 'python',
    cwd,
    context.platform ?? process.platform,
  );
  const extra = await gatherExtraFiles(parseExtraFiles(input.extraFiles ?? []), cwd, signal);
  const manifest = buildManifest({
    createdOn: formatCreatedOn(moment, reproducible ? 'utc' : 'local'),
    runtime: input.runtime ?? 'python',
    modelName: input.modelName,
    handler: handler.value,
    version: input.version,
    serializedFile: baseName(input.serializedFile),
    modelFile: baseName(input.modelFile),
    requirementsFile: baseName(input.requirementsFile),
    configFile: baseName(input.configFile),
    reproducible,
  });

  // The reference's order: where two sources meet in one entry, the earlier is named first.
  const candidates = [
    ...named(input.modelFile, 'model', cwd),
    ...named(input.serializedFile, 'weights', cwd),
    ...(handler.candidate === null ? [] : [handler.candidate]),
    ...extra.candidates,
    ...named(input.requirementsFile, 'requirements', cwd),
    ...named(input.configFile, 'config', cwd),
  ];
  assertNames(candidates);
  const pinned = await pinCandidates(candidates, signal);
  const sources = await mergeSources([manifestSource(manifest, moment), ...pinned], signal);
  assertEntryCount(sources.length);
  const single = candidates.filter((candidate) => candidate.role !== 'extra');
  const place = await decidePlace(input, context, [
    ...extra.roots,
    ...(await Promise.all(single.map(rootOf))),
  ]);
  const files = planFiles(sources, reproducible ? moment : null);
  return {
    output: place.output,
    format,
    modelName: input.modelName,
    manifest,
    files,
    findings: [
      ...place.findings,
      ...extra.findings,
      ...versionFindings(input),
      ...timeFindings(input, context),
    ],
    compression: format === 'zip-store' ? 'store' : (input.compression ?? 'auto'),
    level: input.level ?? defaultLevel,
    reproducible,
    force,
    totalBytes: files.reduce((total, file) => total + file.size, 0),
  };
}

/** In the order in which they are to be written; with one time and one mode for all where `moment` is given. */
export function planFiles(
  sources: readonly (Omit<Source, 'content'> & { readonly content: PlannedFile['source'] })[],
  moment: Date | null,
): PlannedFile[] {
  return inWritingOrder(sources).map((source) => ({
    name: source.name,
    role: source.role,
    size: source.size,
    modified: clampTime(moment ?? source.modified),
    mode: source.executable && moment === null ? 0o755 : 0o644,
    source: source.content,
  }));
}

/** Asked after the inputs: a place is no good to whoever has nothing to put there. */
async function decidePlace(
  input: PackInput,
  { cwd, destination, dryRun = false, recipePath }: PlanContext,
  roots: readonly InputRoot[],
): Promise<Pick<Plan, 'output' | 'findings'>> {
  const format = input.archiveFormat ?? 'default';
  const exportPath = path.resolve(cwd, input.exportPath ?? '');
  const output = destination === 'stream' ? null : outputPath(exportPath, input.modelName, format);
  if (recipePath !== undefined) await assertRecipeApart(path.resolve(cwd, recipePath), output, roots);
  if (output === null) return { output: '-', findings: [] };

  await assertOutputApart(output, roots);
  const exists = await isOutputThere(output, format);
  if (!exists || input.force) return { output, findings: [] };
  const problem = Problem.of('OUTPUT_EXISTS', { path: output });
  if (!dryRun) throw problem;
  const message = `${problem.message}, so packing would need --force`;
  const finding = findingOf(outputExists, null, message);
  return { output, findings: [finding] };
}

function versionFindings({ version }: PackInput): Finding[] {
  if (version !== '') return [];
  const message = 'the version is empty, so TorchServe will serve the model as version 1.0';
  const hint = 'give the model a version with --version';
  return [{ code: 'MANIFEST_FIELD', severity: 'warning', path: null, message, hint }];
}

function timeFindings(
  { reproducible }: PackInput,
  { env: { SOURCE_DATE_EPOCH: value } }: PlanContext,
): Finding[] {
  if (!reproducible || !value || readSourceDateEpoch(value).getTime() === Number(value) * 1000) return [];
  const message = `SOURCE_DATE_EPOCH is ${value}, before 1980, the first year that an archive can hold; 1980 is taken`;
  return [findingOf(epochBefore1980, null, message)];
}

function baseName(given: string | undefined): string | undefined {
  return given ? path.basename(given) : undefined;
}

/** None for an input that was not given; the reference takes an empty path for that too. */
function named(given: string | undefined, role: Role, cwd: string): Candidate[] {
  if (!given) return [];
  const at = path.resolve(cwd, given);
  return [{ name: path.basename(at), role, path: at, shown: given }];
}

async function rootOf({ path: at, shown }: Candidate): Promise<InputRoot> {
  return { path: await realpath(at).catch(() => at), shown, isFolder: false };
}

export function manifestSource(manifest: Manifest, modified: Date): Source {
  const bytes = serializeManifest(manifest);
  return {
    name: manifestName,
    role: 'manifest',
    shown: 'the manifest that is made here',
    size: bytes.length,
    modified,
    executable: false,
    content: { kind: 'bytes', bytes },
  };
}

/** What is an error in a listing is a problem here; its warnings are the audit's to give. */
function assertNames(candidates: readonly Candidate[]): void {
  for (const { name, shown } of candidates) {
    const [worst] = judgeName(name);
    if (worst?.severity === 'error') throw Problem.refusing({ ...worst, path: shown });
  }
}

/** The manifest, then what is small, so that a reader of the archive's start learns most; then what is large. */
function inWritingOrder<S extends Pick<Source, 'name' | 'role' | 'size'>>(sources: readonly S[]): S[] {
  const group = ({ role, size }: S) => (role === 'manifest' ? 0 : size <= smallBytes ? 1 : 2);
  return [...sources].sort((a, b) => group(a) - group(b) || compareNames(a.name, b.name));
}
