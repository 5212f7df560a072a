/** Reports by the name of their format, and how one becomes a file. */
import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { DiffResult } from '../contract/diff.ts';
import type { VerifyResult } from '../contract/verification.ts';
import { writeFileAtomically } from '../fs/atomic.ts';
import { assertOutputApart, type InputRoot } from '../mar/output-place.ts';
import { outerOf } from '../open.ts';
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

/**
 * A report may take the place of an older one, but never that of what it reports of; nor may it lie in a folder that
 * was looked at: that would be another model from then on, and its report would be wrong the moment it is saved.
 */
export async function assertReportPath(output: string, inputs: readonly string[]): Promise<void> {
  const roots = await Promise.all(inputs.map(rootOf));
  await assertOutputApart(resolve(output), roots, 'save the report outside of the archives that it is about');
}

async function rootOf(shown: string): Promise<InputRoot> {
  const isThere = await stat(shown).catch(() => null);
  const file = isThere === null ? ((await outerOf(shown)) ?? shown) : shown;
  const path = await realpath(file).catch(() => resolve(file));
  return { path, shown, isFolder: isThere?.isDirectory() ?? false };
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
