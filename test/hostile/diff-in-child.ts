/** Runs in a process of its own: compares archives, writes every report of it, and answers. */
import { formatDiff } from '../../cli/commands/diff-summary.ts';
import { styleWith } from '../../cli/style.ts';
import { Problem } from '../../core/contract/errors.ts';
import { diff } from '../../core/diff.ts';
import { diffReportIn } from '../../core/report/report.ts';
import type { Compared, ComparisonQuestion } from './compared.ts';

const nothing: Compared = {
  problem: null,
  bug: null,
  identical: false,
  changes: [],
  unread: [],
  kinds: {},
  fallbacks: {},
  peakBytes: 0,
};

async function answer({ before, after, proves }: ComparisonQuestion): Promise<Compared> {
  try {
    const result = await diff(before, after, { proves, patches: true });
    for (const format of ['json', 'markdown', 'html', 'patch']) {
      if (diffReportIn(format, result, { fullPaths: false }) === undefined) throw new Error(`no ${format}`);
    }
    formatDiff(result, { all: true, details: true, style: styleWith(false) });
    const unread = result.entries.flatMap(({ path, details: { problem } }) =>
      problem === undefined ? [] : [`${problem.code} ${path}`],
    );
    const changes = result.entries.map(({ change, path }) => `${change} ${path}`);
    const kinds = Object.fromEntries(result.entries.map(({ path, kind }) => [path, kind]));
    const fallbacks = Object.fromEntries(
      result.entries.flatMap(({ path, details: { fallback } }) =>
        fallback === undefined ? [] : [[path, fallback]],
      ),
    );
    return { ...nothing, identical: result.identical, changes, unread, kinds, fallbacks };
  } catch (error) {
    if (error instanceof Problem) return { ...nothing, problem: error.code };
    return { ...nothing, bug: error instanceof Error ? `${error.stack}` : String(error) };
  }
}

process.on('message', async (question: ComparisonQuestion) => {
  const compared = await answer(question);
  process.send?.({ ...compared, peakBytes: process.resourceUsage().maxRSS * 1024 });
});
