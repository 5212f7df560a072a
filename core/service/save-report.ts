/** The reports of a finished job, as the command line writes them. */
import { lstat } from 'node:fs/promises';
import type { JobResult, ReportInput } from '../contract/api.ts';
import { Problem } from '../contract/errors.ts';
import { assertReportPath, diffReportIn, reportIn, saveReport } from '../report/report.ts';

export async function saveJobReport(
  job: JobResult,
  { path, format, force }: Omit<ReportInput, 'id'>,
): Promise<void> {
  const { inputs, report } = reportOf(job, format);
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
    const { before, after } = job.result;
    if (format !== 'sarif' && format !== 'junit') {
      const report = diffReportIn(format, job.result, { fullPaths: format === 'json' });
      return { inputs: [before.path, after.path], report };
    }
  }
  throw Problem.of('CALL_INVALID', { detail: `there is no report in the format ${format} of ${job.verb}` });
}
