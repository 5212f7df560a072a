/** A stretch of a line as it may be shown: tabs belong to code, all else that can't be seen is made visible. */
import { showName } from '../../../core/contract/format.ts';

export function lineText(text: string, showsSpace: boolean): string {
  const safe = text.includes('\t') ? text.split('\t').map(showName).join('\t') : showName(text);
  return showsSpace ? safe.replaceAll(' ', '·').replaceAll('\t', '→\t') : safe;
}
