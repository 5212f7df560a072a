/** What hovers over the window, as far as a browser tells before it is dropped: how many, and perhaps their types. */
import { formatCount } from '../../../core/contract/format.ts';

const archiveTypes = /zip|tar|gzip|compressed/;

export function guessHover(types: readonly string[]): string {
  if (types.length === 0) return 'Drop it to see what can be done with it';
  const archives = types.filter((type) => archiveTypes.test(type)).length;
  if (types.length === 2 && (archives === 2 || types.every((type) => type === ''))) {
    return 'Drop two archives to compare them: the first is Before';
  }
  if (types.length === 1 && archives === 1) return 'Drop the archive to inspect it';
  if (types.length === 1) return 'Drop it: an archive is inspected, other files are packed';
  return `Drop ${formatCount(types.length, 'file')} to pack them`;
}
