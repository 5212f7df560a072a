/** `mar-studio repack`: a new archive from an old one. */
import type { RepackInput } from '../../core/contract/model.ts';
import { archiveFormats, compressions, views } from '../../core/contract/model.ts';
import { type Arguments, commonOptions, type OptionGroup, usage } from '../arguments.ts';
import type { Command } from '../commands.ts';
import { oneArchive } from './inspect.ts';
import { parseLevel, resultDocument } from './pack.ts';
import { formatResult } from './pack-summary.ts';

const groups = [
  {
    title: 'What is to change (each may be repeated)',
    options: [
      { name: 'set', value: 'FIELD=TEXT', repeats: true, summary: 'in the manifest: model.modelVersion=1.1' },
      { name: 'replace', value: 'ENTRY=FILE', repeats: true, summary: 'new content for an entry' },
      { name: 'add', value: 'FILE=>ENTRY', repeats: true, summary: 'a new entry' },
      { name: 'remove', value: 'ENTRY', repeats: true, summary: 'leave out an entry, or a folder' },
    ],
  },
  {
    title: 'The archive',
    options: [
      { name: 'export-path', value: 'DIR', summary: 'where it goes (default: here)' },
      { name: 'file-name', value: 'NAME', summary: "without its ending (default: the model's name)" },
      {
        name: 'archive-format',
        value: 'FORMAT',
        choices: archiveFormats,
        summary: 'default, zip-store, tgz or no-archive',
      },
      { name: 'force', short: 'f', summary: 'replace what is there (never the old archive)' },
      {
        name: 'compression',
        value: 'HOW',
        choices: compressions,
        summary: 'auto (as it was where it stays), deflate, store',
      },
      { name: 'level', value: 'N', summary: '1 (fast) to 9 (small)' },
      { name: 'reproducible', summary: 'same inputs, same bytes; see SOURCE_DATE_EPOCH' },
      {
        name: 'view',
        value: 'WHOSE',
        choices: views,
        summary: 'directory or torchserve, where the two differ',
      },
    ],
  },
  commonOptions,
] as const satisfies readonly OptionGroup[];

export const repack: Command = {
  example: `  mar-studio repack digits.mar --export-path next --set model.modelVersion=1.1 \\
    --replace digits.pt=retrained.pt`,
  operands: 'ARCHIVE',
  groups,

  async run(args, terminal, signal) {
    const path = oneArchive(args, 'repack');
    const input = inputOf(args);
    const { repack } = await import('../../core/repack.ts');
    const result = await repack(path, input, { signal, onProgress: terminal.onProgress(args) });
    if (terminal.json) terminal.printJson(resultDocument(result));
    else terminal.print(formatResult(result, undefined, terminal.style));
    return 0;
  },
};

function inputOf(args: Arguments): RepackInput {
  if (args.text('export-path') === '-') {
    const suggestion = 'name a folder (./- if it is really called so); pack --output - and cat write there';
    throw usage('repack writes a file or a folder, and never to standard output', suggestion);
  }
  const given = {
    exportPath: args.text('export-path'),
    fileName: args.text('file-name'),
    archiveFormat: args.text('archive-format'),
    compression: args.text('compression'),
    level: parseLevel(args.text('level')),
    view: args.text('view'),
  };
  return {
    // The choices in the table are the contract's own lists, so the texts are of its types.
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    set: pairs(args, 'set', '=', (field, text) => [field, text]),
    replace: pairs(args, 'replace', '=', (entry, file) => [entry, file]),
    add: pairs(args, 'add', '=>', (file, entry) => [entry, file]),
    remove: args.list('remove') ?? [],
    force: args.has('force'),
    reproducible: args.has('reproducible'),
  };
}

function pairs(
  args: Arguments,
  option: 'set' | 'replace' | 'add',
  between: string,
  order: (left: string, right: string) => [key: string, value: string],
): Record<string, string> {
  const form = { set: 'FIELD=TEXT', replace: 'ENTRY=FILE', add: 'FILE=>ENTRY' }[option];
  const found = new Map<string, string>();
  for (const given of args.list(option) ?? []) {
    const at = given.indexOf(between);
    const [left, right] = [given.slice(0, at), given.slice(at + between.length)];
    // A field may be set to nothing; a file or an entry without a name is a slip.
    if (at < 1 || (right === '' && option !== 'set')) {
      throw usage(`--${option} takes ${form}, not ${JSON.stringify(given)}`, `write --${option} '${form}'`);
    }
    const [key, value] = order(left, right);
    if (found.has(key)) throw usage(`--${option} is given twice for ${key}`, 'leave out one of the two');
    found.set(key, value);
  }
  return Object.fromEntries(found);
}
