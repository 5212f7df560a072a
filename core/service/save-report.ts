/** The reports of a finished job, as the command line writes them, and a policy to start from. */
import { lstat } from 'node:fs/promises';
import type { JobResult, ReportInput } from '../contract/api.ts';
import { Problem } from '../contract/errors.ts';
import { tensorCsv } from '../contract/tensor-csv.ts';
import type { TensorListing } from '../contract/weights.ts';
import { starterPolicyFrom } from '../diff/policy.ts';
import { assertReportPath, diffReportIn, reportIn, saveReport } from '../report/report.ts';

export async function saveJobReport(
  job: JobResult,
  { path, format, force }: Omit<ReportInput, 'id'>,
): Promise<void> {
  const { inputs, report } = reportOf(job, format);
  await saveBeside(inputs, path, force, report);
}

/** What a comparison found, as rules of what may change. */
export async function savePolicy(job: JobResult, path: string, force: boolean): Promise<void> {
  if (job.verb !== 'diff')
    throw Problem.of('CALL_INVALID', { detail: `a policy is not made from ${job.verb}` });
  const { before, after, entries } = job.result;
  await saveBeside([before.path, after.path], path, force, starterPolicyFrom(entries));
}

/** The tensors that a window lists, as CSV. */
export async function saveTensorTable(
  { tensors }: TensorListing,
  { input, path, force }: { readonly input: string; readonly path: string; readonly force: boolean },
): Promise<void> {
  await saveBeside([input], path, force, tensorCsv(tensors));
}

async function saveBeside(
  inputs: readonly string[],
  path: string,
  force: boolean,
  report: string | Buffer,
): Promise<void> {
  await assertReportPath(path, inputs);
  if (!force && (await lstat(path).catch(() => null)) !== null) {
    throw Problem.of('OUTPUT_EXISTS', { path, suggestion: 'replace it, or choose another name' });
  }
  await saveReport(path, report, undefined);
}

function reportOf(
  job: JobResult,
  format: ReportInput['format'],
): { readonly inputs: readonly string[]; readonly report: string | Buffer } {
  if (job.verb === 'verify') {
    if (format !== 'patch') return { inputs: [job.result.path], report: reportIn(format, job.result) };
  } else if (job.verb === 'diff' || job.verb === 'comparePlan') {
    const { before, after, policy } = job.result;
    if (format !== 'sarif' && format !== 'junit') {
      const report = diffReportIn(format, job.result, { fullPaths: format === 'json' });
      // As on the command line: a report is no policy, and would take its place.
      return { inputs: [before.path, after.path, ...(policy === null ? [] : [policy.path])], report };
    }
  }
  throw Problem.of('CALL_INVALID', { detail: `there is no report in the format ${format} of ${job.verb}` });
}
