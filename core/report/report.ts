/** Reports by the name of their format, and how one becomes a file. */
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Problem } from '../contract/errors.ts';
import type { VerifyResult } from '../contract/verification.ts';
import { writeFileAtomically } from '../fs/atomic.ts';
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

/** A report may take the place of an older one, but never that of the archive. */
export async function assertReportPath(output: string, archive: string): Promise<void> {
  const real = async (path: string) => realpath(path).catch(() => resolve(path));
  const [target, input] = await Promise.all([real(output), real(archive)]);
  if (target === input) throw Problem.of('OUTPUT_IS_INPUT', { path: output, input: archive });
}

export async function saveReport(path: string, text: string, signal: AbortSignal | undefined): Promise<void> {
  const bytes = Buffer.from(text);
  const options = { force: true, expectedBytes: bytes.length, signal };
  await writeFileAtomically(
    resolve(path),
    options,
    (out) => out.write(bytes),
    async () => {},
  );
}
