/** What two contents that differ have to say of it, by what they are. */
import type { Archive } from '../archive.ts';
import type { BytesDetails, CodeChange, ContentKind, Details, MembersDetails } from '../contract/diff.ts';
import { throwIfCancelled } from '../contract/errors.ts';
import { showName } from '../contract/format.ts';
import type { Role } from '../contract/model.ts';
import { ProgressMeter } from '../contract/progress.ts';
import { sideBySide } from '../side-by-side.ts';
import { alignBytes, compareBytes, mostAlignedBytes } from './bytes.ts';
import { Contents, type Wanted, wholeBytes } from './content.ts';
import { decodeText, isText } from './decode-text.ts';
import { compareImages } from './image.ts';
import { commonKind, kindOf } from './kind.ts';
import { compareLabels } from './labels.ts';
import { compareMembers, maxMembers } from './members.ts';
import { patchBody } from './patch.ts';
import { compareRequirements, longestRequirements } from './requirements.ts';
import { type Side, type SideEntry, shaOf } from './side.ts';
import { compareJson, compareYaml } from './structured.ts';
import { ofTheEntry } from './sums.ts';
import type { TensorOptions } from './tensors.ts';
import { compareText } from './text.ts';
import { compareWeights, sharedTensors, type WeightsEntry } from './weights.ts';

export interface Compared {
  readonly kind: ContentKind;
  readonly details: Details;
}

export interface ComparisonOptions {
  /** Both sides are read whole, and equal contents are proven by SHA-256. */
  readonly proves: boolean;
  readonly signal: AbortSignal | undefined;
  /** How many archives these lie in. */
  readonly depth: number;
  /** Texts get a patch as well. */
  readonly patches: boolean;
  readonly tensors: TensorOptions;
  /** Absent where what is compared has its bytes counted elsewhere. */
  readonly meter?: ProgressMeter;
  /** The bytes are those of tensors, which are compared as such: to count those that differ would read all of them again. */
  readonly leavesBytes?: boolean;
}

/** How deep archives inside archives are followed. */
const maxNesting = 3;
const texts: ReadonlySet<ContentKind> = new Set(['text', 'json', 'yaml', 'requirements']);
const nothing = Buffer.alloc(0);

export class Comparison {
  readonly #before: Opened;
  readonly #after: Opened;
  readonly #options: ComparisonOptions;

  constructor(before: Side, after: Side, options: ComparisonOptions) {
    this.#before = { side: before, contents: new Contents(before.archive, options.signal) };
    this.#after = { side: after, contents: new Contents(after.archive, options.signal) };
    this.#options = options;
  }

  /** What will be asked for; afterwards the comparison has to be closed. */
  async readAhead(before: Wanted, after: Wanted): Promise<void> {
    await sideBySide(
      this.#options.signal,
      (signal) => this.#before.contents.readAhead(before, signal),
      (signal) => this.#after.contents.readAhead(after, signal),
    );
  }

  async close(): Promise<void> {
    await Promise.all([this.#before.contents.close(), this.#after.contents.close()]);
  }

  /** Weights of different names: whether most of their tensors have the same names and shapes. */
  async areOfOneModel(before: SideEntry, after: SideEntry): Promise<boolean> {
    const { signal, tensors } = this.#options;
    const [old, now] = [openedEntry(this.#before, before), openedEntry(this.#after, after)];
    return (await sharedTensors(old, now, { map: tensors.map, signal })) >= 0.5;
  }

  /** What cannot be read is told in the details, and the others go on. */
  async compare(before: SideEntry, after: SideEntry): Promise<Compared> {
    throwIfCancelled(this.#options.signal);
    let kind: ContentKind = 'binary';
    try {
      const isFile = before.entry.type === 'file' && after.entry.type === 'file';
      if (!isFile) return { kind, details: {} };
      kind = commonKind(
        await this.#kindOf(before, this.#before.contents),
        await this.#kindOf(after, this.#after.contents),
      );
      return { kind, details: await this.#details(kind, before, after) };
    } catch (error) {
      return { kind, details: { problem: problemOf(error) } };
    }
  }

  /** Of an entry that only one side has. */
  async describe(one: SideEntry, of: 'before' | 'after'): Promise<Compared> {
    throwIfCancelled(this.#options.signal);
    if (one.entry.type !== 'file') return { kind: 'binary', details: {} };
    const { contents } = of === 'before' ? this.#before : this.#after;
    try {
      const kind = await this.#kindOf(one, contents);
      if (!this.#options.patches || !texts.has(kind) || one.entry.size > wholeBytes)
        return { kind, details: {} };
      const bytes = await contents.whole(one.entry);
      const patch = of === 'before' ? patchBody(bytes, nothing) : patchBody(nothing, bytes);
      return { kind, details: { patch: patch.toString('latin1') } };
    } catch (error) {
      return { kind: 'binary', details: { problem: problemOf(error) } };
    }
  }

  /** Of an entry of the new side whose content is known to be equal to that of an old one. */
  async seeKind(after: SideEntry): Promise<Compared> {
    if (after.entry.type !== 'file') return { kind: 'binary', details: {} };
    try {
      return { kind: await this.#kindOf(after, this.#after.contents), details: {} };
    } catch (error) {
      return { kind: 'binary', details: { problem: problemOf(error) } };
    }
  }

  async #kindOf(one: SideEntry, contents: Contents): Promise<ContentKind> {
    return kindOf(one.name, one.role, await contents.start(one.entry));
  }

  async #details(kind: ContentKind, before: SideEntry, after: SideEntry): Promise<Details> {
    const weights = kind === 'weights' ? await this.#weights(before, after) : null;
    const hasMoved = weights?.weights !== undefined && weights.weights.sentence !== '';
    const isConverted = weights?.weights !== undefined && weights.weights.before !== weights.weights.after;
    const members = await this.#members(before, after, hasMoved || isConverted);
    // The bytes of two formats have nothing to do with each other.
    if (weights !== null && (hasMoved || isConverted)) {
      if (members === null || 'unopened' in members) return weights;
      return { ...weights, members: withoutCode(members, weights.code ?? []) };
    }
    // Tensors are all the same, and the bytes are not: what lies between them is told as well.
    return { ...(await this.#others(kind, before, after, members)), ...weights };
  }

  async #others(
    kind: ContentKind,
    before: SideEntry,
    after: SideEntry,
    members: MembersDetails | Unopened | null,
  ): Promise<Details> {
    if (members !== null && 'unopened' in members) {
      return { fallback: members.unopened, bytes: await this.#bytes(before, after) };
    }
    if (members !== null) {
      const { added, removed, modified, renamed } = members.summary;
      if (added + removed + modified + renamed > 0) return { members };
      // Its own checksums deny what those of the outer archive say: one of its members is not what it claims, or
      // something lies between them.
      const fallback = 'its members claim equal contents, so it is compared as bytes';
      return { fallback, members, bytes: await this.#bytes(before, after) };
    }
    const isLarge = Math.max(before.entry.size, after.entry.size) > wholeBytes;
    if (kind === 'binary' || kind === 'weights') return { bytes: await this.#bytes(before, after) };
    if (isLarge) {
      const fallback = `larger than ${wholeBytes.toLocaleString('en-US')} bytes, so compared as bytes`;
      return { fallback, bytes: await this.#bytes(before, after) };
    }
    const [old, now] = [
      await this.#before.contents.whole(before.entry),
      await this.#after.contents.whole(after.entry),
    ];
    if (kind === 'image') {
      const image = compareImages(old, now);
      return image === null ? { bytes: await this.#bytes(before, after) } : { image };
    }
    // Its start was text, and what follows need not be.
    if (!isText(old) || !isText(now)) {
      return {
        fallback: 'not text to its end, so compared as bytes',
        bytes: await this.#bytes(before, after),
      };
    }
    const details = detailsOfText(kind, old, now, after.role);
    return this.#options.patches ? { ...details, patch: patchBody(old, now).toString('latin1') } : details;
  }

  async #weights(before: SideEntry, after: SideEntry): Promise<Details | null> {
    const { signal, tensors, meter = silentMeter() } = this.#options;
    const work = { ...tensors, signal, meter };
    return compareWeights(openedEntry(this.#before, before), openedEntry(this.#after, after), work);
  }

  async #members(
    before: SideEntry,
    after: SideEntry,
    leavesBytes: boolean,
  ): Promise<MembersDetails | Unopened | null> {
    const { signal, depth, proves, tensors } = this.#options;
    if (depth >= maxNesting) return null;
    const old = await openInner('old', this.#before, before);
    if (old === null || 'unopened' in old) return old;
    try {
      const now = await openInner('new', this.#after, after);
      if (now === null || 'unopened' in now) return now;
      try {
        const inner = { signal, depth: depth + 1, proves, patches: false, tensors, leavesBytes };
        const many = `it has more than ${maxMembers.toLocaleString('en-US')} members; compared as bytes`;
        return (await compareMembers(old, now, inner)) ?? { unopened: many };
      } finally {
        await now.close();
      }
    } finally {
      await old.close();
    }
  }

  async #bytes(before: SideEntry, after: SideEntry): Promise<BytesDetails | undefined> {
    if (this.#options.leavesBytes) return undefined;
    const count = await compareBytes(
      this.#before.contents.stream(before.entry),
      this.#after.contents.stream(after.entry),
    );
    if (count === null) return undefined;
    const isSmall = Math.max(before.entry.size, after.entry.size) <= mostAlignedBytes;
    if (!isSmall) return { ...count, ranges: null };
    const [old, now] = [
      await this.#before.contents.whole(before.entry),
      await this.#after.contents.whole(after.entry),
    ];
    return { ...count, ranges: alignBytes(old, now) };
  }
}

/** For what is compared inside of something else: its bytes are counted there. */
export const silentMeter = () => new ProgressMeter(undefined, 'comparing', null);

interface Opened {
  readonly side: Side;
  readonly contents: Contents;
}

const openedEntry = ({ side, contents }: Opened, one: SideEntry): WeightsEntry => ({
  ...{ archive: side.archive, entry: one.entry, content: contents.atHand(one.entry) },
  sha256: shaOf(one),
});

/** Lines of code are told once, with the weights that hold it. */
function withoutCode(members: MembersDetails, code: readonly CodeChange[]): MembersDetails {
  const told = new Set(code.flatMap(({ path, hunks }) => (hunks === undefined ? [] : [path])));
  const entries = members.entries.map((entry) => {
    if (!told.has(showName(entry.path))) return entry;
    const { hunks: _, ...details } = entry.details;
    return { ...entry, details };
  });
  return { ...members, entries };
}

interface Unopened {
  readonly unopened: string;
}

/** A broken archive inside is compared as the bytes that it is, and why is told. */
async function openInner(
  which: 'old' | 'new',
  { side: { archive }, contents }: Opened,
  { entry }: SideEntry,
): Promise<Archive | Unopened | null> {
  try {
    return await contents.open(entry);
  } catch (error) {
    const { code, message } = ofTheEntry(error);
    const where = message.replace(`${archive.path}!`, '');
    return {
      unopened: `the ${which} one is a ZIP that can't be opened (${code}: ${where}); compared as bytes`,
    };
  }
}

function problemOf(error: unknown): { code: string; message: string } {
  const { code, message } = ofTheEntry(error);
  return { code, message };
}

function detailsOfText(kind: ContentKind, before: Buffer, after: Buffer, role: Role): Details {
  const lines = compareText(before, after);
  if (kind === 'text') return lines;
  const [old, now] = [decodeText(before).text, decodeText(after).text];
  const longest = Math.max(old.length, now.length);
  if (kind === 'requirements' && longest > longestRequirements) {
    const length = `${longest.toLocaleString('en-US')} characters`;
    return { ...lines, fallback: `too long to be compared by its packages (${length}); compared as text` };
  }
  if (kind === 'requirements') return { ...lines, ...compareRequirements(old, now) };
  const structured = kind === 'json' ? compareJson(old, now) : compareYaml(old, now);
  if ('fallback' in structured) return { ...lines, fallback: structured.fallback };
  if (kind !== 'json' || role === 'manifest') return { ...lines, ...structured.details };
  const labels = compareLabels(JSON.parse(old), JSON.parse(now));
  return { ...lines, ...structured.details, ...(labels === null ? {} : { labels }) };
}
