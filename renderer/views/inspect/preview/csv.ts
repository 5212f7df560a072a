/** The first rows of a table of texts, as RFC 4180 writes them; whatever is odd about it is shown as it is. */

export interface CsvTable {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Whether rows or columns were left out. */
  readonly isCut: boolean;
}

const mostRows = 1000;
const mostColumns = 100;
const longestCell = 1000;

export function readCsv(text: string): CsvTable {
  const separator = separatorOf(text.slice(0, 10_000));
  const rows: string[][] = [];
  let isCut = false;
  let row: string[] = [];
  const field = (value: string) => {
    if (row.length < mostColumns) row.push(value.slice(0, longestCell));
    else isCut = true;
  };
  for (let at = 0; at < text.length; ) {
    if (rows.length > mostRows) {
      isCut = true;
      break;
    }
    const { value, end } = text[at] === '"' ? quoted(text, at, separator) : plain(text, at, separator);
    field(value);
    at = end;
    if (text[at] === separator) {
      at++;
      // A separator at the very end has an empty field behind it.
      if (at === text.length) field('');
      continue;
    }
    if (text.startsWith('\r\n', at)) at += 2;
    else at++;
    rows.push(row);
    row = [];
  }
  if (row.length > 0) rows.push(row);
  const [header = [], ...others] = rows;
  return { header, rows: others.slice(0, mostRows), isCut };
}

function separatorOf(start: string): string {
  const [line = ''] = start.split(/[\r\n]/, 1);
  const counts = [',', '\t', ';', '|'].map((one) => ({ one, count: line.split(one).length }));
  return counts.sort((a, b) => b.count - a.count)[0]?.one ?? ',';
}

interface Field {
  readonly value: string;
  readonly end: number;
}

function plain(text: string, at: number, separator: string): Field {
  let end = at;
  while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end++;
  return { value: text.slice(at, end), end };
}

/** What follows the closing quote belongs to the field too, so that nothing is hidden. */
function quoted(text: string, at: number, separator: string): Field {
  let value = '';
  let from = at + 1;
  for (;;) {
    const close = text.indexOf('"', from);
    if (close === -1) return { value: value + text.slice(from), end: text.length };
    value += text.slice(from, close);
    if (text[close + 1] !== '"') {
      from = close + 1;
      break;
    }
    value += '"';
    from = close + 2;
  }
  let end = from;
  while (end < text.length && text[end] !== separator && text[end] !== '\n' && text[end] !== '\r') end++;
  return { value: value + text.slice(from, end), end };
}
