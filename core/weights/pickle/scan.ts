/**
 * What loading a file would call: every pickle in it, found by content. Nothing is executed, and what can't be looked at
 * is said. The verdict speaks of the lists alone: it never calls a file safe.
 */
import { formatBytes } from '../../contract/format.ts';
import { formOf, inflateSome, isUnreadable, listTar, readNumpyHeader } from './forms.ts';
import type { PickleContext } from './judge.ts';
import { LegacyLayout } from './legacy.ts';
import { opcodeNames } from './opcodes.ts';
import { contentOf, type ListedRecord, listRecords } from './records.ts';
import { partOf, type ScanSource, sourceOfBytes, windowBytes } from './source.ts';
import { type Guess, hiddenPickles, pickleAt } from './streams.ts';
import { type Allowance, type PickleScan, Tally, usualAllowance } from './tally.ts';
import { TorchRecords } from './torch-records.ts';
import { operatorsIn } from './torchscript.ts';
import { Turns } from './turns.ts';

export interface ScanOptions {
  /** Shared by all files of a model. */
  readonly allowance?: Allowance;
  /** What the content is known to be part of; told by the content itself unless given. */
  readonly context?: PickleContext;
  /** It is TorchScript's code: its operators are told. */
  readonly isCode?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export async function scanPickles(source: ScanSource, options: ScanOptions = {}): Promise<PickleScan> {
  const tally = new Tally(options.allowance ?? usualAllowance(), new Turns(options.signal));
  const scan = new Scan(tally);
  // Hostile headers name places far outside.
  const bounded = partOf(source, 0, source.size);
  if (options.isCode) await scan.code(bounded, 0, '');
  else await scan.content(bounded, '', 0, options.context ?? plainContext, 'perhaps');
  return tally.result();
}

export const plainContext: PickleContext = { storages: 'none', isTorchScript: false, mayHoldArrays: true };

/** Told by its first bytes; of what is larger than these, whether more is worth reading. */
export async function mayHoldPickles(head: Buffer, size: number): Promise<boolean> {
  if (formOf(head) !== 'plain') return true;
  if (opcodeNames[head[0] ?? 0] === undefined) return false;
  const source = { ...sourceOfBytes(head), size };
  const tally = new Tally(usualAllowance(), new Turns());
  return (await pickleAt(source, 0, 'perhaps', plainContext, tally)) !== null;
}

const deepest = 4;
const mostCodeBytes = 16 * 1024 * 1024;
const headBytes = 64 * 1024;
/** What looking at a record costs, however little it holds. */
const opcodesARecord = 200;
/** Of numbers, of which there may be thousands: enough to know what begins like something else. */
const rawHeadBytes = 1024;

class Scan {
  readonly #tally: Tally;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** `where` is the record, for those who read the result. */
  async content(
    source: ScanSource,
    where: string,
    depth: number,
    context: PickleContext,
    guess: Guess,
  ): Promise<void> {
    const head = await source.read(0, Math.min(guess === 'raw' ? rawHeadBytes : headBytes, source.size));
    const form = formOf(head);
    if (form !== 'plain' && depth > deepest) {
      this.#tally.unread(`what it holds lies more than ${deepest} deep`, where);
    } else if (isUnreadable(form)) {
      this.#tally.unread(`it is compressed with ${form}, and was not looked into`, where);
    } else if (form === 'zip') await this.#zip(source, where, depth, context, guess);
    else if (form === 'tar') await this.#tar(source, where, depth);
    else if (form === 'numpy') await this.#numpy(source, head, where, depth);
    else if (form === 'gzip' || form === 'zlib') await this.#inflated(source, form, where, depth, guess);
    else if (form === 'legacy') await this.#legacy(source, where, depth);
    // A tar begins with a name and bzip2 with three letters, and so can a pickle.
    if (form === 'plain' || form === 'tar' || isUnreadable(form))
      await this.#pickles(source, 0, where, depth, context, guess);
  }

  /** One after the other, and what hides behind the last one. */
  async #pickles(
    source: ScanSource,
    from: number,
    where: string,
    depth: number,
    context: PickleContext,
    guess: Guess,
  ): Promise<void> {
    let at = from;
    let next = guess;
    for (;;) {
      const found = at < source.size ? await pickleAt(source, at, next, context, this.#tally) : null;
      if (!found) break;
      await this.#add(found, where, depth);
      at += Math.max(1, found.judged.result.end);
      // After a pickle there may be another one, or the bytes of something else.
      next = 'perhaps';
    }
    if (at > from) await this.#hidden(source, at, where, depth, context);
  }

  async #hidden(
    source: ScanSource,
    from: number,
    where: string,
    depth: number,
    context: PickleContext,
  ): Promise<void> {
    for await (const found of hiddenPickles(source, from, context, this.#tally, where))
      await this.#add(found, where, depth);
  }

  async #add(
    { judged, start }: NonNullable<Awaited<ReturnType<typeof pickleAt>>>,
    where: string,
    depth: number,
  ): Promise<void> {
    this.#tally.add(judged, where, start);
    for (const { bytes, position } of judged.nested) {
      if (depth >= deepest) {
        this.#tally.unread(`pickles lie in it more than ${deepest} deep`, where, start + position);
        return;
      }
      await this.content(sourceOfBytes(bytes), where, depth + 1, plainContext, 'perhaps');
    }
  }

  /** Records may lie in each other, so that a few bytes stand for billions: each costs. */
  async #mayGoOn(where: string): Promise<boolean> {
    if (this.#tally.isSpent) {
      this.#tally.unread('it holds more than is looked at', where);
      return false;
    }
    this.#tally.spend(opcodesARecord, 0);
    await this.#tally.turns.mayGoOn();
    return true;
  }

  async #zip(
    source: ScanSource,
    where: string,
    depth: number,
    context: PickleContext,
    guess: Guess,
  ): Promise<void> {
    const listing = await listRecords(source);
    if (listing === null) return this.#pickles(source, 0, where, depth, context, guess);
    const { records, doubt } = listing;
    if (doubt !== null) this.#tally.unread(doubt, where);
    const torch = new TorchRecords(records.map(({ name }) => name));
    for (const record of records) {
      const name = where === '' ? record.name : `${where}!${record.name}`;
      if (!(await this.#mayGoOn(name))) return;
      const lying = await contentOf(source, record);
      if (lying === null) this.#tally.unread('the directory names a place where no record begins', name);
      else await this.#record(lying, record, name, depth, torch);
    }
  }

  async #record(
    lying: ScanSource,
    record: ListedRecord,
    where: string,
    depth: number,
    torch: TorchRecords,
  ): Promise<void> {
    // torch takes a record for what it is, though it is marked as encrypted.
    if (record.isEncrypted) this.#tally.unread('it is marked as encrypted', where);
    if (record.method !== 0 && record.method !== 8) {
      this.#tally.unread(`it is compressed by the method ${record.method}, and was not looked into`, where);
      return;
    }
    const context = torch.contextOf(record.name);
    const guess = torch.guessOf(record.name);
    if (torch.isCode(record.name)) await this.code(lying, record.method, where);
    const content = record.method === 0 ? lying : await this.#unpacked(lying, 'deflate', where, guess);
    await this.content(content, where, depth + 1, context, guess);
  }

  /** What is compressed, as far as it is worth unpacking: bytes that hold no pickle are told by their first ones. */
  async #unpacked(
    lying: ScanSource,
    form: 'deflate' | 'gzip' | 'zlib',
    where: string,
    guess: Guess,
  ): Promise<ScanSource> {
    const head = await inflateSome(lying, form, headBytes);
    const isWhole = head.length < headBytes;
    const mayHold = formOf(head) !== 'plain' || (await this.#begins(head, isWhole, guess));
    if (isWhole || !mayHold) return sourceOfBytes(head);
    const limit = this.#tally.unpackable(windowBytes);
    const bytes = await inflateSome(lying, form, limit);
    this.#tally.unpacked(bytes.length);
    if (bytes.length >= limit)
      this.#tally.unread(`it unfolds to more than ${formatBytes(limit)}, and was looked at so far`, where);
    return sourceOfBytes(bytes);
  }

  /** What only ends because the head does may go on as a pickle: a long text can stand before the first name. */
  async #begins(head: Buffer, isWhole: boolean, guess: Guess): Promise<boolean> {
    const source = { ...sourceOfBytes(head), size: isWhole ? head.length : Number.POSITIVE_INFINITY };
    return (await pickleAt(source, 0, guess, plainContext, this.#tally)) !== null;
  }

  async code(lying: ScanSource, method: number, where: string): Promise<void> {
    const text =
      method === 0
        ? await lying.read(0, Math.min(lying.size, mostCodeBytes))
        : await inflateSome(lying, 'deflate', mostCodeBytes);
    for (const { name, reason } of operatorsIn(text.toString('latin1')))
      this.#tally.operator(name, reason, where);
  }

  async #tar(source: ScanSource, where: string, depth: number): Promise<void> {
    const { members, isWhole } = await listTar(source);
    if (!isWhole) this.#tally.unread('it is a tar that could not be followed to its end', where);
    // torch's oldest files: "pickle" refers to storages by their numbers.
    const isTorch = members.some(({ name }) => /(^|\/)storages$/.test(name));
    const context: PickleContext = { ...plainContext, storages: isTorch ? 'numbered' : 'none' };
    for (const { name, start, size } of members) {
      const inner = where === '' ? name : `${where}!${name}`;
      if (!(await this.#mayGoOn(inner))) return;
      await this.content(partOf(source, start, size), inner, depth + 1, context, 'perhaps');
    }
  }

  async #numpy(source: ScanSource, head: Buffer, where: string, depth: number): Promise<void> {
    const header = readNumpyHeader(head);
    if (!header) this.#tally.unread('its header is damaged', where);
    else {
      const guess = header.isOfObjects ? 'pickle' : 'perhaps';
      await this.#pickles(source, header.start, where, depth, plainContext, guess);
    }
  }

  async #inflated(
    source: ScanSource,
    form: 'gzip' | 'zlib',
    where: string,
    depth: number,
    guess: Guess,
  ): Promise<void> {
    const content = await this.#unpacked(source, form, where, guess);
    if (content.size > 0) await this.content(content, where, depth + 1, plainContext, guess);
  }

  async #legacy(source: ScanSource, where: string, depth: number): Promise<void> {
    const context: PickleContext = { ...plainContext, storages: 'keyed' };
    const layout = new LegacyLayout();
    let at = 0;
    while (at < source.size && !layout.isAtStorages) {
      const found = await pickleAt(source, at, 'pickle', context, this.#tally);
      if (!found) break;
      await this.#add(found, where, depth);
      layout.add(found.judged);
      at += Math.max(1, found.judged.result.end);
    }
    await this.#hidden(source, at + (await layout.storageBytes(source, at)), where, depth, context);
  }
}
