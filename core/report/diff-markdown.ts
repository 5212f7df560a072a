/** A comparison as Markdown that fits a comment on a pull request: the verdict first, lines folded away. */
import type {
  CodeChange,
  DiffEntry,
  DiffResult,
  Hunk,
  PolicyResult,
  RequirementChange,
  TensorChange,
  ValueChange,
} from '../contract/diff.ts';
import {
  byAttention,
  changeOrder,
  changeRow,
  changeSigns,
  clip,
  entrySize,
  headline,
  notesOf,
  proofSentence,
  sideName,
  sizeSentence,
  wrappingSentence,
} from '../contract/diff-words.ts';
import { formatCount, showName } from '../contract/format.ts';
import { changedTensors, tensorColumns, tensorRow } from '../contract/tensor-words.ts';
import { codeLines, graphRows } from '../contract/weights-words.ts';
import { type ReportOptions, withoutLocalPaths } from './diff-names.ts';
import { escapeHtml, escapeMarkdown } from './escape.ts';
import { firstLines, hunkHeader, noNewlineMark } from './unified-hunks.ts';

/** GitHub refuses a comment of more than 65,536 characters. */
const mostBytes = 60_000;
/** Kept free, so that every part has its say about what it left out. */
const reserve = 2_000;
/** And this much for the entries. */
const entryRoom = 20_000;
const mostRows = 50;
const mostBroken = 20;
const mostLines = 200;
const longestLine = 300;
const longestName = 200;

const shown = (text: string, most = longestValue) => escapeMarkdown(showName(clip(text, most)));
const longestValue = 500;
const named = (name: string) => shown(name, longestName);

export function diffMarkdown(full: DiffResult, options?: ReportOptions): string {
  const result = withoutLocalPaths(full, options);
  const page = new Page(mostBytes - reserve);
  const mark = result.policy === null ? (result.identical ? '✅' : '🔶') : result.policy.ok ? '✅' : '❌';
  page.add([`### ${mark} ${named(sideName(result.before))} → ${named(sideName(result.after))}`, '']);
  page.add([shown(headline(result), 4_000), '']);
  page.add(countsTable(result));
  const wrapping = wrappingSentence(result);
  page.add([
    [sizeSentence(result), proofSentence(result), wrapping ?? '']
      .map((text) => shown(text))
      .join(' ')
      .trim(),
    '',
  ]);
  page.addAll(result.policy ? policyLines(result.policy) : [], 'of the policy result');
  page.addAll([findingLines(result)], 'of new findings');
  page.addAll([valueTable('Manifest', result.manifest)], 'about the manifest');
  page.addAll([valueTable('Effective configuration', result.effectiveConfig)], 'about the configuration');
  addEntries(page, result);
  return page.toString();
}

/** Lines up to a size; a block that no longer fits is refused as a whole. */
class Page {
  readonly #lines: string[] = [];
  #room: number;

  constructor(room: number) {
    this.#room = room;
  }

  add(lines: readonly string[], reserved = 0): boolean {
    const size = lines.reduce((sum, line) => sum + Buffer.byteLength(line) + 1, 0);
    if (size > this.#room - reserved) return false;
    this.#lines.push(...lines);
    this.#room -= size;
    return true;
  }

  addAll(blocks: readonly (readonly string[])[], what: string): void {
    const refused = blocks.filter((block) => !this.add(block, entryRoom)).length;
    if (refused > 0)
      this.tell(`${formatCount(refused, 'part')} ${what} did not fit here; the JSON report has all.`);
  }

  get isFull(): boolean {
    return this.#room < 200;
  }

  /** What tells of something left out: the reserve is there for it. */
  tell(line: string): void {
    this.#lines.push(line, '');
  }

  toString(): string {
    return `${this.#lines.join('\n').trimEnd()}\n`;
  }
}

function countsTable({ summary }: DiffResult): string[] {
  return [
    `| ${changeOrder.map((change) => `${changeSigns[change]} ${change}`).join(' | ')} |`,
    `|${' ---: |'.repeat(changeOrder.length)}`,
    `| ${changeOrder.map((change) => summary[change].toLocaleString('en-US')).join(' | ')} |`,
    '',
  ];
}

function policyLines({ ok, path, rules }: PolicyResult): string[][] {
  const broken = rules.filter((rule) => !rule.ok);
  const verdict = ok
    ? `Policy ${path}: all ${formatCount(rules.length, 'rule')} hold`
    : `Policy ${path}: ${broken.length} of ${formatCount(rules.length, 'rule')} broken`;
  return [
    [`#### ${ok ? '✅' : '❌'} ${shown(verdict)}`, ''],
    ...broken
      .slice(0, mostRows)
      .map((rule) => [
        `- ❌ **${shown(rule.name)}** (${shown(rule.asks)})`,
        ...rule.broken
          .slice(0, mostBroken)
          .map(({ path, message }) => `  - ${path === null ? '' : `${named(path)}: `}${shown(message)}`),
        ...more(rule.broken.length - mostBroken, '  - '),
      ]),
    more(broken.length - mostRows, '- '),
    [''],
  ];
}

const more = (count: number, before = '') =>
  count > 0 ? [`${before}and ${count.toLocaleString('en-US')} more`] : [];

const paragraph = (left: number) => (left > 0 ? [...more(left), ''] : []);

function findingLines({ findings }: DiffResult): string[] {
  if (findings.length === 0) return [];
  const rows = findings
    .slice(0, mostRows)
    .map(
      ({ code, severity, path, message }) =>
        `| ${severity} \`${code.replace(/[^\w-]/g, '')}\` | ${path === null ? '' : named(path)} | ${shown(message)} |`,
    );
  return [
    '#### New findings',
    '',
    '| Finding | Entry | What is wrong |',
    '| --- | --- | --- |',
    ...rows,
    '',
    ...paragraph(findings.length - mostRows),
  ];
}

function valueTable(
  title: string,
  changes: readonly (ValueChange | RequirementChange)[],
  level = '####',
): string[] {
  if (changes.length === 0) return [];
  const rows = changes.slice(0, mostRows).map((change) => {
    const { name, sign, change: words, before, after } = changeRow(change);
    return `| ${sign} ${words} | ${named(name)} | ${shown(before)} | ${shown(after)} |`;
  });
  return [
    ...(title === '' ? [] : [`${level} ${title}`, '']),
    '| Change | Key | Before | After |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
    ...paragraph(changes.length - mostRows),
  ];
}

function addEntries(page: Page, result: DiffResult): void {
  const groups = byAttention(result.entries);
  if (groups.length === 0) return;
  page.add(['#### Entries', '']);
  const entries = groups.flatMap((group) => group.entries);
  // Some room is kept for the lines of those that come first.
  const listed = entries.filter((entry) => page.add([entryLine(entry)], entryRoom / 2));
  page.add(['']);
  if (listed.length < entries.length)
    page.tell(
      `${formatCount(entries.length - listed.length, 'more entry', 'more entries')} not listed here; the HTML and JSON reports have more.`,
    );
  const left = entries.filter(hasDetails).filter((entry) => page.isFull || !page.add(folded(entry)));
  if (left.length > 0)
    page.tell(
      `The details of ${formatCount(left.length, 'entry', 'entries')} did not fit here; the HTML and JSON reports have more.`,
    );
}

function entryLine(entry: DiffEntry): string {
  const name = entry.from === null ? named(entry.path) : `${named(entry.from)} → ${named(entry.path)}`;
  const lines =
    entry.details.additions === undefined
      ? ''
      : `, +${entry.details.additions} −${entry.details.deletions} lines`;
  return `- ${changeSigns[entry.change] === '+' ? '&#43;' : changeSigns[entry.change]} ${entry.change} **${name}** (${entry.kind}, ${escapeMarkdown(entrySize(entry))}${lines})`;
}

function hasDetails(entry: DiffEntry): boolean {
  const { hunks = [], changes = [], members } = entry.details;
  return hunks.length > 0 || changes.length > 0 || members !== undefined || notesOf(entry).length > 0;
}

function detailLines(entry: DiffEntry): string[] {
  const { hunks = [], changes = [], members, code = [], graph } = entry.details;
  const notes = notesOf(entry);
  return [
    ...notes.map((note) => `- ${shown(note)}`),
    ...(notes.length > 0 ? [''] : []),
    ...codeFiles(code),
    ...(graph === undefined ? [] : valueTable('', graphRows(graph))),
    ...tensorTable(entry.details.tensors ?? []),
    ...valueTable('', changes),
    ...(members ? membersLines(members) : []),
    ...(hunks.length > 0 ? hunkLines(hunks, mostLines) : []),
  ];
}

function tensorTable(tensors: readonly TensorChange[]): string[] {
  const changed = changedTensors(tensors);
  if (changed.length === 0) return [];
  const rows = changed.slice(0, mostRows).map((tensor) => {
    const { sign, change, name, form, maxAbs, relativeL2, cosine, changed, note } = tensorRow(tensor);
    const told = note === '' ? '' : ` (${shown(note)})`;
    return `| ${sign} ${change} | ${named(name)}${told} | ${shown(form)} | ${maxAbs} | ${relativeL2} | ${cosine} | ${changed} |`;
  });
  return [
    `| ${tensorColumns.map((text) => escapeMarkdown(text)).join(' | ')} |`,
    `|${' --- |'.repeat(3)}${' ---: |'.repeat(tensorColumns.length - 3)}`,
    ...rows,
    '',
    ...paragraph(changed.length - mostRows),
  ];
}

function membersLines({ entries, more: others }: NonNullable<DiffEntry['details']['members']>): string[] {
  const rows = entries.slice(0, mostRows).map(entryLine);
  return ['Members:', '', ...rows, ...more(entries.length - rows.length + others, '- '), ''];
}

/** Of all files together as many lines as of one text. */
function codeFiles(code: readonly CodeChange[]): string[] {
  let room = mostLines;
  const files = code.slice(0, mostRows).flatMap((file) => {
    const { path, change, hunks = [] } = file;
    const kind = change === 'changed' ? 'modified' : change;
    const head = `${changeSigns[kind]} ${change} **${named(path)}** (${shown(codeLines(file))})`;
    const lines = hunks.length > 0 ? hunkLines(hunks, room) : [];
    room = Math.max(0, room - hunks.reduce((sum, hunk) => sum + hunk.lines.length, 0));
    return [head.replace(/^\+/, '&#43;'), '', ...lines];
  });
  return [...files, ...paragraph(code.length - mostRows)];
}

function hunkLines(all: readonly Hunk[], most: number): string[] {
  const { hunks, leftOut } = firstLines(all, most);
  const lines = hunks.flatMap((hunk) => [
    hunkHeader(hunk),
    ...hunk.lines.flatMap(({ sign, text, noNewline }) => [
      sign + showLine(clip(text, longestLine)),
      ...(noNewline ? [noNewlineMark] : []),
    ]),
  ]);
  // No line within may end the block.
  const longest = lines.reduce((most, line) => {
    for (const [run] of line.matchAll(/`+/g)) most = Math.max(most, run.length);
    return most;
  }, 2);
  const fence = '`'.repeat(longest + 1);
  return [
    ...(lines.length === 0 ? [] : [`${fence}diff`, ...lines, fence, '']),
    ...(leftOut > 0 ? [`${formatCount(leftOut, 'more line')} not shown.`, ''] : []),
  ];
}

/** Tabs belong to code; everything else that can't be seen is made visible. */
const showLine = (text: string) => text.split('\t').map(showName).join('\t');

function folded(entry: DiffEntry): string[] {
  return [
    '<details>',
    `<summary>${changeSigns[entry.change]} ${inSummary(entry.path)}</summary>`,
    '',
    ...detailLines(entry),
    '</details>',
    '',
  ];
}

/** There it is HTML, in which GitHub still finds people, issues and addresses. */
function inSummary(name: string): string {
  const parted = /[&<>"']|[@#](?=\w)|(?<=https?):|(?<=\bwww)\./gi;
  return showName(clip(name, longestName)).replace(parted, (char) =>
    /[@#:.]/.test(char) ? `${char}<!-- -->` : escapeHtml(char),
  );
}
