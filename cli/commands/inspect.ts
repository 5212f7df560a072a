/** `mar-studio inspect`: an archive as a table, a tree or JSON. */
import { Problem } from '../../core/contract/errors.ts';
import type { InspectResult } from '../../core/contract/model.ts';
import { type Arguments, commonOptions, type OptionGroup, usage } from '../arguments.ts';
import type { Command } from '../commands.ts';
import type { Terminal } from '../terminal.ts';
import { formatEntries, formatInspected } from './inspect-summary.ts';

const groups = [
  {
    title: 'How to show it',
    options: [
      { name: 'tree', summary: 'folders as a tree, with their sums' },
      { name: 'long', short: 'l', summary: 'also CRC-32, time and mode of each entry' },
    ],
  },
  commonOptions,
] as const satisfies readonly OptionGroup[];

export const inspect: Command = {
  example: '  mar-studio inspect model.mar --tree',
  operands: 'ARCHIVE',
  groups,

  async run(args, terminal, signal) {
    const path = oneArchive(args, 'inspect');
    if (args.has('tree') && args.has('long')) {
      throw usage('--tree has no room for what --long adds', 'leave out one of the two');
    }
    const { inspect } = await import('../../core/inspect.ts');
    let result: InspectResult;
    try {
      result = await inspect(path, { signal });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return showWhatWasListed(error, args, terminal);
    }
    if (terminal.json) terminal.printJson({ schema: 'mar-studio.inspect/1', ...result });
    else terminal.print(formatInspected(result, wishesOf(args), terminal.style));
    return 0;
  },
};

/** The one archive that a command works on. */
export function oneArchive(args: Arguments, command: string): string {
  const [path, extra] = args.operands;
  if (path === undefined) throw usage(`${command} needs an archive`, `write mar-studio ${command} ARCHIVE`);
  if (extra !== undefined) {
    throw usage(`${command} takes one archive, not also ${JSON.stringify(extra)}`, 'call it once for each');
  }
  return path;
}

/** The listing goes where it always goes, and the problem follows as every problem does. */
async function showWhatWasListed(problem: Problem, args: Arguments, terminal: Terminal): Promise<number> {
  const { inspectedBefore } = await import('../../core/inspect.ts');
  const entries = inspectedBefore(problem);
  if (entries.length === 0) throw problem;
  if (!terminal.json) {
    terminal.print(formatEntries(entries, wishesOf(args)));
    throw problem;
  }
  const { code, message, hint, path, exit } = problem;
  terminal.printJson({ schema: 'mar-studio.error/1', code, message, hint, path, entries });
  return exit;
}

function wishesOf(args: Arguments): { readonly tree: boolean; readonly long: boolean } {
  return { tree: args.has('tree'), long: args.has('long') };
}
