/** Where the comments of a Python source are, without a parser: beside strings nothing else can hold a "#". */

export interface Comment {
  readonly from: number;
  /** Past its last character; the line break is none of it. */
  readonly to: number;
}

export function commentsOf(source: string): Comment[] {
  const comments: Comment[] = [];
  const stringOrComment = /#[^\r\n]*|"""|'''|["']/g;
  for (let found = stringOrComment.exec(source); found !== null; found = stringOrComment.exec(source)) {
    const [text] = found;
    if (text.startsWith('#')) comments.push({ from: found.index, to: found.index + text.length });
    else stringOrComment.lastIndex = endOfString(source, stringOrComment.lastIndex, text);
  }
  return comments;
}

/** A backslash keeps the next character from ending a string, in raw strings too. */
function endOfString(source: string, start: number, quote: string): number {
  for (let at = start; at < source.length; at++) {
    const char = source[at];
    if (char === '\\') at += source.startsWith('\r\n', at + 1) ? 2 : 1;
    else if (char === quote[0] && source.startsWith(quote, at)) return at + quote.length;
    else if (quote.length === 1 && (char === '\n' || char === '\r')) return at;
  }
  return source.length;
}
