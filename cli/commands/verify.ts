/** `mar-studio verify`: the audit, as text for people or as a report for other programs. */
import { setFlagsFromString } from 'node:v8';
import { usage } from '../arguments.ts';
import type { Command } from '../commands.ts';
import { styleWith } from '../style.ts';
import { verifyGroups } from './verify-options.ts';
import { formatVerdict, verdictInOneLine } from './verify-summary.ts';

export const verify: Command = {
  example: `  mar-studio verify model.mar
  mar-studio verify model.mar --format sarif --output model.sarif`,
  operands: 'ARCHIVE',
  groups: verifyGroups,

  async run(args, terminal, signal) {
    const [path, extra] = args.operands;
    if (path === undefined) throw usage('verify needs an archive', 'write mar-studio verify ARCHIVE');
    if (extra !== undefined) {
      throw usage(`verify takes one archive, not also ${JSON.stringify(extra)}`, 'call it once for each');
    }
    const output = args.text('output') === '-' ? undefined : args.text('output');
    const format = args.text('format') ?? (terminal.json ? 'json' : 'text');
    if (terminal.json && format !== 'json' && output === undefined) {
      throw usage(
        `standard output can't be both JSON and ${format}`,
        `leave out --json, or send the ${format} report to a file with --output`,
      );
    }
    // Of many small entries nearly all that is allocated is soon garbage. Left to itself the space for such grows
    // fourfold before it is swept: 70,000 entries took 436 MB, and take 250 so, in the same time.
    setFlagsFromString('--semi-space-growth-factor=1');
    const { verify } = await import('../../core/verify.ts');
    const { assertReportPath, reportIn, saveReport } = await import('../../core/report/report.ts');

    if (output !== undefined) await assertReportPath(output, [path]);
    const failOn = args.text('fail-on') as 'error' | 'warning' | undefined;
    const result = await verify(path, { signal, onProgress: terminal.onProgress(args), failOn });
    const details = args.has('verbose');
    const reportAs = (wanted: string) =>
      wanted === 'text' ? formatVerdict(result, details, styleWith(false)) : reportIn(wanted, result);

    if (output !== undefined) await saveReport(output, reportAs(format), signal);
    if (terminal.json) terminal.print(reportIn('json', result));
    else if (output !== undefined) terminal.print(verdictInOneLine(result, format, output, terminal.style));
    else if (format === 'text') terminal.print(formatVerdict(result, details, terminal.style));
    else terminal.print(reportAs(format));
    return result.ok ? 0 : 1;
  },
};
