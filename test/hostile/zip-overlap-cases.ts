/** ZIP entries that share bytes, or that reach into what is not theirs. */
import { deflateRawSync } from 'node:zlib';
import { error, goodEntries, type HostileCase, handlerText, manifestEntry, refusedAs } from './case.ts';
import { joined, sizeOf } from './pieces.ts';
import { localHeader, type ZipEntry, zip, zipEntry } from './zip-builder.ts';

/** Where the local header of entry `index` stands. */
export const offsetOf = (entries: readonly ZipEntry[], index: number): number =>
  entries
    .slice(0, index)
    .reduce(
      (sum, one) =>
        sum +
        one.before.length +
        (one.local ? localHeader(one.local).length : 0) +
        sizeOf(one.data) +
        one.descriptor.length,
      0,
    );

export const zipOverlapCases: readonly HostileCase[] = [
  error('ZIP_OVERLAP', 'two-names-one-header', {
    row: 19,
    table: 'two directory entries sharing one local header',
    because: 'One file in the archive, two in the list: the way small bombs grow.',
    contents: () =>
      zip([
        ...goodEntries,
        zipEntry('copy.py', handlerText, { absent: true, central: { offset: offsetOf(goodEntries, 1) } }),
      ]),
    also: ['ZIP_VIEW_MISMATCH'],
    ...refusedAs('ZIP_VIEW_MISMATCH'),
  }),
  error('ZIP_OVERLAP', 'one-name-twice-one-header', {
    row: 19,
    because: 'The directory lists one entry twice.',
    contents: () =>
      zip([
        ...goodEntries,
        zipEntry('handler.py', handlerText, { absent: true, central: { offset: offsetOf(goodEntries, 1) } }),
      ]),
    also: ['ZIP_DUPLICATE_NAME'],
    ...refusedAs('ZIP_DUPLICATE_NAME'),
  }),
  error('ZIP_OVERLAP', 'quoted', {
    row: 20,
    table: 'quoted overlap (Fifield)',
    because: 'The deflate stream of one entry quotes the next one whole, so their bytes count twice.',
    contents: () => quotedOverlap(1),
    also: ['ZIP_UNLISTED_ENTRY'],
  }),
  error('ZIP_OVERLAP', 'quoted-fifty-deep', {
    row: 20,
    because: "Fifield's bomb in small: each of fifty entries quotes all that follow.",
    contents: () => quotedOverlap(50),
    also: ['ZIP_UNLISTED_ENTRY'],
  }),
  error('ZIP_OVERLAP', 'into-the-directory', {
    row: 21,
    because: 'The last entry says that its data reaches into the directory.',
    contents: () => zip([manifestEntry, reaching(46)]),
    also: ['ZIP_CRC', 'ZIP_SIZE', 'LOAD_HANDLER_SYNTAX'],
  }),
  error('ZIP_OVERLAP', 'over-the-end-record', {
    row: 21,
    because: 'The last entry says that its data reaches to the last byte of the file.',
    contents: () => {
      const whole = joined(zip(goodEntries));
      return zip([manifestEntry, reaching(whole.length - offsetOf(goodEntries, 2))]);
    },
    also: ['ZIP_CRC', 'ZIP_SIZE', 'LOAD_HANDLER_SYNTAX'],
  }),
];

function reaching(bytes: number): ZipEntry {
  const size = handlerText.length + bytes;
  return zipEntry('handler.py', handlerText, { both: { compressedSize: size, size } });
}

/** Entries nested by quoting: each deflate stream is one stored block that holds the headers after it. */
function quotedOverlap(depth: number) {
  let inner = zipEntry('inner.txt', 'kernel\n');
  let quoted = Buffer.concat([bytesOfLocal(inner), ...(inner.data as readonly Buffer[])]);
  const listed: { readonly entry: ZipEntry; readonly after: number }[] = [
    { entry: inner, after: quoted.length },
  ];
  for (let at = 0; at < depth; at++) {
    inner = zipEntry(`outer-${String(at).padStart(2, '0')}.txt`, quoted, {
      method: 8,
      data: [deflateRawSync(quoted, { level: 0 })],
    });
    quoted = Buffer.concat([bytesOfLocal(inner), ...(inner.data as readonly Buffer[])]);
    listed.push({ entry: inner, after: quoted.length });
  }
  const start = offsetOf(goodEntries, 2);
  const total = quoted.length;
  const quotedEntries = listed
    .slice(0, -1)
    .reverse()
    .map(
      ({ entry, after }): ZipEntry => ({
        ...entry,
        local: null,
        data: [],
        central: entry.central && { ...entry.central, offset: start + total - after },
      }),
    );
  return zip([...goodEntries, inner, ...quotedEntries]);
}

function bytesOfLocal({ local }: ZipEntry): Buffer {
  if (!local) throw new Error('this entry has a local header');
  return localHeader(local);
}
