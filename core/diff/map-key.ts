/** Keys for maps of hostile texts. */
import { createHash } from 'node:crypto';

/** The engine hashes long strings by their length alone, so finding one among its like would take for ever. */
const longestKey = 4096;

/** The text itself, or a digest of a long one, which begins with a NUL. Of the UTF-16 units: UTF-8 has one form for all unpaired surrogates. */
export const mapKey = (text: string): string =>
  text.length <= longestKey
    ? text
    : `\0${createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('hex')}`;
