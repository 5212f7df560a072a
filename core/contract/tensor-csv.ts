/** A listing of tensors as CSV (RFC 4180), for tables and scripts. */
import type { TensorFacts } from './weights.ts';

const columns = [
  'name',
  'dtype',
  'shape',
  'parameters',
  'bytes',
  'where',
  'offset',
  'sharedWith',
  'problem',
] as const;

export function tensorCsv(tensors: readonly TensorFacts[]): string {
  const lines = [columns.join(',')];
  for (const { name, dtype, shape, parameters, bytes, where, offset, sharedWith, problem } of tensors) {
    const cells = [name, dtype, `[${shape.join(', ')}]`, parameters, bytes, where, offset ?? ''];
    lines.push([...cells, sharedWith ?? '', problem?.message ?? ''].map(cell).join(','));
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** What a spreadsheet would take for a formula becomes a text: names come from whoever made the file. */
function cell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
