/** The version after this one: its last number is counted on; null where it has none. */
/** Whatever an archive says: a text of a million digits would be looked through again and again. */
const longest = 200;

export function nextVersion(version: string): string | null {
  if (version.length > longest) return null;
  const found = /^(.*?)(\d+)(\D*)$/s.exec(version);
  if (found === null) return null;
  const [, before = '', digits = '', after = ''] = found;
  // Longer numbers would lose their last digits; they are dates or hashes, and those aren't counted on.
  if (digits.length > 15) return null;
  return `${before}${String(Number(digits) + 1).padStart(digits.length, '0')}${after}`;
}
