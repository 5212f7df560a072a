/** Every option of `pack`. The first groups are torch-model-archiver's own, with its names and meaning. */
import { archiveFormats, compressions, runtimes } from '../../core/contract/model.ts';
import { commonOptions, type OptionGroup } from '../arguments.ts';

export const packOptions = [
  {
    title: 'The model',
    options: [
      { name: 'model-name', value: 'NAME', summary: 'also names the archive (required)' },
      { name: 'version', short: 'v', value: 'VERSION', summary: "the model's version (required)" },
      {
        name: 'handler',
        value: 'HANDLER',
        summary: 'file.py[:function] or a default name (required)',
      },
      { name: 'serialized-file', value: 'FILE', summary: 'the weights' },
      { name: 'model-file', value: 'FILE', summary: 'the Python file of an eager model' },
      {
        name: 'extra-files',
        value: 'LIST',
        repeats: true,
        summary: 'comma list: files, folders, patterns, SRC=>NAME',
      },
      { name: 'requirements-file', short: 'r', value: 'FILE', summary: 'what pip installs beside it' },
      { name: 'config-file', short: 'c', value: 'FILE', summary: 'model-config.yaml' },
      { name: 'runtime', value: 'RUNTIME', choices: runtimes, summary: 'python (default), python3 or LSP' },
    ],
  },
  {
    title: 'The archive',
    options: [
      { name: 'export-path', value: 'DIR', summary: 'where it goes (default: here)' },
      {
        name: 'archive-format',
        value: 'FORMAT',
        choices: archiveFormats,
        summary: 'default, zip-store, tgz or no-archive',
      },
      { name: 'force', short: 'f', summary: 'replace what is there' },
      {
        name: 'compression',
        value: 'HOW',
        choices: compressions,
        summary: 'auto (deflate where it pays), deflate or store',
      },
      { name: 'level', value: 'N', summary: '1 (fast) to 9 (small)' },
      { name: 'reproducible', summary: 'same inputs, same bytes; see SOURCE_DATE_EPOCH' },
      {
        name: 'output',
        value: '-',
        choices: ['-'],
        otherwise: 'a file is named by --export-path and --model-name',
        summary: 'stream the archive to standard output',
      },
    ],
  },
  {
    title: 'Plans and recipes',
    options: [
      { name: 'dry-run', summary: 'show what would be packed, write nothing' },
      { name: 'recipe', value: 'FILE', summary: 'take the above from YAML or JSON; flags win' },
      { name: 'write-recipe', value: 'FILE', summary: 'save the above as a recipe' },
    ],
  },
  commonOptions,
] as const satisfies readonly OptionGroup[];

export const packExample = `  mar-studio pack --model-name digits --version 1.0 --handler handler.py \\
    --serialized-file digits.pt --model-file model.py --export-path model-store`;
