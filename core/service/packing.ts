/** Packing for a window: every file that would go in, and the place where the archive comes, must be granted. */
import { resolve } from 'node:path';
import type { DiffResult } from '../contract/diff.ts';
import type { PackInput } from '../contract/model.ts';
import type { JobOptions } from '../contract/progress.ts';
import { diffOpened } from '../diff.ts';
import { parseExtraFiles } from '../mar/extra-files.ts';
import { literalFolder, looksLikePattern } from '../mar/glob.ts';
import { parseHandler } from '../mar/handlers.ts';
import { planPack } from '../mar/plan.ts';
import { openArchive } from '../open.ts';
import { plannedArchive } from '../planned-archive.ts';
import type { Guard } from './guard.ts';

/** Refuses an input that names what was not granted, before anything of it is looked at. */
export async function allowPackInput(guard: Guard, input: PackInput, cwd: string): Promise<void> {
  const { serializedFile, modelFile, requirementsFile, configFile, exportPath, handler, runtime } = input;
  for (const path of [serializedFile, modelFile, requirementsFile, configFile]) {
    if (path !== undefined) await guard.allow(resolve(cwd, path));
  }
  for (const { source } of parseExtraFiles(input.extraFiles ?? [])) {
    // What looks like a pattern is first taken for a name, and then for a pattern below its folder.
    await guard.allow(resolve(cwd, source));
    if (looksLikePattern(source)) await guard.allow(resolve(cwd, literalFolder(source)));
  }
  const { candidates } = parseHandler(handler, runtime ?? 'python', process.platform);
  for (const candidate of candidates) await guard.allow(resolve(cwd, candidate));
  await guard.allowWrite(resolve(cwd, exportPath ?? ''));
}

export async function comparePlan(
  input: PackInput,
  before: string,
  cwd: string,
  options: JobOptions,
): Promise<DiffResult> {
  const context = { cwd, now: new Date(), env: process.env, destination: 'path', dryRun: true } as const;
  const plan = await planPack(input, context, options.signal);
  const old = await openArchive(before, options);
  try {
    return await diffOpened(old, plannedArchive(plan), {}, options);
  } finally {
    await old.close();
  }
}
