/** Hints beside a form that writes an archive: what it has a field for is said by that field's name. */
import { hintOf as hintOfWindow } from '../parts/screen-hints.ts';

const replaceWords = 'Tick "Replace an archive of that name", or choose another folder.';

export function hintOf(problem: Parameters<typeof hintOfWindow>[0]): string {
  return problem.code === 'OUTPUT_EXISTS' ? replaceWords : hintOfWindow(problem);
}
