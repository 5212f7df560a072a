/** `mar-studio cat`: one entry's bytes, to standard output. */
import { commonOptions, type Option, type OptionGroup, usage } from '../arguments.ts';
import type { Command } from '../commands.ts';

/** Bytes leave no room for a document beside them. */
const groups: readonly OptionGroup[] = [
  {
    ...commonOptions,
    options: commonOptions.options.map(
      (option): Option => (option.name === 'json' ? { ...option, hidden: true } : option),
    ),
  },
];

export const cat: Command = {
  example: '  mar-studio cat model.mar MAR-INF/MANIFEST.json',
  operands: 'ARCHIVE ENTRY',
  groups,

  async run(args, terminal, signal) {
    const [archive, entry, extra] = args.operands;
    if (archive === undefined || entry === undefined || extra !== undefined) {
      throw usage('cat needs an archive and one entry', 'write mar-studio cat ARCHIVE ENTRY');
    }
    if (terminal.json) {
      throw usage('cat prints an entry as it is, which --json could not', 'leave out --json');
    }
    const { cat } = await import('../../core/cat.ts');
    await cat(archive, entry, process.stdout, { signal });
    return 0;
  },
};
