/** `mar-studio diff`: what changed between two archives, and whether it may. */
import type { DiffEntry, DiffResult } from '../../core/contract/diff.ts';
import { Problem } from '../../core/contract/errors.ts';
import { type Arguments, usage } from '../arguments.ts';
import type { Command } from '../commands.ts';
import { styleWith } from '../style.ts';
import type { Terminal } from '../terminal.ts';
import { diffGroups } from './diff-options.ts';
import { diffInOneLine, formatDiff } from './diff-summary.ts';

export const diff: Command = {
  example: `  mar-studio diff model-1.0.mar model-1.1.mar
  mar-studio diff old.pt new.safetensors
  mar-studio diff old.mar new.mar --policy may.yaml --format html -o diff.html`,
  operands: 'BEFORE AFTER',
  groups: diffGroups,

  async run(args, terminal, signal) {
    if (args.has('init-policy')) return printStarter(args, terminal);
    const [before, after] = twoArchives(args);
    const output = args.text('output') === '-' ? undefined : args.text('output');
    const format = args.text('format') ?? (terminal.json ? 'json' : 'text');
    if (terminal.json && format !== 'json' && output === undefined) {
      throw usage(
        `standard output can't be both JSON and ${format}`,
        `leave out --json, or send the ${format} report to a file with --output`,
      );
    }
    const { diff } = await import('../../core/diff.ts');
    const { assertReportPath, diffReportIn, saveReport } = await import('../../core/report/report.ts');
    if (output !== undefined) {
      await assertReportPath(output, [before, after, args.text('policy') ?? before]);
    }
    const input = {
      proves: args.has('verify'),
      strict: args.has('strict'),
      all: args.has('all'),
      patches: format === 'patch',
      policyPath: args.text('policy'),
      tensorValues: !args.has('no-values'),
      tensorMap: (args.list('tensor-map') ?? []).map(mapRule),
    };
    let result: DiffResult;
    try {
      result = await diff(before, after, input, { signal, onProgress: terminal.onProgress(args) });
    } catch (error) {
      if (error instanceof Problem && !terminal.json) {
        await showTheOther(error, [before, after], terminal, signal);
      }
      throw error;
    }
    const wishes = { all: args.has('all'), details: args.has('verbose') };
    // JSON is for programs, which gave these paths themselves; the others are handed on to people elsewhere.
    const reportAs = (wanted: string) =>
      wanted === 'text'
        ? formatDiff(result, { ...wishes, style: styleWith(false) })
        : diffReportIn(wanted, result, { fullPaths: wanted === 'json' || args.has('full-paths') });

    if (output !== undefined) await saveReport(output, reportAs(format), signal);
    if (terminal.json) terminal.print(reportAs('json'));
    else if (output !== undefined) terminal.print(diffInOneLine(result, format, output, terminal.style));
    else if (format === 'text') terminal.print(formatDiff(result, { ...wishes, style: terminal.style }));
    else terminal.print(reportAs(format));
    return exitCode(result);
  },
};

/** What could not be read can't be said to be equal, whatever a policy allows. */
function exitCode({ entries, identical, findings, policy }: DiffResult): number {
  if (entries.some(isUnread)) return 2;
  if (policy !== null) return policy.ok ? 0 : 1;
  return identical && findings.every(({ severity }) => severity !== 'error') ? 0 : 1;
}

/** Itself, or a member of it. */
const isUnread = ({ details: { problem, members } }: DiffEntry): boolean =>
  problem !== undefined || (members?.entries.some(isUnread) ?? false);

function mapRule(text: string): readonly [string, string] {
  const at = text.indexOf('=');
  if (at === -1) {
    throw usage(
      `--tensor-map ${JSON.stringify(text)} has no "="`,
      'write OLD=NEW, such as --tensor-map module.= to take a prefix away',
    );
  }
  return [text.slice(0, at), text.slice(at + 1)];
}

function twoArchives(args: Arguments): [string, string] {
  const [before, after, extra] = args.operands;
  if (before === undefined || after === undefined) {
    throw usage('diff needs two archives', 'write mar-studio diff BEFORE AFTER');
  }
  if (extra !== undefined) {
    throw usage(`diff takes two archives, not also ${JSON.stringify(extra)}`, 'call it once for each pair');
  }
  return [before, after];
}

async function printStarter(args: Arguments, terminal: Terminal): Promise<number> {
  if (args.operands.length > 0 || terminal.json) {
    throw usage(
      '--init-policy prints a policy and does nothing else',
      'write mar-studio diff --init-policy > policy.yaml',
    );
  }
  const { starterPolicy } = await import('../../core/diff/policy.ts');
  terminal.print(starterPolicy());
  return 0;
}

/** One side that can't be opened is no reason not to show the other one. */
async function showTheOther(
  problem: Problem,
  paths: readonly string[],
  terminal: Terminal,
  signal: AbortSignal,
): Promise<void> {
  if (['CANCELLED', 'USAGE', 'POLICY_INVALID'].includes(problem.code)) return;
  const { inspect } = await import('../../core/inspect.ts');
  const { formatInspected } = await import('./inspect-summary.ts');
  for (const path of paths) {
    const seen = await inspect(path, { signal }).catch(() => null);
    if (seen !== null) terminal.print(formatInspected(seen, { tree: false, long: false }, terminal.style));
  }
}
