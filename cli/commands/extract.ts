/** `mar-studio extract`: an archive's files on disk, or nothing. */
import { formatBytes, formatCount, formatDuration, showName } from '../../core/contract/format.ts';
import { commonOptions, type OptionGroup, usage } from '../arguments.ts';
import type { Command } from '../commands.ts';
import { oneArchive } from './inspect.ts';

const groups = [
  {
    title: 'What goes where',
    options: [
      {
        name: 'into',
        value: 'DIR',
        summary: 'where to (required); a tar brings its root folder',
      },
      {
        name: 'only',
        value: 'GLOB',
        repeats: true,
        summary: "such as '*.py', 'labels/**' or a folder; may be repeated",
      },
      { name: 'force', short: 'f', summary: 'put them among the files that are there' },
    ],
  },
  commonOptions,
] as const satisfies readonly OptionGroup[];

export const extract: Command = {
  example: `  mar-studio extract model.mar --into model
  mar-studio extract model.mar --into model --only '*.py' --only MAR-INF`,
  operands: 'ARCHIVE',
  groups,

  async run(args, terminal, signal) {
    const path = oneArchive(args, 'extract');
    const into = args.text('into');
    if (into === undefined || into === '') {
      throw usage('extract needs --into', `write mar-studio extract ${showName(path)} --into DIR`);
    }
    const { extract } = await import('../../core/extract.ts');
    const input = { into, only: args.list('only') ?? [], force: args.has('force') };
    const result = await extract(path, input, { signal, onProgress: terminal.onProgress(args) });

    const { entries, bytes, seconds, unmatched } = result;
    if (terminal.json) terminal.printJson({ schema: 'mar-studio.extract/1', ...result });
    else if (unmatched.length === 0) {
      const amount = `${formatCount(entries, 'file')}, ${formatBytes(bytes)}`;
      const done = terminal.style.green(`Extracted ${amount}`);
      terminal.print(`${done} into ${showName(into)} in ${formatDuration(seconds)}\n`);
    }
    if (unmatched.length === 0) return 0;
    for (const pattern of unmatched) {
      terminal.note(
        `no entry of ${showName(path)} fits ${JSON.stringify(showName(pattern))}; nothing was extracted\n`,
      );
    }
    return 1;
  },
};
