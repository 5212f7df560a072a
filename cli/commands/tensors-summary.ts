/** What `tensors` says to people. */
import { formatBytes, formatCount, showName } from '../../core/contract/format.ts';
import { formatMeasure } from '../../core/contract/tensor-words.ts';
import type {
  ListedTensor,
  TensorsResult,
  TensorTotals,
  WeightsFileFacts,
} from '../../core/contract/weights.ts';
import type { Style } from '../style.ts';
import { alignColumns } from '../table.ts';

/** So many rows are aligned at once: a million would not fit in one text. */
const batchRows = 5000;
const shownAbout = 12;
const widestAbout = 100;

export function* formatTensors(
  { path, files, tensors, totals }: TensorsResult,
  style: Style,
  isFiltered: boolean,
): Generator<string> {
  if (files.length === 0) {
    yield `${style.bold(showName(path))} holds no weights that are known here\n`;
    return;
  }
  const byEntry = new Map<string | null, ListedTensor[]>(files.map(({ entry }) => [entry, []]));
  for (const tensor of tensors) byEntry.get(tensor.entry)?.push(tensor);
  for (const file of files) {
    yield `${fileLines(path, file, style).join('\n')}\n`;
    const rows = byEntry.get(file.entry) ?? [];
    for (let at = 0; at < rows.length; at += batchRows)
      yield table(rows.slice(at, at + batchRows), at === 0, style);
    if (rows.length === 0 && file.format !== null) {
      yield `  ${isFiltered ? 'no tensor that the filter lets pass' : 'no tensors that are listed here'}\n`;
    }
    // Of two entries with one name the rows stand with the first.
    byEntry.delete(file.entry);
    yield '\n';
  }
  yield `${totalLines(totals).join('\n')}\n`;
}

function fileLines(path: string, file: WeightsFileFacts, style: Style): string[] {
  const name = showName(file.entry === null ? path : file.entry);
  const about = Object.entries(file.about).map(([key, value]) => [
    `  ${showName(key)}`,
    showName(value.length > widestAbout ? `${value.slice(0, widestAbout)}…` : value),
  ]);
  const more =
    about.length > shownAbout ? [`  … ${about.length - shownAbout} more: --json has them all`] : [];
  return [
    style.bold(`${name}: ${file.format === null ? "can't be opened" : formatWords[file.format]}`),
    ...alignColumns(about.slice(0, shownAbout)),
    ...more,
    ...file.problems.map(({ code, message }) => `  ${style.yellow(code)} ${showName(message)}`),
  ];
}

const formatWords = {
  'torch-zip': 'saved by torch',
  torchscript: 'TorchScript',
  'torch-legacy': 'saved by torch before 1.6',
  'torch-tar': 'saved by torch before 0.1.10',
  'torch-package': 'a torch.package, whose code is part of it',
  'torch-export': 'a program of torch.export',
  executorch: 'an ExecuTorch program',
  pickle: 'a plain pickle',
  safetensors: 'safetensors',
  onnx: 'ONNX',
  npy: 'a NumPy array',
  npz: 'NumPy arrays',
  gguf: 'GGUF',
  hdf5: 'HDF5',
  library: 'a shared library',
} as const;

function table(tensors: readonly ListedTensor[], hasHeads: boolean, style: Style): string {
  const hasStats = tensors.some(({ stats }) => stats !== undefined);
  const rows = tensors.map((tensor) => [
    showName(tensor.name),
    showName(tensor.dtype),
    `[${tensor.shape.join(', ')}]`,
    tensor.parameters.toLocaleString('en-US'),
    formatBytes(tensor.bytes),
    placeOf(tensor),
    ...(hasStats ? statsCells(tensor) : []),
  ]);
  const names = ['name', 'dtype', 'shape', 'parameters', 'bytes', 'where', ...(hasStats ? statsHeads : [])];
  const heads = hasHeads ? [names] : [];
  const lines = alignColumns([...heads, ...rows], [3, 4, 6, 7, 8, 9, 10, 11, 12]).map(
    (line) => `  ${line}\n`,
  );
  const from = heads.length;
  return lines
    .map((line, at) => {
      const problem = tensors[at - from]?.problem;
      return problem === undefined
        ? line
        : `${line}    ${style.yellow(problem.code)} ${showName(problem.message)}\n`;
    })
    .join('');
}

const statsHeads = ['min', 'max', 'mean', 'std', 'zeros', 'NaN', 'infinite', 'histogram'];

function statsCells({ stats }: ListedTensor): string[] {
  if (stats === undefined) return statsHeads.map(() => '');
  const { min, max, mean, std, zeros, nan, inf, histogram } = stats;
  const counts = [zeros, nan, inf].map((count) => count.toLocaleString('en-US'));
  return [...[min, max, mean, std].map(formatMeasure), ...counts, sparkline(histogram)];
}

const bars = '▁▂▃▄▅▆▇█';
const binsInBar = 4;

/** Sixteen bars, by the logarithm of their counts: a weight far out would be lost beside the others. */
function sparkline(histogram: readonly number[]): string {
  const sums = Array.from({ length: histogram.length / binsInBar }, (_, bar) =>
    histogram.slice(bar * binsInBar, (bar + 1) * binsInBar).reduce((sum, count) => sum + count, 0),
  );
  const most = Math.log1p(Math.max(...sums));
  if (most === 0) return '';
  return sums
    .map((sum) => (sum === 0 ? ' ' : bars[Math.round((Math.log1p(sum) / most) * (bars.length - 1))]))
    .join('');
}

function placeOf({ where, offset, sharedWith, layout }: ListedTensor): string {
  const place =
    where !== '' ? showName(where) : offset === null ? '' : `byte ${offset.toLocaleString('en-US')}`;
  const notes = [
    ...(layout === 'strided' ? [] : [layout.replace('_', ' ')]),
    ...(sharedWith === undefined ? [] : [`shared with ${showName(sharedWith)}`]),
  ];
  return [place, ...notes].filter((part) => part !== '').join(', ');
}

function totalLines({ tensors, parameters, bytes, shared, byDtype }: TensorTotals): string[] {
  const rows = byDtype.map((row) => [
    `  ${showName(row.dtype)}`,
    formatCount(row.tensors, 'tensor'),
    formatCount(row.parameters, 'parameter'),
    formatBytes(row.bytes),
  ]);
  const sharing = shared === 0 ? '' : ` (${shared.toLocaleString('en-US')} shared, counted once)`;
  const all = `${formatCount(tensors, 'tensor')}${sharing}, ${formatCount(parameters, 'parameter')}, ${formatBytes(bytes)}`;
  return [all, ...alignColumns(rows, [1, 2, 3])];
}
