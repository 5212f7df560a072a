/** The records of a pax header, `length key=value\n`. Whatever readers would understand in two ways is refused. */
import { Problem } from '../contract/errors.ts';
import type { TarPlace } from './header.ts';

export interface PaxFields {
  readonly path?: Buffer;
  readonly linkpath?: Buffer;
  readonly size?: number;
  /** Seconds since 1970, with their fraction. */
  readonly mtime?: number;
  /** Written by star, which has its own idea of the prefix in a header. */
  readonly isStar: boolean;
}

/** These decide what an entry is, so they are said once and are never empty. */
const deciding = ['path', 'linkpath', 'size'];

/** Readers fail on these where they are no numbers. Fifteen digits are more than any of them needs. */
const numeric = /^(?:mtime|atime|ctime|uid|gid|size|LIBARCHIVE\.creationtime|SCHILY\.dev(?:major|minor))$/;
const number = /^-?\d{1,15}(?:\.\d{1,30})?$/;
const wholeNumber = /^-?\d{1,15}$/;

const sparse = /^(?:GNU\.sparse\.|SCHILY\.realsize$)/;

export function parsePax(body: Buffer, isGlobal: boolean, place: TarPlace): PaxFields {
  const problem = (detail: string) => Problem.of('TAR_PAX', { ...place, detail });
  const fields = new Map<string, Buffer>();
  for (const [key, value] of recordsOf(body, problem)) {
    if (value.includes(0)) throw problem(`holds a NUL byte in ${key}`);
    if (sparse.test(key) || (key === 'SCHILY.filetype' && value.toString() === 'sparse')) {
      throw Problem.of('TAR_SPARSE', { ...place, detail: `file with ${key}` });
    }
    if (deciding.includes(key)) {
      if (isGlobal) throw problem(`gives one ${key} to all entries that follow`);
      if (fields.has(key)) throw problem(`gives the ${key} twice`);
      if (value.length === 0) throw problem(`gives an empty ${key}`);
    }
    if (numeric.test(key) && value.length > 0) assertNumber(key, value.toString('latin1'), problem, place);
    fields.set(key, value);
  }
  const path = fields.get('path');
  const linkpath = fields.get('linkpath');
  const size = fields.get('size');
  const mtime = fields.get('mtime');
  return {
    isStar: /^e?xustar$/.test(fields.get('SCHILY.archtype')?.toString('latin1') ?? ''),
    ...(path === undefined ? {} : { path }),
    ...(linkpath === undefined ? {} : { linkpath }),
    ...(size === undefined ? {} : { size: Number(size.toString('latin1')) }),
    ...(mtime === undefined || mtime.length === 0 ? {} : { mtime: Number(mtime.toString('latin1')) }),
  };
}

function* recordsOf(body: Buffer, problem: (detail: string) => Problem): Generator<[string, Buffer]> {
  for (let at = 0; at < body.length; ) {
    const space = body.indexOf(0x20, at);
    const digits = body.toString('latin1', at, space === -1 ? body.length : Math.min(space, at + 20));
    if (!/^[1-9]\d{0,9}$/.test(digits)) throw problem('has a record without a length');
    const end = at + Number(digits);
    if (end > body.length)
      throw problem(`has a record of ${digits} bytes where ${body.length - at} are left`);
    if (body[end - 1] !== 0x0a) throw problem('has a record that does not end in a newline');
    const equals = body.indexOf(0x3d, space);
    if (equals === -1 || equals >= end) throw problem('has a record without a value');
    const key = body.toString('utf8', space + 1, equals);
    if (key === '' || key.includes('\0')) throw problem('has a record without a key');
    yield [key, body.subarray(equals + 1, end - 1)];
    at = end;
  }
}

function assertNumber(
  key: string,
  value: string,
  problem: (detail: string) => Problem,
  place: TarPlace,
): void {
  if (!/^-?[\d.]+$/.test(value)) throw problem(`gives a ${key} that is no number`);
  const isFine = key.endsWith('time') ? number.test(value) : wholeNumber.test(value);
  if (isFine && (key !== 'size' || !value.startsWith('-'))) return;
  throw Problem.of('TAR_NUMBER', { ...place, field: `pax ${key}`, value: value.slice(0, 40) });
}
