/** What is inside an entry of the HTML report: notes, tables, lines with their changed words, pictures, members. */
import type {
  ByteRange,
  CodeChange,
  DiffEntry,
  EntryChange,
  Hunk,
  HunkLine,
  MembersDetails,
  PixelDifference,
  RequirementChange,
  ValueChange,
} from '../contract/diff.ts';
import { changeRow, changeSigns, entrySize, notesOf } from '../contract/diff-words.ts';
import { formatCount, showName } from '../contract/format.ts';
import { codeLines, graphRows } from '../contract/weights-words.ts';
import { tensorsOf } from './diff-html-tensors.ts';
import { escapeHtml } from './escape.ts';
import { cut, longestName, moreOf, named, shown, table } from './html-parts.ts';
import { type CutHunk, firstLines, hunkHeader, noNewlineMark } from './unified-hunks.ts';

const longestLine = 1_000;
const mostRows = 200;
const mostLines = 600;
const mostMarks = 200;
const mostMembers = 100;
const deepestMembers = 4;
/** Of what members have to say, all levels together. */
const roomForMembers = 300_000;

/** Empty where the entry has nothing to say beyond its one line. */
export function insideOf(entry: DiffEntry, depth = 0): string {
  const { hunks = [], changes = [], image, bytes, members, tensors = [], weights } = entry.details;
  const { code = [], graph } = entry.details;
  const notes = notesOf(entry);
  const parts = [
    notes.length === 0 ? '' : `<ul>${notes.map((note) => `<li>${shown(note)}</li>`).join('')}</ul>`,
    codeOf(code),
    graph === undefined ? '' : changeTable(graphRows(graph), 'What changed in the graph', 'What'),
    weights === undefined ? '' : tensorsOf(tensors, weights.sentence),
    changes.length === 0 ? '' : changeTable(changes, 'What changed, by key'),
    image?.pixels?.picture ? pictureOf(image.pixels, entry.path) : '',
    hunks.length === 0 ? '' : linesOf(hunks),
    bytes?.ranges?.length ? rangeTable(bytes.ranges) : '',
    members === undefined ? '' : membersOf(members, depth),
  ];
  return parts.filter((part) => part !== '').join('\n');
}

export function changeTable(
  changes: readonly (ValueChange | RequirementChange)[],
  caption: string,
  what = 'Key',
): string {
  const rows = changes.slice(0, mostRows).map((change) => {
    const { name, sign, change: words, before, after } = changeRow(change);
    const kind = change.change === 'changed' ? 'modified' : change.change;
    return `<tr><td class="${kind}">${sign} ${shown(words)}</td><th scope="row">${named(name)}</th>${valueCell(before)}${valueCell(after)}</tr>`;
  });
  return `${table(caption, ['Change', what, 'Before', 'After'], rows, ' class="changes"')}${moreOf(changes.length - rows.length, 'more change')}`;
}

const valueCell = (text: string) => (text === '' ? '<td class="dim">none</td>' : `<td>${named(text)}</td>`);

function pictureOf({ picture, changed, total }: PixelDifference, name: string): string {
  // Nothing but base64 comes into the attribute, wherever the result was read from.
  if (picture === null || !/^[A-Za-z0-9+/]+={0,2}$/.test(picture)) return '';
  const text = `Where ${shown(name, longestName)} differs: ${changed.toLocaleString('en-US')} of ${total.toLocaleString('en-US')} pixels`;
  return `<figure><img alt="${text}" src="data:image/png;base64,${picture}"><figcaption>Changed pixels in orange on a pale copy of the old picture.</figcaption></figure>`;
}

/** Of many files the first ones; all together have the room of a few. */
function codeOf(code: readonly CodeChange[]): string {
  let room = roomForMembers;
  const files = code.slice(0, mostMembers).map((file) => {
    const { path, change, hunks = [] } = file;
    const kind = change === 'changed' ? 'modified' : change;
    const head = `<span class="status">${changeSigns[kind]} ${change}</span> ${named(path)}<span class="facts">code, ${shown(codeLines(file))}</span>`;
    const inside = hunks.length === 0 || room <= 0 ? '' : linesOf(hunks);
    room -= inside.length;
    return foldedOf(kind, head, inside, ' open');
  });
  if (room < 0) files.push(cut('The lines of further files were left out, to keep this page small.'));
  return `${files.join('\n')}${moreOf(code.length - files.length, 'more file')}`;
}

function linesOf(all: readonly Hunk[]): string {
  const { hunks, leftOut } = firstLines(all, mostLines);
  return `<pre class="lines">${hunks.map(hunkOf).join('')}</pre>${moreOf(leftOut, 'more line')}`;
}

function hunkOf(hunk: CutHunk): string {
  let { beforeStart: before, afterStart: after } = hunk;
  const lines = hunk.lines.map((line) => {
    const numbers = `${column(line.sign === '+' ? '' : before)}${column(line.sign === '-' ? '' : after)}`;
    if (line.sign !== '+') before++;
    if (line.sign !== '-') after++;
    return lineOf(line, numbers);
  });
  return `<span class="at">${hunkHeader(hunk)}</span>${lines.join('')}`;
}

const column = (number: number | '') => String(number).padStart(5);

const tags: Readonly<Record<HunkLine['sign'], string>> = { ' ': 'span', '-': 'del', '+': 'ins' };

function lineOf({ sign, text, words, noNewline }: HunkLine, numbers: string): string {
  const tag = tags[sign];
  const end = noNewline ? ` <i>${escapeHtml(noNewlineMark)}</i>` : '';
  const glyph = sign === '-' ? '−' : sign;
  return `<${tag}><i>${numbers}  ${glyph} </i>${markedText(text, words ?? [])}${end}</${tag}>`;
}

/** Positions are those of the text as it is, so it is cut first and made visible after. */
function markedText(text: string, words: readonly (readonly [number, number])[]): string {
  const end = Math.min(text.length, longestLine);
  const parts: string[] = [];
  let at = 0;
  for (const [from, to] of words.slice(0, mostMarks)) {
    const [start, stop] = [Math.max(at, Math.min(from, end)), Math.min(to, end)];
    if (stop <= start) continue;
    parts.push(showLine(text.slice(at, start)), `<mark>${showLine(text.slice(start, stop))}</mark>`);
    at = stop;
  }
  parts.push(showLine(text.slice(at, end)));
  if (end < text.length) parts.push(`<i>… (${formatCount(text.length - end, 'more character')})</i>`);
  return parts.join('');
}

/** Tabs belong to code; everything else that can't be seen is made visible. */
const showLine = (text: string) => escapeHtml(text.split('\t').map(showName).join('\t'));

function rangeTable(ranges: readonly ByteRange[]): string {
  const rows = ranges
    .slice(0, mostRows)
    .map(
      ({ change, beforeStart, beforeLength, afterStart, afterLength }) =>
        `<tr><td>${change}</td>${rangeCell(beforeStart, beforeLength)}${rangeCell(afterStart, afterLength)}</tr>`,
    );
  return `${table('Bytes, aligned', ['Change', 'Before', 'After'], rows)}${moreOf(ranges.length - rows.length, 'more stretch', 'more stretches')}`;
}

function rangeCell(start: number, length: number): string {
  const what = length === 0 ? 'none' : formatCount(length, 'byte');
  return `<td>${what} at ${start.toLocaleString('en-US')} (0x${start.toString(16)})</td>`;
}

function membersOf({ summary, entries, more }: MembersDetails, depth: number): string {
  const { added, removed, modified, renamed, unchanged } = summary;
  const counts = `Members: ${added} added, ${removed} removed, ${modified} modified, ${renamed} renamed, ${unchanged} unchanged.`;
  const listed = entries.slice(0, mostMembers);
  let room = depth < deepestMembers ? roomForMembers : 0;
  const items = listed.map((entry) => {
    const inside = room > 0 ? insideOf(entry, depth + 1) : '';
    room -= inside.length;
    return entryOf(entry, '', inside);
  });
  if (room < 0) items.push(cut('The details of further members were left out, to keep this page small.'));
  return `<p>${counts}</p>\n${items.join('\n')}${moreOf(entries.length - listed.length + more, 'more member')}`;
}

/** An entry or a member. */
export function entryOf(entry: DiffEntry, attributes: string, inside: string): string {
  const { change, path, from, kind, details } = entry;
  const lines = details.additions === undefined ? '' : `, +${details.additions} −${details.deletions} lines`;
  const names = from === null ? named(path) : `${named(from)} → ${named(path)}`;
  const head = `<span class="status">${changeSigns[change]} ${change}</span> ${names}<span class="facts">${kind}, ${escapeHtml(entrySize(entry))}${lines}</span>`;
  return foldedOf(change, head, inside, attributes);
}

/** One line, which opens where there is something inside. */
function foldedOf(change: EntryChange, head: string, inside: string, attributes: string): string {
  if (inside === '')
    return `<div class="entry ${change}"${attributes.replace(' open', '')}><p class="head">${head}</p></div>`;
  return `<details class="entry ${change}"${attributes}><summary>${head}</summary>\n<div class="inside">${inside}</div></details>`;
}
