/** The commands that exist. Each is loaded only when it is asked for, so that --help starts at once. */
import type { Arguments, OptionGroup } from './arguments.ts';
import type { Terminal } from './terminal.ts';

export interface Command {
  readonly example: string;
  /** What stands without a dash, such as "ARCHIVE". */
  readonly operands?: string;
  readonly groups: readonly OptionGroup[];
  /** Resolves to the exit code. */
  run(args: Arguments, terminal: Terminal, signal: AbortSignal): Promise<number>;
}

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

export const commands: readonly CommandEntry[] = [
  {
    name: 'pack',
    summary: 'build an archive from files (takes every torch-model-archiver flag)',
    load: async () => (await import('./commands/pack.ts')).pack,
  },
  {
    name: 'inspect',
    summary: 'show what an archive holds',
    load: async () => (await import('./commands/inspect.ts')).inspect,
  },
  {
    name: 'cat',
    summary: 'print one entry of an archive',
    load: async () => (await import('./commands/cat.ts')).cat,
  },
  {
    name: 'extract',
    summary: 'unpack an archive safely',
    load: async () => (await import('./commands/extract.ts')).extract,
  },
  {
    name: 'repack',
    summary: 'write a new archive from an old one, with changes',
    load: async () => (await import('./commands/repack.ts')).repack,
  },
  {
    name: 'verify',
    summary: 'audit an archive',
    load: async () => (await import('./commands/verify.ts')).verify,
  },
  {
    name: 'diff',
    summary: 'compare two archives, or two weights files',
    load: async () => (await import('./commands/diff.ts')).diff,
  },
  {
    name: 'tensors',
    summary: 'list the tensors inside a weights file or an archive',
    load: async () => (await import('./commands/tensors.ts')).tensors,
  },
  {
    name: 'serve',
    summary: 'open the application in a browser, on this computer only',
    load: async () => (await import('./commands/serve.ts')).serve,
  },
];

export const example = `  mar-studio pack --model-name digits --version 1.0 --handler handler.py \\
    --serialized-file digits.pt --model-file model.py --export-path model-store`;
