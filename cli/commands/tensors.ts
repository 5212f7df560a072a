/** `mar-studio tensors`: what weights hold, as a table or JSON. */

import { showName } from '../../core/contract/format.ts';
import { parseTensorFilter, type TensorFilter } from '../../core/contract/tensor-filter.ts';
import type { TensorsResult } from '../../core/contract/weights.ts';
import { type Arguments, commonOptions, type OptionGroup, usage } from '../arguments.ts';
import type { Command } from '../commands.ts';
import type { Terminal } from '../terminal.ts';
import { formatTensors } from './tensors-summary.ts';

const groups = [
  {
    title: 'What to list',
    options: [
      {
        name: 'filter',
        value: 'WORDS',
        summary: 'such as "dtype:f16 shape:768,* name:attn"',
      },
    ],
  },
  {
    title: 'Numbers',
    options: [
      { name: 'stats', summary: 'ends, mean, deviation, zeros, NaN, infinite, 64 bins' },
      { name: 'export', value: 'NAME', summary: 'write one tensor to FILE.npy instead of a list' },
      { name: 'force', short: 'f', summary: 'replace FILE.npy, if it is there' },
    ],
  },
  commonOptions,
] as const satisfies readonly OptionGroup[];

export const tensors: Command = {
  example: `  mar-studio tensors model.mar!model.pt --filter "dtype:f32 name:attn" --stats
  mar-studio tensors model.mar --export layer1.0.weight layer.npy`,
  operands: 'ARCHIVE[!ENTRY] [FILE.npy]',
  groups,

  async run(args, terminal, signal) {
    if (args.has('export')) return exportOne(args, terminal, signal);
    const [path, extra] = args.operands;
    if (path === undefined) {
      throw usage(
        'tensors needs an archive or weights',
        'write mar-studio tensors ARCHIVE, or ARCHIVE!ENTRY',
      );
    }
    if (extra !== undefined) {
      throw usage(`tensors takes one archive, not also ${JSON.stringify(extra)}`, 'call it once for each');
    }
    const filter = filterOf(args);
    const { tensors } = await import('../../core/tensors.ts');
    const onProgress = args.has('stats') ? terminal.onProgress(args) : undefined;
    const result = await tensors(path, { signal, filter, stats: args.has('stats'), onProgress });
    if (terminal.json) printJson(result, terminal);
    else for (const part of formatTensors(result, terminal.style, filter !== undefined)) terminal.print(part);
    return 0;
  },
};

async function exportOne(args: Arguments, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const name = args.text('export') ?? '';
  const [path, output, extra] = args.operands;
  if (path === undefined || output === undefined || extra !== undefined || args.has('stats')) {
    throw usage(
      '--export takes one tensor to one file, and lists nothing',
      'write mar-studio tensors ARCHIVE --export NAME FILE.npy',
    );
  }
  const { exportTensor } = await import('../../core/tensors.ts');
  const options = { signal, force: args.has('force'), onProgress: terminal.onProgress(args) };
  const exported = await exportTensor(path, name, output, options);
  if (terminal.json) terminal.print(`${JSON.stringify({ schema: 'mar-studio.tensors/1', exported })}\n`);
  else terminal.print(`${showName(name)} is in ${showName(output)} (${exported.descr})\n`);
  return 0;
}

function filterOf(args: Arguments): TensorFilter | undefined {
  const text = args.text('filter');
  if (text === undefined) return undefined;
  const filter = parseTensorFilter(text);
  if (typeof filter === 'function') return filter;
  throw usage(filter.flaw, 'write for example --filter "dtype:f16 shape:768,* name:attn"');
}

/** One document, a line for each tensor: of a million of them no text could hold all. */
function printJson({ path, files, tensors, totals }: TensorsResult, terminal: Terminal): void {
  const start = JSON.stringify({ schema: 'mar-studio.tensors/1', path, files });
  terminal.print(`${start.slice(0, -1)},\n"tensors":[`);
  for (let at = 0; at < tensors.length; at += batchRows) {
    const rows = tensors.slice(at, at + batchRows).map((tensor) => `\n${JSON.stringify(tensor)}`);
    terminal.print(`${at === 0 ? '' : ','}${rows.join(',')}`);
  }
  terminal.print(`],\n"totals":${JSON.stringify(totals)}}\n`);
}

const batchRows = 5000;
