/** The options of `diff`, as the table that parsing and help read. */
import { commonOptions, type OptionGroup } from '../arguments.ts';

const formats = ['text', 'json', 'markdown', 'html', 'patch'] as const;

export const diffGroups = [
  {
    title: 'What counts',
    options: [
      { name: 'verify', summary: 'read both sides whole and prove what is equal by SHA-256' },
      { name: 'strict', summary: 'times, order, modes and compression count too' },
      { name: 'policy', value: 'FILE', summary: 'rules of what may change; a broken one makes exit code 1' },
      { name: 'init-policy', summary: 'print a policy to start from, and do nothing else' },
    ],
  },
  {
    title: 'Weights',
    options: [
      { name: 'no-values', summary: 'of tensors compare names, dtypes and shapes alone' },
      {
        name: 'tensor-map',
        value: 'MAP',
        repeats: true,
        summary: 'OLD=NEW: names that begin with OLD begin with NEW now',
      },
    ],
  },
  {
    title: 'Report',
    options: [
      {
        name: 'format',
        value: 'FORMAT',
        choices: formats,
        summary: 'text, json, markdown, html or patch',
      },
      {
        name: 'output',
        short: 'o',
        value: 'FILE',
        summary: 'write the report there, one line of it to the screen',
      },
      { name: 'all', short: 'a', summary: 'list unchanged entries too' },
      { name: 'verbose', short: 'v', summary: 'show every changed line, not only the first ones' },
      { name: 'full-paths', summary: 'name the archives in reports with their folders' },
    ],
  },
  commonOptions,
] as const satisfies readonly OptionGroup[];
