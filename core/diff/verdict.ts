/** What changed, in a few words, from facts alone: the first line of every report. */
import type { DiffEntry, DiffResult, RequirementChange, ValueChange, VerdictPart } from '../contract/diff.ts';
import { formatCount, showName } from '../contract/format.ts';
import { formatNames } from '../contract/format-names.ts';
import type { Role } from '../contract/model.ts';
import { clipped } from './tree.ts';

type Facts = Omit<DiffResult, 'verdict' | 'policy' | 'seconds'> & {
  /** Unchanged ones too. */
  readonly all: readonly DiffEntry[];
};

const maxNamed = 3;
/** A description may be as long as a book, and a verdict is a sentence. */
const longestValue = 60;
const longestSentence = 300;

/** Each part is a sentence. */
export function verdictOf(facts: Facts): VerdictPart[] {
  return partsOf(facts).map(({ text, path }) => ({ text: `${text}.`, path }));
}

function partsOf(facts: Facts): VerdictPart[] {
  if (facts.identical) return [identical(facts), ...newErrors(facts)];
  if (facts.manifest.length === 0 && !facts.all.some(changed)) {
    return [{ text: 'Same contents; times, order, modes or compression differ', path: null }];
  }
  const parts = [
    ...versionParts(facts),
    ...manifestParts(facts),
    ...weightsParts(facts.all),
    ...codeParts(facts.all),
    ...facts.effectiveConfig.slice(0, maxNamed).map((change) => configPart(change, facts.all)),
    ...requirementParts(facts.all),
    ...labelParts(facts.all),
    ...otherParts(facts),
  ];
  const broken = facts.all.filter(({ details }) => details.problem !== undefined);
  for (const { path } of broken.slice(0, maxNamed)) {
    parts.push({ text: `${showName(path)} could not be read`, path });
  }
  return [...parts, ...newErrors(facts)];
}

/** Contents are what the directory lists; that TorchServe would load something else is such an error. */
function newErrors({ findings }: Facts): VerdictPart[] {
  const errors = findings.filter(({ severity }) => severity === 'error');
  const [first] = errors;
  if (first === undefined) return [];
  return [{ text: `${formatCount(errors.length, 'new error')}: ${first.message}`, path: first.path }];
}

function identical({ proof, summary, before, after }: Facts): VerdictPart {
  const count = formatCount(summary.unchanged, 'entry', 'entries');
  const by = proof === 'sha256' ? 'proven by SHA-256' : 'by CRC-32 and size';
  // Files by themselves have no manifest.
  const areFiles = before.kind === 'weights' && after.kind === 'weights';
  const same = areFiles ? 'Same contents' : `Same manifest and same contents in ${count}`;
  return { text: `${same}, ${by}`, path: null };
}

const manifestPath = 'MAR-INF/MANIFEST.json';

function versionParts({ before, after, all, findings }: Facts): VerdictPart[] {
  const [old, now] = [before.modelVersion, after.modelVersion];
  if (old !== now) {
    const text = `Version ${showName(old ?? 'none')} to ${showName(now ?? 'none')}`;
    const isAll = findings.some(({ code }) => code === 'VERSION_ONLY');
    return [{ text: isAll ? `${text}, and nothing else` : text, path: manifestPath }];
  }
  if (old === null) return [];
  const what = all.some(({ change, role }) => change !== 'unchanged' && role !== 'manifest')
    ? 'Contents'
    : 'Manifest';
  return [{ text: `${what} changed, version ${showName(old)} did not`, path: manifestPath }];
}

/** The version has a sentence of its own, and another archiver is no news of the model. */
const selfChanging = ['model.modelVersion', 'archiverVersion'];

function manifestParts({ manifest }: Facts): VerdictPart[] {
  const fields = manifest.filter(({ path }) => !selfChanging.includes(path));
  const parts = fields.slice(0, maxNamed).map((field) => ({ text: fieldWords(field), path: manifestPath }));
  const rest = fields.length - parts.length;
  if (rest === 0) return parts;
  return [
    ...parts,
    { text: `${formatCount(rest, 'more field')} of the manifest changed`, path: manifestPath },
  ];
}

/** Fields of the model go by their last name, as people call them. */
function fieldWords({ path, change, before, after }: ValueChange): string {
  const name = showName(clipped(path.replace(/^model\./, ''), longestValue));
  return change === 'changed' ? `${name} ${plain(before)} to ${plain(after)}` : `${name} ${change}`;
}

function weightsParts(all: readonly DiffEntry[]): VerdictPart[] {
  const files = withRole(all, 'weights');
  // Weights of another role, such as a second model, have a sentence where something in them changed.
  const others = otherWeights(all).map((entry) => ({
    text: `${showName(entry.path)}: ${clipped(entry.details.weights?.sentence ?? '', longestSentence)}`,
    path: entry.path,
  }));
  if (files.length > 0 && !files.some(changed))
    return [{ text: 'Weights unchanged', path: files[0]?.path ?? null }, ...others];
  return [
    ...files.filter(changed).map((entry) => ({ text: weightsWords(entry), path: entry.path })),
    ...others,
  ];
}

const otherWeights = (all: readonly DiffEntry[]) =>
  all
    .filter((entry) => entry.role === 'extra' && changed(entry))
    .filter(({ details }) => (details.weights?.sentence ?? '') !== '')
    .slice(0, maxNamed);

/** Tensors say more than that the file changed. */
function weightsWords(entry: DiffEntry): string {
  const sentence = entry.details.weights?.sentence || equalNumbers(entry);
  if (sentence === '') return `Weights ${wordFor(entry)}`;
  const told = clipped(sentence, longestSentence);
  return entry.change === 'modified' ? `Weights: ${told}` : `Weights ${wordFor(entry)}: ${told}`;
}

/** A reader who is told that weights changed looks for numbers that moved, of which there are none. */
function equalNumbers({ details: { weights } }: DiffEntry): string {
  if (weights === undefined || weights.counts.unchanged === 0) return '';
  if (weights.before === weights.after) return 'the numbers are equal, other bytes of the file changed';
  return `the numbers are equal, the format went from ${formatNames[weights.before]} to ${formatNames[weights.after]}`;
}

function codeParts(all: readonly DiffEntry[]): VerdictPart[] {
  const named = [
    ...withRole(all, 'handler').map((entry) => ['Handler', entry] as const),
    ...withRole(all, 'model').map((entry) => ['Model file', entry] as const),
  ];
  return named
    .filter(([, entry]) => changed(entry))
    .map(([what, entry]) => ({ text: `${what} ${inLines(entry)}`, path: entry.path }));
}

const formWords = {
  'line-ends': 'line ends',
  bom: 'byte-order mark',
  encoding: 'encoding',
  'final-newline': 'final newline',
} as const;

function inLines(entry: DiffEntry): string {
  const { additions = 0, deletions = 0, whitespaceOnly, form = [] } = entry.details;
  if (entry.change !== 'modified') return wordFor(entry);
  if (whitespaceOnly && additions + deletions > 0) return 'changed in white space only';
  if (additions + deletions > 0) return `changed in ${formatCount(Math.max(additions, deletions), 'line')}`;
  return form.length > 0
    ? `changed in ${form.map(({ what }) => formWords[what]).join(' and ')} only`
    : 'changed';
}

function configPart({ path, before, after }: ValueChange, all: readonly DiffEntry[]): VerdictPart {
  const [config] = withRole(all, 'config');
  return { text: `${path} ${plain(before)} to ${plain(after)}`, path: config?.path ?? null };
}

function requirementParts(all: readonly DiffEntry[]): VerdictPart[] {
  const parts = all
    .filter(({ kind }) => kind === 'requirements')
    .flatMap(({ path, details }) =>
      ((details.changes ?? []) as readonly RequirementChange[]).map((change) => ({ path, change })),
    )
    .sort((a, b) => rankOf(a.change) - rankOf(b.change))
    .map(({ path, change }) => ({ text: requirementWords(change), path }));
  const rest = parts.length - maxNamed;
  if (rest <= 1) return parts;
  return [
    ...parts.slice(0, maxNamed),
    { text: `${formatCount(rest, 'more requirement')} changed`, path: parts[0]?.path ?? null },
  ];
}

/** Few are named, so what is the most likely to be a mistake comes first. */
function rankOf({ how }: RequirementChange): number {
  return how === 'source' ? 0 : how === 'downgraded' ? 1 : 2;
}

function requirementWords({ name, change, how, before, after }: RequirementChange): string {
  const shown = showName(name);
  if (change !== 'changed') return `${shown} ${change}`;
  const isStep = how === 'upgraded' || how === 'downgraded';
  if (isStep) return `${shown} ${how} ${showName(before ?? '')} to ${showName(after ?? '')}`;
  if (how === 'pinned') return `${shown} pinned to ${showName(after?.replace(/^={2,3}/, '') ?? '')}`;
  if (how === 'unpinned') return `${shown} unpinned`;
  return `${shown} changed its ${how ?? 'requirement'}`;
}

function labelParts(all: readonly DiffEntry[]): VerdictPart[] {
  return all.flatMap(({ path, details: { labels } }) => {
    if (labels === undefined) return [];
    const counts = [
      labels.added > 0 ? `${formatCount(labels.added, 'class', 'classes')} added` : '',
      labels.removed > 0 ? `${labels.removed} removed` : '',
      labels.renamed > 0 ? `${labels.renamed} renamed` : '',
    ].filter((text) => text !== '');
    const text = labels.pattern ?? counts.join(', ');
    return text === '' ? [] : [{ text: `Labels: ${text}`, path }];
  });
}

/** What no part above has spoken of. */
function otherParts({ all, effectiveConfig }: Facts): VerdictPart[] {
  const told = new Set(otherWeights(all));
  const spokenOf = (entry: DiffEntry) =>
    (entry.role === 'config' && effectiveConfig.length > 0) ||
    ['manifest', 'weights', 'handler', 'model'].includes(entry.role) ||
    (entry.kind === 'requirements' && (entry.details.changes ?? []).length > 0) ||
    entry.details.labels !== undefined ||
    told.has(entry);
  const others = all.filter((entry) => changed(entry) && !spokenOf(entry));
  return (['added', 'removed', 'modified', 'renamed'] as const).flatMap((change) => {
    const some = others.filter((entry) => entry.change === change);
    const [first] = some;
    if (first === undefined) return [];
    const word = change === 'modified' ? 'changed' : change;
    const text =
      some.length === 1
        ? `${showName(first.path)} ${isFormOnly(first) ? inLines(first) : word}`
        : `${formatCount(some.length, 'other entry', 'other entries')} ${word}`;
    return [{ text, path: some.length === 1 ? first.path : null }];
  });
}

/** White space, line ends and the like: what a reader can pass over, if it is told. */
function isFormOnly({ change, details }: DiffEntry): boolean {
  const { additions = 0, deletions = 0, whitespaceOnly = false, form = [] } = details;
  const isSameText = additions + deletions === 0 && form.length > 0;
  return change === 'modified' && (isSameText || whitespaceOnly);
}

const withRole = (all: readonly DiffEntry[], role: Role) => all.filter((entry) => entry.role === role);
const changed = ({ change, fromRole }: DiffEntry) => change !== 'unchanged' || fromRole !== undefined;

function wordFor({ change, from, path }: DiffEntry): string {
  if (change === 'unchanged') return `now taken from ${showName(path)}, which did not change`;
  if (change === 'renamed') return `renamed from ${showName(from ?? '')}`;
  return change === 'modified' ? 'changed' : change;
}

function plain(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  return showName(clipped(typeof value === 'string' ? value : JSON.stringify(value), longestValue));
}
