/** The verb pack: from files on disk to an archive that TorchServe loads. */
import type { Writable } from 'node:stream';
import { auditSubject } from './audit/audit.ts';
import { planSubject } from './audit/plan-subject.ts';
import { throwIfCancelled } from './contract/errors.ts';
import type { Finding, PackInput, PackPlan, PackResult } from './contract/model.ts';
import type { JobOptions } from './contract/progress.ts';
import { Estimate } from './estimate.ts';
import { Foreseer } from './foresee.ts';
import { type Plan, planPack } from './mar/plan.ts';
import { entryOf, streamPlan, type WrittenArchive, withEngine, writePlan } from './write-plan.ts';

export interface PackOptions extends JobOptions {
  /** What relative paths start from; the process's own folder unless given. */
  readonly cwd?: string;
  /** Where the caller will save a recipe: refused where it would replace an input or the archive. */
  readonly recipePath?: string | undefined;
}

/** Writes the archive under its final name, complete and checked, or leaves everything as it was. */
export async function pack(input: PackInput, options: PackOptions = {}): Promise<PackResult> {
  const started = performance.now();
  const { plan, findings } = await prepare(input, options, 'path');
  const written = await writePlan(plan, options);
  return resultOf(plan, findings, written, started);
}

/** Streams the archive, in a form that TorchServe can load, to a destination that need not be a file. */
export async function packToStream(
  input: PackInput,
  destination: Writable,
  options: PackOptions = {},
): Promise<PackResult> {
  const started = performance.now();
  const { plan, findings } = await prepare(input, options, 'stream');
  const written = await streamPlan(plan, destination, options);
  return resultOf(plan, findings, written, started);
}

/** What pack would write: decided and judged, and nothing written. */
export async function dryRun(input: PackInput, options: PackOptions = {}): Promise<PackPlan> {
  const started = performance.now();
  const { plan, findings } = await prepare(input, options, 'path', true);
  const estimate = new Estimate(plan, (performance.now() - started) / 1000);
  const entries = await withEngine(plan, options.signal, async (engine) => {
    const foreseer = new Foreseer(plan, engine, options.signal);
    const foreseen = [];
    for (const file of plan.files) {
      throwIfCancelled(options.signal);
      const one = await foreseer.foresee(file);
      estimate.add(file, one);
      foreseen.push(entryOf(file, { crc32: null, compressedSize: null, method: one.method }));
    }
    return foreseen;
  });
  const { output, format, manifest, totalBytes } = plan;
  return { output, format, manifest, entries, findings, totalBytes, estimate: estimate.result };
}

async function prepare(
  input: PackInput,
  options: PackOptions,
  destination: 'path' | 'stream',
  dryRun = false,
): Promise<{ plan: Plan; findings: readonly Finding[] }> {
  const { cwd = process.cwd(), recipePath } = options;
  const context = { cwd, now: new Date(), env: process.env, destination, dryRun, recipePath };
  // Tens of thousands of files take seconds each to look at and to judge; what is written is counted later.
  const begin = (phase: string) => options.onProgress?.({ phase, doneBytes: 0, totalBytes: null });
  begin('plan');
  const plan = await planPack(input, context, options.signal);
  begin('judge');
  const audit = await auditSubject(planSubject(plan.manifest, plan.files), { signal: options.signal });
  return { plan, findings: [...plan.findings, ...audit] };
}

function resultOf(
  plan: Plan,
  findings: readonly Finding[],
  written: WrittenArchive,
  started: number,
): PackResult {
  const seconds = Math.round(performance.now() - started) / 1000;
  return { output: plan.output, manifest: plan.manifest, ...written, findings, seconds };
}
