/**
 * Markdown as plain structure: headings, lists, quotes, code, tables as code, paragraphs. HTML in it stays text, pictures and
 * links become words with their address beside them; nothing is ever fetched.
 */

export type Block =
  | { readonly is: 'heading'; readonly level: number; readonly spans: readonly Span[] }
  | { readonly is: 'paragraph' | 'quote'; readonly spans: readonly Span[] }
  | { readonly is: 'item'; readonly mark: string; readonly depth: number; readonly spans: readonly Span[] }
  | { readonly is: 'code'; readonly text: string }
  | { readonly is: 'rule' };

export type Span =
  | { readonly is: 'text' | 'strong' | 'emphasis' | 'code'; readonly text: string }
  | { readonly is: 'link' | 'picture'; readonly text: string; readonly address: string };

export interface MarkdownPage {
  readonly blocks: readonly Block[];
  /** There is more than a page can show. */
  readonly isCut: boolean;
}

const mostBlocks = 5000;
/** Of the whole page: each is an element that the browser has to lay out. */
const mostSpans = 20_000;
const longestLine = 20_000;

export function readMarkdown(text: string): MarkdownPage {
  const blocks: Block[] = [];
  let spansLeft = mostSpans;
  let isCut = false;
  const add = (block: Block) => {
    if ('spans' in block) {
      if (block.spans.length > spansLeft) {
        isCut = true;
        block = { ...block, spans: block.spans.slice(0, spansLeft) };
      }
      spansLeft -= block.spans.length;
    }
    blocks.push(block);
  };
  const lines = text.split(/\r\n|\r|\n/);
  let paragraph: string[] = [];
  const flush = () => {
    if (paragraph.length > 0) add({ is: 'paragraph', spans: readSpans(paragraph.join(' ')) });
    paragraph = [];
  };
  let at = 0;
  for (; at < lines.length && blocks.length < mostBlocks && spansLeft > 0; at++) {
    const whole = lines[at] as string;
    const line = whole.slice(0, longestLine);
    if (line.length < whole.length) isCut = true;
    const fence = /^ {0,3}(```|~~~)/.exec(line)?.[1];
    if (fence !== undefined || line.startsWith('|')) {
      flush();
      const end = fence === undefined ? endOfTable(lines, at) : endOfFence(lines, at, fence);
      const from = fence === undefined ? at : at + 1;
      blocks.push({ is: 'code', text: lines.slice(from, end).join('\n') });
      at = fence === undefined ? end - 1 : end;
      continue;
    }
    const block = blockOf(line);
    if (block === null) {
      if (line.trim() === '') flush();
      else paragraph.push(line.trim());
    } else {
      flush();
      add(block);
    }
  }
  flush();
  return { blocks, isCut: isCut || at < lines.length };
}

function blockOf(line: string): Block | null {
  const heading = /^ {0,3}(#{1,6})[ \t]+(.*)$/.exec(line);
  if (heading) {
    const words = (heading[2] as string).trimEnd();
    const closed = /[ \t]#{1,6}$/.exec(words);
    const text = closed ? words.slice(0, closed.index) : words;
    return { is: 'heading', level: (heading[1] as string).length, spans: readSpans(text) };
  }
  if (/^ {0,3}(?:-{3,}|\*{3,}|_{3,})$/.test(line)) return { is: 'rule' };
  const item = /^( {0,40})([-*+]|\d{1,9}[.)])[ \t](.*)$/.exec(line);
  if (item) {
    const [, indent = '', mark = '', words = ''] = item;
    const shown = /\d/.test(mark) ? mark : '•';
    return { is: 'item', mark: shown, depth: Math.min(6, indent.length >> 1), spans: readSpans(words) };
  }
  if (line.startsWith('>')) return { is: 'quote', spans: readSpans(line.slice(1).trim()) };
  return null;
}

function endOfFence(lines: readonly string[], at: number, fence: string): number {
  let end = at + 1;
  while (end < lines.length && !(lines[end] as string).trimStart().startsWith(fence)) end++;
  return end;
}

function endOfTable(lines: readonly string[], at: number): number {
  let end = at;
  while (end < lines.length && (lines[end] as string).startsWith('|')) end++;
  return end;
}

// Every alternative begins with its own sign and runs to the next one within bounds: no input makes it go back far.
const marks =
  /`([^`]{1,500})`|(!?)\[([^[\]]{0,500})\]\(([^()\s]{0,2000})(?:[ \t]"[^"]{0,200}")?\)|\*\*([^*]{1,500})\*\*|\*([^*\s][^*]{0,500})\*/g;

function readSpans(text: string): readonly Span[] {
  const spans: Span[] = [];
  let from = 0;
  for (const match of text.matchAll(marks)) {
    const [all, code, bang, label, address, strong, emphasis] = match;
    if (match.index > from) spans.push({ is: 'text', text: text.slice(from, match.index) });
    if (code !== undefined) spans.push({ is: 'code', text: code });
    else if (strong !== undefined) spans.push({ is: 'strong', text: strong });
    else if (emphasis !== undefined) spans.push({ is: 'emphasis', text: emphasis });
    else spans.push({ is: bang === '!' ? 'picture' : 'link', text: label ?? '', address: address ?? '' });
    from = match.index + all.length;
  }
  if (from < text.length) spans.push({ is: 'text', text: text.slice(from) });
  return spans;
}
