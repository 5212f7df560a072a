/** Packing for a window: every file that would go in, and the place where the archive comes, must be granted. */
import { resolve } from 'node:path';
import type { DiffResult } from '../contract/diff.ts';
import type { PackInput } from '../contract/model.ts';
import type { JobOptions } from '../contract/progress.ts';
import { diffOpened } from '../diff.ts';
import { parseExtraFiles } from '../mar/extra-files.ts';
import { literalFolder, looksLikePattern } from '../mar/glob.ts';
import { planPack } from '../mar/plan.ts';
import { openArchive } from '../open.ts';
import { plannedArchive } from '../planned-archive.ts';
import type { Guard } from './guard.ts';

/** Refuses an input that names what was not granted, before anything of it is looked at. */
export async function allowPackInput(guard: Guard, input: PackInput, cwd: string): Promise<void> {
  const { serializedFile, modelFile, requirementsFile, configFile, exportPath, handler } = input;
  const named = [serializedFile, modelFile, requirementsFile, configFile, exportPath ?? cwd];
  for (const path of named) if (path !== undefined) await guard.allow(resolve(cwd, path));
  for (const { source } of parseExtraFiles(input.extraFiles ?? [])) {
    await guard.allow(resolve(cwd, looksLikePattern(source) ? literalFolder(source) : source));
  }
  // A default handler's name leads to nothing; `file.py:function` leads to the file.
  const [file = ''] = handler.split(/:(?!\\)/);
  if (file !== '') await guard.allow(resolve(cwd, file));
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
