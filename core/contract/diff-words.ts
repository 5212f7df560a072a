/** The sentences of everything that shows a comparison: one voice for the terminal, the reports and the interface. All of it is plain text. */
import type {
  Details,
  DiffEntry,
  DiffResult,
  DiffSide,
  EntryChange,
  RequirementChange,
  ValueChange,
  Wrapping,
} from './diff.ts';
import { formatBytes, formatCount, formatPercent } from './format.ts';
import { formatNames } from './format-names.ts';
import { tensorCounts } from './tensor-words.ts';
import { moreNodes } from './weights-words.ts';

/** A sign for each, so that nothing rests on colour. */
export const changeSigns: Readonly<Record<EntryChange, string>> = {
  added: '+',
  removed: '−',
  modified: '±',
  renamed: '→',
  unchanged: '=',
};

export const changeOrder = ['added', 'removed', 'modified', 'renamed', 'unchanged'] as const;

/** "fraud 1.4", or the file's name where the manifest names none. */
export function sideName({ path, modelName, modelVersion }: DiffSide): string {
  return modelName === null ? path : [modelName, modelVersion ?? ''].join(' ').trim();
}

/** The verdict; where there is none, what being identical or not rests on. */
export function headline(result: DiffResult): string {
  if (result.verdict.length > 0) return result.verdict.map(({ text }) => text).join(' ');
  return result.identical ? 'Same contents.' : 'The archives differ.';
}

export function proofSentence({ proof, summary }: DiffResult): string {
  if (summary.unchanged === 0) return 'No entry is equal on both sides.';
  const entries = formatCount(summary.unchanged, 'entry', 'entries');
  if (proof === 'sha256') return `Contents were read on both sides; SHA-256 proves ${entries} equal.`;
  return `${entries} taken as equal by CRC-32 and size; --verify proves it by SHA-256.`;
}

/** Null where nothing is wrapped otherwise. */
export function wrappingSentence({ summary, strict }: DiffResult): string | null {
  if (summary.wrapping === 0) return null;
  const only = `${formatCount(summary.wrapping, 'entry differs', 'entries differ')} only in time, mode, order or compression`;
  return strict ? `${only}, which counts here.` : `${only}.`;
}

export function sizeSentence({ summary: { bytesBefore, bytesAfter } }: DiffResult): string {
  return `Contents: ${formatBytes(bytesBefore)} to ${formatBytes(bytesAfter)} (${formatDelta(bytesBefore, bytesAfter)}).`;
}

function formatDelta(before: number, after: number): string {
  const delta = after - before;
  if (delta === 0) return 'same size';
  const share = before === 0 ? '' : `, ${delta > 0 ? '+' : '−'}${formatPercent(Math.abs(delta), before)}`;
  return `${delta > 0 ? '+' : '−'}${formatBytes(Math.abs(delta))}${share}`;
}

/** "3.1 KiB to 3.5 KiB (+410 B, +12.9 %)", or the one size there is. */
export function entrySize({ before, after }: DiffEntry): string {
  if (before === null || after === null) return formatBytes((before ?? after)?.size ?? 0);
  if (before.size === after.size) return formatBytes(after.size);
  return `${formatBytes(before.size)} to ${formatBytes(after.size)} (${formatDelta(before.size, after.size)})`;
}

/** What a reader should look at first, as one number: lower comes earlier. */
const attention = ['manifest', 'handler', 'model', 'requirements', 'config', 'extra', 'weights'] as const;

export interface AttentionGroup {
  readonly title: string;
  readonly entries: readonly DiffEntry[];
}

const groupTitles: Readonly<Record<(typeof attention)[number], string>> = {
  manifest: 'Manifest',
  handler: 'Handler',
  model: 'Model code',
  requirements: 'Requirements',
  config: 'Configuration',
  extra: 'Other files',
  weights: 'Weights',
};

export function byAttention(entries: readonly DiffEntry[]): AttentionGroup[] {
  const roleOf = ({ role, kind }: DiffEntry) => (role === 'extra' && kind === 'weights' ? 'weights' : role);
  return attention
    .map((role) => ({
      title: groupTitles[role],
      entries: entries.filter((entry) => roleOf(entry) === role),
    }))
    .filter((group) => group.entries.length > 0);
}

/** All that an entry has to say beside its lines and tables. */
export function notesOf(entry: DiffEntry): string[] {
  const { details, change, likeness, wrapping, proof } = entry;
  return [
    ...(details.problem
      ? [`Could not be compared: ${details.problem.code}: ${details.problem.message}`]
      : []),
    ...(details.fallback === undefined ? [] : [details.fallback]),
    ...(change === 'renamed' && likeness !== undefined && likeness < 1
      ? [`${formatPercent(likeness, 1)} of the content stayed`]
      : []),
    ...weightsNotes(details),
    ...textNotes(details),
    ...(details.sameMeaning ? ['Only comments, layout or the order of keys differ'] : []),
    ...labelNotes(details),
    ...imageNotes(details),
    ...bytesNotes(details),
    ...(proof === 'crc32' ? ['Equal by CRC-32 and size'] : proof === 'sha256' ? ['Equal by SHA-256'] : []),
    ...wrapping.map(wrappingNote),
  ];
}

const wrappingWords: Readonly<Record<Wrapping['what'], string>> = {
  time: 'time',
  mode: 'mode',
  method: 'way of being stored',
  compressedSize: 'compressed size',
};

const wrappingNote = ({ what, before, after }: Wrapping) =>
  `Another ${wrappingWords[what]}: ${before} before, ${after} after`;

function weightsNotes({ weights, graph }: Details): string[] {
  if (weights === undefined) return [];
  const { sentence, before, after } = weights;
  return [
    ...(before === after ? [] : [`From ${formatNames[before]} to ${formatNames[after]}`]),
    ...(sentence === '' ? [] : [sentence.charAt(0).toUpperCase() + sentence.slice(1)]),
    ...(graph === undefined || graph.nodes.more === 0 ? [] : [moreNodes(graph)]),
    ...(Object.values(weights.counts).some((count) => count > 0) ? [tensorCounts(weights)] : []),
  ];
}

function textNotes(details: Details): string[] {
  const form = (details.form ?? []).map(({ what, before, after }) => {
    const words = {
      'line-ends': 'Line ends',
      bom: 'Byte order mark',
      encoding: 'Encoding',
      'final-newline': 'Final newline',
    };
    return `${words[what]}: ${before} before, ${after} after`;
  });
  const moved = details.moved ?? [];
  const shown = moved.slice(0, 10).map(({ before, after, lines }) => {
    const what = lines === 1 ? `Line ${before}` : `Lines ${before} to ${before + lines - 1}`;
    return `${what} moved to line ${after}`;
  });
  return [
    ...(details.whitespaceOnly ? ['Changed lines differ in white space only'] : []),
    ...form,
    ...shown,
    ...(moved.length > shown.length
      ? [`${formatCount(moved.length - shown.length, 'more block')} moved`]
      : []),
    ...(details.budgetSpent
      ? ['The search ran out of its budget: what is shown is right, but may be longer than need be']
      : []),
  ];
}

function labelNotes({ labels }: Details): string[] {
  if (labels === undefined) return [];
  const { before, after, added, removed, renamed, pattern } = labels;
  return [
    `${formatCount(before, 'class', 'classes')} before, ${after.toLocaleString('en-US')} after: ${added} added, ${removed} removed, ${renamed} renamed`,
    ...(pattern === null ? [] : [pattern.charAt(0).toUpperCase() + pattern.slice(1)]),
  ];
}

function imageNotes({ image }: Details): string[] {
  if (image === undefined) return [];
  const facts = (side: typeof image.before) =>
    side === null ? 'no image' : `${side.format}, ${side.width} × ${side.height}`;
  const sizes =
    facts(image.before) === facts(image.after)
      ? facts(image.after)
      : `${facts(image.before)} before; ${facts(image.after)} after`;
  const { pixels } = image;
  if (pixels === null) return [sizes, 'Pixels were not compared'];
  if (pixels.changed === 0) return [sizes, 'All pixels are equal'];
  const changed = `${pixels.changed.toLocaleString('en-US')} of ${pixels.total.toLocaleString('en-US')} pixels differ (${formatPercent(pixels.changed, pixels.total)}), by at most ${pixels.largest} of 255`;
  return [sizes, changed];
}

function bytesNotes({ bytes }: Details): string[] {
  if (bytes === undefined) return [];
  const { firstDifference, differing, ranges } = bytes;
  const count =
    differing === null
      ? ''
      : `; ${formatCount(differing, 'byte differs', 'bytes differ')} at the same offset`;
  return [
    `First difference at byte ${firstDifference.toLocaleString('en-US')}${count}`,
    ...(ranges === null
      ? []
      : [`Aligned: ${formatCount(ranges.length, 'stretch', 'stretches')} inserted, removed or changed`]),
  ];
}

/** A row of a table of structured changes. */
export interface ChangeRow {
  readonly name: string;
  readonly sign: '+' | '−' | '±';
  readonly change: string;
  readonly before: string;
  readonly after: string;
}

const howWords: Readonly<Record<string, string>> = {
  type: 'type changed',
  marker: 'marker changed',
  extras: 'extras changed',
  hashes: 'hashes changed',
  source: 'source changed',
  option: 'option changed',
  constraint: 'constraint changed',
};

export function changeRow(change: ValueChange | RequirementChange): ChangeRow {
  const sign = change.change === 'added' ? '+' : change.change === 'removed' ? '−' : '±';
  // An added index or source is more than one more package, so it is said.
  const how = change.how === undefined ? change.change : (howWords[change.how] ?? change.how);
  const words =
    change.change !== 'changed' && change.how !== undefined ? `${change.change} (${change.how})` : how;
  return {
    name: 'name' in change ? change.name : change.path,
    sign,
    change: words,
    before: change.change === 'added' ? '' : sideText(change, change.before),
    after: change.change === 'removed' ? '' : sideText(change, change.after),
  };
}

/** Requirements are texts already; of values, JSON tells 8 and "8" apart. */
function sideText(change: ValueChange | RequirementChange, value: unknown): string {
  return 'name' in change && typeof value === 'string' ? clip(value, longestValue) : valueText(value);
}

const longestValue = 300;

function valueText(value: unknown): string {
  if (value === undefined) return '';
  try {
    return clip(JSON.stringify(value) ?? String(value), longestValue);
  } catch {
    return '(too deep to be shown)';
  }
}

/** The beginning of a text, and how much of it is missing. */
export function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most)}… (${(text.length - most).toLocaleString('en-US')} more characters)`;
}
