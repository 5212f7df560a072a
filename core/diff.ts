/** The verb diff: what changed between two archives, whatever they are wrapped in. */
import type { Archive } from './archive.ts';
import { archiveSubject } from './audit/archive-subject.ts';
import { auditSubject, ruleFamilies } from './audit/audit.ts';
import { names } from './audit/rules/names.ts';
import type { Details, DiffEntry, DiffResult, DiffSide, ValueChange } from './contract/diff.ts';
import { throwIfCancelled } from './contract/errors.ts';
import type { Finding } from './contract/model.ts';
import { type JobOptions, ProgressMeter } from './contract/progress.ts';
import { EarlyListing, type OnEarly } from './diff/early-listing.ts';
import { bytesOf, compareEntries, entriesToRead } from './diff/entries.ts';
import { type Configured, configChanges, createdOnOf, manifestChanges } from './diff/manifest-changes.ts';
import type { TensorMap } from './diff/pair-tensors.ts';
import { judgePolicy, type Policy } from './diff/policy.ts';
import { readPolicy } from './diff/read-policy.ts';
import { openSides, type Side } from './diff/side.ts';
import { ofTheEntry } from './diff/sums.ts';
import { verdictOf } from './diff/verdict.ts';
import { versionFindings } from './diff/version-findings.ts';
import { orderDiffers } from './diff/wrapping.ts';
import { openToCompare } from './lone-weights.ts';

export interface DiffInput {
  /** Read both sides whole and prove by SHA-256; otherwise equal CRC-32 and size stand for equal content. */
  readonly proves?: boolean;
  /** Times, order, modes and compression count too. */
  readonly strict?: boolean;
  /** List unchanged entries as well. */
  readonly all?: boolean;
  /** Give texts a patch too. */
  readonly patches?: boolean;
  /** Compare the numbers of tensors, not only their names, dtypes and shapes. Default true. */
  readonly tensorValues?: boolean;
  /** Beginnings of the names of old tensors, and what stands for them in the new ones. */
  readonly tensorMap?: TensorMap;
  /** A file with rules of what may change. */
  readonly policyPath?: string | undefined;
}

export interface DiffOptions extends JobOptions {
  /** Told of what is known before contents are compared, and of what becomes of it. */
  readonly onEarly?: OnEarly | undefined;
}

export async function diff(
  beforePath: string,
  afterPath: string,
  input: DiffInput = {},
  options: DiffOptions = {},
): Promise<DiffResult> {
  return diffWith((use) => withBoth(beforePath, afterPath, options.signal, use), input, options);
}

/** The same of archives that somebody else opens and closes. */
export async function diffOpened(
  before: Archive,
  after: Archive,
  input: DiffInput = {},
  options: DiffOptions = {},
): Promise<DiffResult> {
  return diffWith((use) => use(before, after), input, options);
}

type Use = (before: Archive, after: Archive) => Promise<DiffResult>;

async function diffWith(
  open: (use: Use) => Promise<DiffResult>,
  input: DiffInput,
  options: DiffOptions,
): Promise<DiffResult> {
  const started = performance.now();
  const { signal } = options;
  // First: a policy with a mistake in it is told before minutes of reading.
  const policy = input.policyPath === undefined ? null : await readPolicy(input.policyPath);
  return open(async (oldArchive, newArchive) => {
    const [before, after] = await openSides(oldArchive, newArchive, signal);
    const proves = input.proves ?? false;
    const toRead = entriesToRead(before, after, proves).flat();
    const meter = new ProgressMeter(options.onProgress, 'reading', bytesOf(toRead));

    const manifest = manifestChanges(before.manifest?.manifest ?? null, after.manifest?.manifest ?? null);
    const sides = { before: describe(before, oldArchive.path), after: describe(after, newArchive.path) };
    const compared = await compareEntries(before, after, {
      early: options.onEarly && new EarlyListing(sides, options.onEarly),
      ...{ proves, signal, meter, depth: 0, patches: input.patches ?? false },
      tensors: { values: input.tensorValues ?? true, map: input.tensorMap ?? [] },
      seesAll: input.all ?? false,
      // Two manifests that were made at other times are the same one all the same.
      isSameMeaning: ({ after: entry }, { details }) =>
        entry?.role === 'manifest' && areSound(before, after) && manifest.length === 0 && isMadeAnew(details),
    });
    const all = compared.entries.map((entry) => withCreation(entry, before, after));
    const { summary } = compared;
    const isOrderNew = orderDiffers(before.entries.keys(), after.entries.keys());
    const changed = all.filter(({ change }) => change !== 'unchanged');
    const wrapping = all.some((entry) => entry.wrapping.length > 0) || isOrderNew;
    const strict = input.strict ?? false;
    const proven = all.every((entry) => entry.proof !== 'crc32');
    const facts = {
      identical: changed.length === 0 && manifest.length === 0 && !(strict && wrapping),
      proof: proven && (proves || all.some(({ proof }) => proof === 'sha256')) ? 'sha256' : 'crc32',
      strict,
      isOrderNew,
      ...sides,
      summary: { ...summary, wrapping: all.filter(differsInWrapping).length },
      manifest,
      effectiveConfig: await effectiveChanges(before, after, all, signal),
    } as const;
    const findings = [
      ...versionFindings(facts, changed),
      ...(await newFindings(before, after, policy !== null && asksForFindings(policy), signal)),
    ];
    throwIfCancelled(signal);
    meter.finish();
    const entries = input.all ? all : strict ? all.filter(shownStrictly) : changed;
    const verdict = verdictOf({ ...facts, entries, findings, all });
    const { identical, proof, isOrderNew: order, ...rest } = facts;
    const result: Omit<DiffResult, 'policy' | 'seconds'> = {
      ...{ identical, proof, isOrderNew: order },
      ...rest,
      ...{ entries, findings, verdict },
    };
    const judged =
      policy === null ? null : judgePolicy(policy, { ...result, entries: all, policy: null, seconds: 0 });
    return { ...result, policy: judged, seconds: Math.round(performance.now() - started) / 1000 };
  });
}

const shownStrictly = ({ change, wrapping }: DiffEntry) => change !== 'unchanged' || wrapping.length > 0;
const differsInWrapping = ({ change, wrapping }: DiffEntry) => change === 'unchanged' && wrapping.length > 0;

async function withBoth<T>(
  beforePath: string,
  afterPath: string,
  signal: AbortSignal | undefined,
  work: (before: Archive, after: Archive) => Promise<T>,
): Promise<T> {
  const [before, after] = await openToCompare(beforePath, afterPath, { signal });
  try {
    return await work(before, after);
  } finally {
    await after.close();
    await before.close();
  }
}

/** Readers don't agree on a manifest with flaws, so it means nothing but its bytes. */
function areSound(before: Side, after: Side): boolean {
  return [before, after].every(
    ({ manifest }) => manifest !== null && manifest.manifest !== null && manifest.flaws.length === 0,
  );
}

/** By the texts themselves: a parsed manifest has lost the last digits of long numbers. */
const isMadeAnew = ({ changes }: Details) =>
  changes?.every((change) => 'path' in change && change.path === 'createdOn') ?? false;

/** Of a manifest that means the same, what its bytes differ in. */
function withCreation(entry: DiffEntry, before: Side, after: Side): DiffEntry {
  if (entry.role !== 'manifest' || entry.change !== 'unchanged' || entry.proof !== undefined) return entry;
  const [old, now] = [before, after].map(({ manifest }) => createdOnOf(manifest?.manifest ?? null));
  const made = { what: 'time', before: `made ${old}`, after: `made ${now}` } as const;
  return { ...entry, wrapping: [...entry.wrapping.filter(({ what }) => what !== 'compressedSize'), made] };
}

function describe({ archive, manifest }: Side, path: string): DiffSide {
  const model = manifest?.manifest?.model;
  const textOf = (value: unknown) => (value === undefined || value === null ? null : String(value));
  return {
    ...{ path, size: archive.size, kind: archive.kind },
    modelName: textOf(model?.modelName),
    modelVersion: textOf(model?.modelVersion),
  };
}

async function effectiveChanges(
  before: Side,
  after: Side,
  all: readonly DiffEntry[],
  signal: AbortSignal | undefined,
): Promise<ValueChange[]> {
  const isTouched = all.some(({ role, change }) => role === 'config' && change !== 'unchanged');
  const runtimes = [before, after].map(({ manifest }) => manifest?.manifest?.runtime);
  if (!isTouched && runtimes[0] === runtimes[1]) return [];
  const [old, now] = [await configOf(before, signal), await configOf(after, signal)];
  return old === null || now === null ? [] : configChanges(old, now);
}

const maxConfigBytes = 1024 * 1024;

/** Null where it can't be read: that is told with the entry. */
async function configOf(
  { archive, entries, manifest }: Side,
  signal?: AbortSignal,
): Promise<Configured | null> {
  const runtime = String(manifest?.manifest?.runtime ?? 'python');
  const config = [...entries.values()].find(({ role }) => role === 'config');
  if (config === undefined) return { text: null, runtime };
  if (config.entry.size > maxConfigBytes || config.entry.type !== 'file') return null;
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of archive.read(config.entry, signal)) chunks.push(Buffer.from(chunk));
  } catch (error) {
    ofTheEntry(error);
    return null;
  }
  return { text: Buffer.concat(chunks).toString('utf8'), runtime };
}

const asksForFindings = ({ rules }: Policy) => rules.some(({ kind }) => kind === 'forbid-new-errors');

/** What is wrong with the new archive and was not with the old one. The contents are judged only where a policy asks. */
async function newFindings(
  before: Side,
  after: Side,
  judges: boolean,
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  // One side may have a root folder around all names, and a second error of a kind is a new one.
  const keysOf = ({ entries }: Side) => {
    const names = new Map([...entries.values()].map(({ name, entry }) => [entry.name, name]));
    return ({ code, path }: Finding) => JSON.stringify([code, path && (names.get(path) ?? path)]);
  };
  const [keyOfOld, keyOfNew] = [keysOf(before), keysOf(after)];
  const old = new Map<string, number>();
  for (const finding of await findingsOf(before, judges, signal)) {
    const key = keyOfOld(finding);
    old.set(key, (old.get(key) ?? 0) + 1);
  }
  return (await findingsOf(after, judges, signal)).filter((finding) => {
    const key = keyOfNew(finding);
    const left = old.get(key) ?? 0;
    if (left > 0) old.set(key, left - 1);
    return left === 0;
  });
}

async function findingsOf(
  { archive }: Side,
  judges: boolean,
  signal: AbortSignal | undefined,
): Promise<Finding[]> {
  if (!judges) return [...archive.findings];
  const families = ruleFamilies.filter((family) => family !== names);
  const subject = await archiveSubject(archive, [], signal);
  return [...archive.findings, ...(await auditSubject(subject, { signal, families }))];
}
