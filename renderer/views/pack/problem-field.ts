/** Where on the pack screen a problem of the engine belongs: at the field that it is about, or at none. */
import type { ProblemData } from '../../../core/contract/api.ts';
import type { FieldMessage } from '../../forms/messages.ts';
import { hintOf } from '../../forms/screen-hints.ts';
import { sentence } from '../../parts/words.ts';
import { baseName, extraField, extraItem, extraNameField, fileFields, type PackForm } from './pack-form.ts';

const fieldOfCode: Readonly<Record<string, string>> = {
  MODEL_NAME: 'modelName',
  SOURCE_DATE_EPOCH: 'reproducible',
  EXPORT_PATH: 'exportPath',
  OUTPUT_EXISTS: 'exportPath',
  OUTPUT_TYPE: 'exportPath',
  OUTPUT_IS_INPUT: 'exportPath',
  OUTPUT_NOT_MODEL: 'exportPath',
  IO_NO_SPACE: 'exportPath',
  IO_READ_ONLY: 'exportPath',
};

export function fieldOf(problem: ProblemData, form: PackForm): string | null {
  const { code, message, path } = problem;
  const known = fieldOfCode[code];
  if (known !== undefined) return known;
  if (code === 'HANDLER_NAME') return /function|class/.test(message) ? 'handlerFunction' : 'handlerFile';
  if (code === 'EXTRA_FILE_RULE') {
    const row = form.extras.find((extra) => message.includes(JSON.stringify(extraItem(extra))));
    return row === undefined ? 'extras' : extraField(row.id);
  }
  return path === null ? null : fieldOfPath(path, form);
}

function fieldOfPath(path: string, form: PackForm): string | null {
  for (const field of fileFields) {
    const value = form[field].trim();
    // A handler may be named without its ending.
    if (value !== '' && (path === value || (field === 'handlerFile' && path === `${value}.py`))) return field;
  }
  if (path === form.output.exportPath.trim()) return 'exportPath';
  const rows = form.extras.filter(({ source }) => source.trim() !== '');
  const byPath = rows.find(
    ({ source }) => isAtOrBelow(path, source.trim()) || isAtOrBelow(source.trim(), path),
  );
  if (byPath !== undefined) return extraField(byPath.id);
  // Problems of names carry the entry's; of two rows that meet there, the later one is easier to change.
  const byName = rows.findLast(({ source, name }) => path === (name.trim() || baseName(source)));
  return byName === undefined ? null : extraNameField(byName.id);
}

function isAtOrBelow(path: string, folder: string): boolean {
  const base = folder.replace(/[\\/]+$/, '');
  return path === folder || path === base || path.startsWith(`${base}/`) || path.startsWith(`${base}\\`);
}

export function messageOf(problem: ProblemData, form: PackForm): FieldMessage | null {
  const field = fieldOf(problem, form);
  const words = [problem.message, hintOf(problem)].filter((part) => part !== '').map(sentence);
  return field === null ? null : { field, words: words.join(' ') };
}
