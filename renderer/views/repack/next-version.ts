/** The version after a version, as far as one can be counted on. */

/** Whatever an archive says: a text of a million digits would be looked through again and again. */
const longest = 200;

/** The last number goes up by one, all else stays; null where there is none. */
export function nextVersion(version: string): string | null {
  if (version.length > longest) return null;
  const found = /^(.*?)(\d+)(\D*)$/s.exec(version);
  if (found === null) return null;
  const [, before = '', digits = '', after = ''] = found;
  // Longer numbers would lose their last digits; they are dates or hashes, and those aren't counted on.
  if (digits.length > 15) return null;
  return `${before}${String(Number(digits) + 1).padStart(digits.length, '0')}${after}`;
}
