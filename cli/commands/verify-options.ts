/** The options of `verify`, as the table that parsing and help read. */
import { failOnLevels } from '../../core/contract/verification.ts';
import { commonOptions, type OptionGroup } from '../arguments.ts';

const formats = ['text', 'json', 'sarif', 'junit', 'html', 'markdown'] as const;

export const verifyGroups = [
  {
    title: 'Report',
    options: [
      {
        name: 'format',
        value: 'FORMAT',
        choices: formats,
        summary: 'text, json, sarif, junit, html or markdown',
      },
      {
        name: 'output',
        short: 'o',
        value: 'FILE',
        summary: 'write the report there, one line of it to the screen',
      },
      {
        name: 'fail-on',
        value: 'LEVEL',
        choices: failOnLevels,
        summary: 'exit with 1 on an error, or on a warning too',
      },
      { name: 'verbose', short: 'v', summary: 'list also what was looked for and not found' },
    ],
  },
  commonOptions,
] as const satisfies readonly OptionGroup[];
