/** Lines of a text as an editor can show them: a line of a million characters would stop any of them. */

const longest = 10_000;

/** The same text with its longest lines cut, and how many were. */
export function cutLongLines(text: string): { readonly text: string; readonly cut: number } {
  if (!hasLongLine(text)) return { text, cut: 0 };
  let cut = 0;
  const lines = text.split(/\r\n|\r|\n/).map((line) => {
    if (line.length <= longest) return line;
    cut++;
    return `${line.slice(0, longest)} … ${(line.length - longest).toLocaleString('en-US')} more characters`;
  });
  return { text: lines.join('\n'), cut };
}

function hasLongLine(text: string): boolean {
  let from = 0;
  for (const { index } of text.matchAll(/[\r\n]/g)) {
    if (index - from > longest) return true;
    from = index + 1;
  }
  return text.length - from > longest;
}
