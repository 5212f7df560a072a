/** Reports by the name of their format, and how one becomes a file. */
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DiffResult } from '../contract/diff.ts';
import { Problem } from '../contract/errors.ts';
import type { VerifyResult } from '../contract/verification.ts';
import { writeFileAtomically } from '../fs/atomic.ts';
import { diffHtml } from './diff-html.ts';
import { diffJson } from './diff-json.ts';
import { diffMarkdown } from './diff-markdown.ts';
import type { ReportOptions } from './diff-names.ts';
import { diffPatch } from './diff-patch.ts';
import { htmlReport } from './html.ts';
import { jsonReport } from './json.ts';
import { junitReport } from './junit.ts';
import { markdownReport } from './markdown.ts';
import { sarifReport } from './sarif.ts';

const reports: Readonly<Record<string, (result: VerifyResult) => string>> = {
  json: jsonReport,
  sarif: sarifReport,
  junit: junitReport,
  html: htmlReport,
  markdown: markdownReport,
};

export function reportIn(format: string, result: VerifyResult): string {
  const report = reports[format];
  if (!report) throw new Error(`there is no report in the format ${format}`);
  return report(result);
}

const diffReports: Readonly<Record<string, (result: DiffResult, options: ReportOptions) => string | Buffer>> =
  {
    json: diffJson,
    markdown: diffMarkdown,
    html: diffHtml,
    patch: diffPatch,
  };

/** A patch is bytes: it carries those of the texts, in whatever encoding. */
export function diffReportIn(format: string, result: DiffResult, options: ReportOptions): string | Buffer {
  const report = diffReports[format];
  if (!report) throw new Error(`there is no report in the format ${format}`);
  return report(result, options);
}

/** A report may take the place of an older one, but never that of the archive. */
export async function assertReportPath(output: string, archive: string): Promise<void> {
  const real = async (path: string) => realpath(path).catch(() => resolve(path));
  const [target, input] = await Promise.all([real(output), real(archive)]);
  if (target === input) throw Problem.of('OUTPUT_IS_INPUT', { path: output, input: archive });
}

export async function saveReport(
  path: string,
  report: string | Buffer,
  signal: AbortSignal | undefined,
): Promise<void> {
  const bytes = Buffer.from(report);
  const options = { force: true, expectedBytes: bytes.length, signal };
  await writeFileAtomically(
    resolve(path),
    options,
    (out) => out.write(bytes),
    async () => {},
  );
}
