/** requirements.txt package by package: what pip would install otherwise, and from where. */
import type { RequirementChange, StructuredDetails } from '../contract/diff.ts';
import { compareVersions } from '../python/pep440.ts';
import { type RequirementParts, requirementParts } from '../python/requirement-parts.ts';
import { parseRequirements } from '../python/requirements.ts';
import { clipped } from './tree.ts';

type How = NonNullable<RequirementChange['how']>;

/** The largest of lock files is far below; what is longer takes seconds and a gigabyte to be told apart. */
export const longestRequirements = 2_000_000;

/** Where packages are taken from stands first, then the rest by name. Upgrades and downgrades show bare versions. */
export function compareRequirements(before: string, after: string): StructuredDetails {
  const [old, new_] = [byKey(before), byKey(after)];
  const changes = [...new Set([...old.keys(), ...new_.keys()])]
    .sort((a, b) => (a < b ? -1 : 1))
    .flatMap((key) => compareKey(old.get(key) ?? [], new_.get(key) ?? []));
  return {
    changes: changes.sort((a, b) => rankOf(a) - rankOf(b)).map(shown),
    sameMeaning: changes.length === 0,
  };
}

const rankOf = ({ name, how }: RequirementChange) => (how !== 'source' ? 2 : name.startsWith('--') ? 0 : 1);

const longestShown = 300;

const shown = (change: RequirementChange): RequirementChange => ({
  ...change,
  name: clipped(change.name, longestShown),
  before: change.before === null ? null : clipped(change.before, longestShown),
  after: change.after === null ? null : clipped(change.after, longestShown),
});

function byKey(text: string): Map<string, RequirementParts[]> {
  const groups = new Map<string, RequirementParts[]>();
  for (const line of parseRequirements(text)) {
    const parts = requirementParts(line);
    const group = groups.get(parts.key);
    if (group) group.push(parts);
    else groups.set(parts.key, [parts]);
  }
  return groups;
}

/** A package may stand on several lines, for several systems: equal lines belong together, then equal markers, then the order. */
function compareKey(
  before: readonly RequirementParts[],
  after: readonly RequirementParts[],
): RequirementChange[] {
  const pairs: [RequirementParts, RequirementParts][] = [];
  let [old, new_] = takePairs(before, after, wholeOf, []);
  [old, new_] = takePairs(old, new_, ({ kind, marker }) => `${kind} ${marker}`, pairs);
  [old, new_] = takePairs(old, new_, ({ kind }) => kind, pairs);
  return [
    ...pairs.flatMap(([x, y]) => (x.kind === 'option' ? [changedOption(x, y)] : changesOf(x, y))),
    ...old.map((parts) => lone('removed', parts)),
    ...new_.map((parts) => lone('added', parts)),
  ];
}

const wholeOf = ({ kind, key, extras, meaning, source, marker, hashes, value }: RequirementParts) =>
  JSON.stringify([kind, key, extras, meaning, source, marker, hashes, value]);

/** Takes out the pairs that agree in a feature, first with first, and gives back what is left. */
function takePairs(
  before: readonly RequirementParts[],
  after: readonly RequirementParts[],
  feature: (parts: RequirementParts) => string,
  pairs: [RequirementParts, RequirementParts][],
): [RequirementParts[], RequirementParts[]] {
  const waiting = new Map<string, RequirementParts[]>();
  for (const parts of [...before].reverse()) {
    const key = feature(parts);
    const same = waiting.get(key);
    if (same) same.push(parts);
    else waiting.set(key, [parts]);
  }
  const taken = new Set<RequirementParts>();
  const left = after.filter((parts) => {
    const partner = waiting.get(feature(parts))?.pop();
    if (!partner) return true;
    taken.add(partner);
    pairs.push([partner, parts]);
    return false;
  });
  return [before.filter((parts) => !taken.has(parts)), left];
}

/** Those that say where packages come from, or whom to trust. */
const sourceOptions = new Set([
  '--index-url',
  '--extra-index-url',
  '--trusted-host',
  '--find-links',
  '--no-index',
]);

const isSourceOption = ({ key, value }: RequirementParts) =>
  sourceOptions.has(key) || (/^--(?:requirement|constraint)$/.test(key) && /^\w+:\/\//.test(value));

const changedOption = (before: RequirementParts, after: RequirementParts): RequirementChange => ({
  name: before.key,
  change: 'changed',
  how: isSourceOption(before) || isSourceOption(after) ? 'source' : 'option',
  before: before.value,
  after: after.value,
});

function lone(change: 'added' | 'removed', parts: RequirementParts): RequirementChange {
  const how: How | undefined =
    parts.kind === 'option'
      ? isSourceOption(parts)
        ? 'source'
        : 'option'
      : parts.source
        ? 'source'
        : undefined;
  const text = parts.kind === 'option' ? parts.value : parts.text;
  return {
    name: parts.key,
    change,
    ...(how ? { how } : {}),
    before: change === 'removed' ? text : null,
    after: change === 'added' ? text : null,
  };
}

/** One for each thing that changed about a package. */
function changesOf(before: RequirementParts, after: RequirementParts): RequirementChange[] {
  const changes: RequirementChange[] = [];
  const add = (how: How, old: string | null, new_: string | null) =>
    changes.push({ name: before.key, change: 'changed', how, before: old, after: new_ });
  const isOtherSource = before.source !== after.source;
  const isOtherVersion = before.meaning !== after.meaning;
  if (isOtherSource) add('source', before.source ?? before.versions, after.source ?? after.versions);
  else if (isOtherVersion) add(...versionChange(before, after));
  if (before.extras !== after.extras) add('extras', before.extras, after.extras);
  if (before.marker !== after.marker) add('marker', before.marker, after.marker);
  const isGainedOrLost = before.hashes.length > 0 !== after.hashes.length > 0;
  // Another version has other hashes; that there are some on one side alone is worth telling all the same.
  if (isGainedOrLost || (!isOtherVersion && !isOtherSource && before.hashes.join() !== after.hashes.join()))
    add('hashes', hashesText(before, after), hashesText(after, before));
  return changes;
}

function versionChange(
  before: RequirementParts,
  after: RequirementParts,
): [how: How, before: string | null, after: string | null] {
  const [old, new_] = [before.pin, after.pin];
  if (old?.version && new_?.version) {
    const order = compareVersions(old.version, new_.version);
    if (order !== 0) return [order < 0 ? 'upgraded' : 'downgraded', old.text, new_.text];
  }
  const how = old && !new_ ? 'unpinned' : new_ && !old ? 'pinned' : 'constraint';
  return [how, before.versions, after.versions];
}

const hashesShown = 3;

/** Those that the other side lacks first, as they are what changed. */
function hashesText({ hashes }: RequirementParts, other: RequirementParts): string | null {
  if (hashes.length === 0) return null;
  const known = new Set(other.hashes);
  const ordered = [...hashes.filter((hash) => !known.has(hash)), ...hashes.filter((hash) => known.has(hash))];
  const more = hashes.length - hashesShown;
  return ordered.slice(0, hashesShown).join(', ') + (more > 0 ? ` and ${more} more` : '');
}
