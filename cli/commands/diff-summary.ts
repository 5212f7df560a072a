/** What `diff` says to people: the verdict, the counts, then what changed, the weightiest first. */
import type {
  CodeChange,
  DiffEntry,
  DiffResult,
  Hunk,
  PolicyResult,
  RequirementChange,
  ValueChange,
} from '../../core/contract/diff.ts';
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
} from '../../core/contract/diff-words.ts';
import { formatBytes, formatCount, formatDuration, showName } from '../../core/contract/format.ts';
import { codeLines, graphRows } from '../../core/contract/weights-words.ts';
import { firstLines, hunkHeader, noNewlineMark } from '../../core/report/unified-hunks.ts';
import { formatFindings } from '../findings.ts';
import type { Style } from '../style.ts';
import { alignColumns } from '../table.ts';
import { formatTensorChanges } from './tensor-changes.ts';

export interface DiffSummaryOptions {
  /** Every entry, unchanged ones as well; else the first hundred changes. */
  readonly all: boolean;
  /** Every line of every entry; else the first forty of each, and of a few hundred in all. */
  readonly details: boolean;
  readonly style: Style;
}

const mostEntries = 100;
const mostLinesEach = 40;
const mostLinesInAll = 400;
const mostRows = 40;
const mostBroken = 20;
const longestLine = 400;
const longestValue = 80;

export function formatDiff(result: DiffResult, options: DiffSummaryOptions): string {
  const { style } = options;
  const paint =
    result.policy === null
      ? result.identical
        ? style.green
        : style.bold
      : result.policy.ok
        ? style.green
        : style.red;
  const wrapping = wrappingSentence(result);
  return [
    style.bold(paint(showName(headline(result)))),
    style.dim(`${sideLine(result.before)} → ${sideLine(result.after)}`),
    '',
    countsLine(result, style),
    ...[sizeSentence(result), proofSentence(result), ...(wrapping === null ? [] : [wrapping])],
    ...valueLines('Manifest', result.manifest, options),
    ...valueLines(
      'Effective configuration: what TorchServe would do differently',
      result.effectiveConfig,
      options,
    ),
    ...entryLines(result, options),
    ...(result.findings.length === 0
      ? []
      : ['', style.bold('New findings'), formatFindings(result.findings, style).trimEnd()]),
    ...(result.policy === null ? [] : policyLines(result.policy, options)),
    '',
    style.dim(`Compared in ${formatDuration(result.seconds)}.`),
    '',
  ].join('\n');
}

/** Beside a report that went to a file: what it comes to, and where it is. */
export function diffInOneLine(result: DiffResult, format: string, path: string, style: Style): string {
  const { summary, identical, policy } = result;
  const counts = changeOrder
    .filter((change) => change !== 'unchanged' && summary[change] > 0)
    .map((change) => `${changeSigns[change]}${summary[change].toLocaleString('en-US')} ${change}`);
  const broken = policy?.rules.filter(({ ok }) => !ok).length ?? 0;
  const words = [
    identical ? 'Same contents' : ['The archives differ', ...counts].join(', '),
    ...(policy === null ? [] : [broken === 0 ? 'the policy holds' : `${formatCount(broken, 'rule')} broken`]),
  ].join('; ');
  const isBad = policy === null ? !identical : broken > 0;
  return `${style.bold(isBad ? words : style.green(words))}. The ${format} report is in ${showName(path)}\n`;
}

const sideLine = (side: DiffResult['before']) => {
  const name = showName(sideName(side));
  const path = showName(side.path);
  return `${name === path ? path : `${name} (${path})`}, ${formatBytes(side.size)}`;
};

function paintOf(style: Style, change: DiffEntry['change']): (text: string) => string {
  // Blue and orange where a terminal has them; the signs say the same without.
  return {
    added: style.cyan,
    removed: style.yellow,
    modified: style.magenta,
    renamed: style.dim,
    unchanged: style.dim,
  }[change];
}

function countsLine({ summary }: DiffResult, style: Style): string {
  return changeOrder
    .map((change) => {
      const text = `${changeSigns[change]} ${summary[change].toLocaleString('en-US')} ${change}`;
      return summary[change] === 0 ? style.dim(text) : paintOf(style, change)(text);
    })
    .join('   ');
}

type Changes = readonly (ValueChange | RequirementChange)[];

function valueLines(title: string, changes: Changes, options: DiffSummaryOptions): string[] {
  if (changes.length === 0) return [];
  return ['', options.style.bold(title), ...changeLines(changes, options, '  ')];
}

function changeLines(changes: Changes, { details, style }: DiffSummaryOptions, indent: string): string[] {
  const rows = changes.slice(0, details ? changes.length : mostRows).map((change) => {
    const { name, sign, change: words, before, after } = changeRow(change);
    const values = [before, after]
      .filter((text) => text !== '')
      .map((text) => showName(clip(text, longestValue)));
    return {
      change,
      cells: [`${indent}${sign} ${showName(clip(name, longestValue))}`, words, values.join(' → ')],
    };
  });
  const lines = alignColumns(rows.map(({ cells }) => cells)).map((line, at) => {
    const kind = rows[at]?.change.change ?? 'changed';
    return paintOf(style, kind === 'changed' ? 'modified' : kind)(line.trimEnd());
  });
  return [...lines, ...more(changes.length - rows.length, 'change', indent)];
}

function more(count: number, what: string, indent: string, many = `${what}s`): string[] {
  return count > 0
    ? [`${indent}and ${formatCount(count, `more ${what}`, `more ${many}`)} (--verbose shows all)`]
    : [];
}

function entryLines({ entries }: DiffResult, options: DiffSummaryOptions): string[] {
  const groups = byAttention(entries);
  const ordered = groups.flatMap((group) => group.entries);
  const listed = options.all || options.details ? ordered : ordered.slice(0, mostEntries);
  if (listed.length === 0) return [];
  const room = { lines: options.details ? Number.POSITIVE_INFINITY : mostLinesInAll };
  const left = ordered.length - listed.length;
  return [
    '',
    options.style.bold('Entries'),
    ...listed.flatMap((entry) => [
      entryLine(entry, options.style, '  '),
      ...insideLines(entry, options, room, '      '),
    ]),
    ...(left > 0 ? [`  and ${formatCount(left, 'more entry', 'more entries')} (--all lists all)`] : []),
  ];
}

function entryLine(entry: DiffEntry, style: Style, indent: string): string {
  const { change, path, from, kind, details } = entry;
  const name = from === null ? showName(path) : `${showName(from)} → ${showName(path)}`;
  const lines = details.additions === undefined ? '' : `, +${details.additions} −${details.deletions} lines`;
  const head = paintOf(style, change)(`${changeSigns[change]} ${change.padEnd(9)}`);
  return `${indent}${head} ${style.bold(name)}  ${style.dim(`${kind}, ${entrySize(entry)}${lines}`)}`;
}

interface Room {
  lines: number;
}

function insideLines(entry: DiffEntry, options: DiffSummaryOptions, room: Room, indent: string): string[] {
  const { changes = [], members, tensors = [], code = [], graph, hunks = [] } = entry.details;
  return [
    ...notesOf(entry).map((note) => `${indent}${showName(clip(note, longestLine))}`),
    ...code.flatMap((file) => codeLinesOf(file, options, room, indent)),
    ...(graph === undefined ? [] : changeLines(graphRows(graph), options, indent)),
    ...formatTensorChanges(tensors, options, indent),
    ...changeLines(changes, options, indent),
    ...hunkLines(hunks, options, room, indent),
    ...(members === undefined ? [] : memberLines(members, options, indent)),
  ];
}

/** Their own lines are left to the other reports, unless all is asked for. */
function memberLines(
  { entries, more: others }: NonNullable<DiffEntry['details']['members']>,
  options: DiffSummaryOptions,
  indent: string,
): string[] {
  const listed = entries.slice(0, options.details ? entries.length : 10);
  const room = { lines: options.details ? Number.POSITIVE_INFINITY : 0 };
  return [
    ...listed.flatMap((entry) => [
      entryLine(entry, options.style, indent),
      ...(options.details || entry.details.problem !== undefined
        ? insideLines(entry, options, room, `${indent}    `)
        : []),
    ]),
    ...more(entries.length - listed.length, 'member', indent),
    ...(others > 0
      ? [`${indent}and ${formatCount(others, 'member')} beyond what is compared one by one`]
      : []),
  ];
}

function codeLinesOf(file: CodeChange, options: DiffSummaryOptions, room: Room, indent: string): string[] {
  const { path, change, hunks = [] } = file;
  const kind = change === 'changed' ? 'modified' : change;
  const head = paintOf(options.style, kind)(`${changeSigns[kind]} ${change.padEnd(9)}`);
  const facts = options.style.dim(showName(clip(codeLines(file), longestLine)));
  return [
    `${indent}${head} ${options.style.bold(showName(path))}  ${facts}`,
    ...hunkLines(hunks, options, room, `${indent}    `),
  ];
}

function hunkLines(
  all: readonly Hunk[],
  { details: whole, style }: DiffSummaryOptions,
  room: Room,
  indent: string,
): string[] {
  const { hunks, leftOut } = firstLines(
    all,
    Math.min(room.lines, whole ? Number.POSITIVE_INFINITY : mostLinesEach),
  );
  const lines = hunks.flatMap((hunk) => {
    room.lines -= hunk.lines.length;
    return [
      style.dim(`${indent}${hunkHeader(hunk)}`),
      ...hunk.lines.flatMap(({ sign, text, noNewline }) => {
        const line = `${indent}${sign}${showLine(clip(text, whole ? 10_000 : longestLine))}`;
        const painted = sign === '+' ? style.cyan(line) : sign === '-' ? style.yellow(line) : line;
        return noNewline ? [painted, style.dim(`${indent}${noNewlineMark}`)] : [painted];
      }),
    ];
  });
  return [...lines, ...more(leftOut, 'line', indent)];
}

/** Tabs belong to code; everything else that can't be seen is made visible. */
const showLine = (text: string) => text.split('\t').map(showName).join('\t');

function policyLines({ ok, path, rules }: PolicyResult, { details, style }: DiffSummaryOptions): string[] {
  const broken = rules.filter((rule) => !rule.ok);
  const verdict = ok
    ? style.green(`all ${formatCount(rules.length, 'rule')} hold`)
    : style.red(`${broken.length} of ${formatCount(rules.length, 'rule')} broken`);
  const kept = details
    ? rules.filter((rule) => rule.ok).map(({ name }) => `  ${style.green('holds')}   ${showName(name)}`)
    : [];
  return [
    '',
    `${style.bold(`Policy ${showName(path)}:`)} ${verdict}`,
    ...broken.flatMap((rule) => [
      `  ${style.red('broken')}  ${style.bold(showName(rule.name))}  ${style.dim(`(${showName(rule.asks)})`)}`,
      ...rule.broken
        .slice(0, details ? rule.broken.length : mostBroken)
        .map(
          ({ path, message }) =>
            `          ${path === null ? '' : `${showName(path)}: `}${showName(message)}`,
        ),
      ...more(details ? 0 : rule.broken.length - mostBroken, 'cause', '          '),
    ]),
    ...kept,
  ];
}
