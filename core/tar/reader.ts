/**
 * The entries of a tar, one after the other, in constant memory. An own parser, for two reasons: the one of
 * npm has a history of advisories for being lenient (SECURITY.md section 1), and what TorchServe's reader,
 * TarArchiveInputStream of commons-compress 1.25, makes of the same bytes has to be told beside it.
 */
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import { showName } from '../contract/format.ts';
import { maxEntries } from '../mar/limits.ts';
import type { ForwardBytes } from './forward-bytes.ts';
import { isZero, parseTarHeader, type TarHeader, type TarPlace } from './header.ts';
import { maxOctal } from './numbers.ts';
import { type PaxFields, parsePax } from './pax.ts';
import { blockBytes, paddingBytes } from './records.ts';

export interface TarEntry {
  /** Where its own header begins. */
  readonly offset: number;
  readonly bodyOffset: number;
  readonly rawName: Buffer;
  /** As TorchServe's reader names it, before it cuts the first part off. */
  readonly serverName: string;
  /** Whether the name is said in a way that means the same in every locale: plain ASCII, or pax?. */
  readonly isNamePortable: boolean;
  readonly rawLinkName: Buffer;
  readonly type: string;
  readonly size: number;
  readonly mode: number;
  readonly modified: Date;
}

/** Names, comments and the like take a few hundred bytes. */
const maxExtensionBytes = 1024 * 1024;

/** What the headers before an entry say about it. */
interface Pending {
  readonly offset: number;
  longName?: Buffer;
  longLink?: Buffer;
  pax?: PaxFields;
  global?: PaxFields;
}

export interface ReadTarOptions {
  readonly path: string;
  readonly signal?: AbortSignal | undefined;
}

/** Returns whether the tar has its end mark. Bodies are passed over; `bytes` must be at the start. */
export async function* readTar(
  bytes: ForwardBytes,
  { path, signal }: ReadTarOptions,
): AsyncGenerator<TarEntry, { readonly hasEnd: boolean }> {
  let pending: Pending | null = null;
  let globalTime: number | undefined;
  let isStar = false;
  for (let count = 0; ; ) {
    throwIfCancelled(signal);
    const place: TarPlace = { path, offset: bytes.position };
    const block = bytes.take(blockBytes) ?? (await bytes.read(blockBytes));
    const isEnd = block.length === 0 || (block.length === blockBytes && isZero(block));
    if (isEnd && pending !== null) {
      throw Problem.of('TAR_PAX', { path, offset: pending.offset, detail: 'has no entry behind it' });
    }
    if (block.length === 0) return { hasEnd: false };
    if (isEnd) {
      await assertOnlyZeros(bytes, path, signal);
      return { hasEnd: true };
    }
    if (block.length < blockBytes) throw truncated(place, bytes.position, blockBytes - block.length);

    const header = parseTarHeader(block, place, isStar);
    if ('xXgLK'.includes(header.type)) {
      pending ??= { offset: place.offset };
      await readExtension(bytes, header, pending, place);
      globalTime = pending.global?.mtime ?? globalTime;
      isStar ||= pending.global?.isStar ?? false;
      continue;
    }
    if (count++ === maxEntries) throw Problem.of('LIMIT_ENTRIES', { limit: maxEntries });
    const entry = describe(header, pending, globalTime, bytes.position, place);
    pending = null;
    yield entry;
    if (!takeBody(bytes, entry)) await skipBody(bytes, entry, place);
  }
}

const bodyEnd = ({ bodyOffset, size }: TarEntry) => bodyOffset + size + paddingBytes(size);

const takeBody = (bytes: ForwardBytes, entry: TarEntry) =>
  bytes.take(bodyEnd(entry) - bytes.position) !== undefined;

async function skipBody(bytes: ForwardBytes, entry: TarEntry, place: TarPlace): Promise<void> {
  const left = bodyEnd(entry) - bytes.position;
  const skipped = await bytes.skip(left);
  if (skipped < left) throw truncated(place, bytes.position, left - skipped);
}

const truncated = ({ path }: TarPlace, end: number, missing: number) =>
  Problem.of('TAR_TRUNCATED', { path, offset: end, missing });

/** Readers stop at the first block of zeros or at the second, so nothing may follow either. */
async function assertOnlyZeros(
  bytes: ForwardBytes,
  path: string,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (;;) {
    throwIfCancelled(signal);
    const offset = bytes.position;
    const chunk = await bytes.chunk(blockBytes * 128);
    if (chunk.length === 0) return;
    if (isZero(chunk)) continue;
    const first = chunk.findIndex((byte) => byte !== 0);
    throw Problem.of('TAR_TRAILING', { path, offset: offset + first });
  }
}

/** A header that describes the next entry: pax ("x", Solaris's "X"), pax for all ("g"), GNU's long names ("L", "K"). */
async function readExtension(
  bytes: ForwardBytes,
  { type, size, rawName }: TarHeader,
  pending: Pending,
  place: TarPlace,
): Promise<void> {
  const problem = (detail: string) => Problem.of('TAR_PAX', { ...place, detail });
  if (size > maxExtensionBytes) throw problem(`has ${size.toLocaleString('en-US')} bytes`);
  // TorchServe's reader would take these for a folder, which has no body.
  if ('LK'.includes(type) && rawName.at(-1) === 0x2f) throw problem('is called a folder');
  const body = Buffer.from(await bytes.read(size));
  const padding = paddingBytes(size);
  const missing = size - body.length + padding - (await bytes.skip(padding));
  if (missing > 0) throw truncated(place, bytes.position, missing);

  const field = ({ x: 'pax', X: 'pax', g: 'global', L: 'longName', K: 'longLink' } as const)[type as 'x'];
  if (pending[field] !== undefined) throw problem('is the second of its kind for one entry');
  if (type === 'L' || type === 'K')
    pending[type === 'L' ? 'longName' : 'longLink'] = longNameOf(body, problem);
  else pending[type === 'g' ? 'global' : 'pax'] = parsePax(body, type === 'g', place);
}

function longNameOf(body: Buffer, problem: (detail: string) => Problem): Buffer {
  let end = body.length;
  while (end > 0 && body[end - 1] === 0) end--;
  const name = body.subarray(0, end);
  if (end === 0) throw problem('gives an empty name');
  if (name.includes(0)) throw problem('holds a NUL byte in a name');
  return name;
}

function describe(
  header: TarHeader,
  pending: Pending | null,
  globalTime: number | undefined,
  bodyOffset: number,
  place: TarPlace,
): TarEntry {
  const { longName, longLink, pax } = pending ?? {};
  const problem = (detail: string) => Problem.of('TAR_PAX', { ...place, detail });
  if (longName && pax?.path) throw problem('gets a name from GNU and another from pax');
  if (longLink && pax?.linkpath) throw problem('gets the target of its link from GNU and from pax');
  const size = pax?.size ?? header.size;
  // A size that outgrew the header leaves something there; one that fits says the same twice, or lies.
  if (size !== header.size && size <= maxOctal) {
    throw problem(`has the size ${header.size} in its header and ${size} in pax`);
  }
  const rawName = pax?.path ?? longName ?? header.rawName;
  assertNoBody(header, rawName, size, place);
  return {
    offset: header.offset,
    bodyOffset,
    rawName,
    serverName: serverNameOf(header, pax?.path, longName),
    isNamePortable: pax?.path !== undefined || rawName.every((byte) => byte < 0x80),
    rawLinkName: pax?.linkpath ?? longLink ?? header.rawLinkName,
    type: header.type,
    size,
    mode: header.mode,
    modified: new Date(Math.floor((pax?.mtime ?? globalTime ?? header.modified) * 1000)),
  };
}

/** Folders and links have no body. Where one claims to, readers disagree on where the next header begins. */
function assertNoBody(header: TarHeader, rawName: Buffer, size: number, place: TarPlace): void {
  if (size === 0) return;
  // Archivers cut the name of a header whose entry is named elsewhere, and may cut it behind a slash.
  const isCut = header.type === '0' && rawName !== header.rawName && header.rawName.length === 100;
  const names = isCut ? [rawName] : [rawName, header.rawName];
  const isFolder = header.type === '5' || names.some((name) => name.at(-1) === 0x2f);
  if (!isFolder && !'12346'.includes(header.type)) return;
  const value = `${size}, and ${showName(rawName.toString('utf8'))} is no file`;
  throw Problem.of('TAR_NUMBER', { ...place, field: 'size', value });
}

/**
 * TarArchiveEntry's own ways with names: slashes go from the front of long ones, and come to the end of
 * folders; what is no UTF-8 becomes a question mark, except in pax.
 */
function serverNameOf(header: TarHeader, paxPath: Buffer | undefined, longName: Buffer | undefined): string {
  const decoded = (name: Buffer) => name.toString('utf8').replaceAll('\ufffd', '?');
  const closed = (name: string) => (header.type === '5' && !name.endsWith('/') ? `${name}/` : name);
  if (paxPath) return paxPath.toString('utf8').replace(/^\/+/, '');
  if (longName) return closed(decoded(longName).replace(/^\/+/, ''));
  return header.isGnu ? decoded(header.rawName) : closed(decoded(header.rawName));
}
