/** A ZIP that was right before something was done to it: first to its records, then, it may be, to its bytes. */
import { deflateRawSync } from 'node:zlib';
import { handlerText, manifestName, manifestText } from '../hostile/case.ts';
import { joined } from '../hostile/pieces.ts';
import {
  type CentralHeader,
  type Header,
  max16,
  max32,
  unicodePath,
  withDescriptor,
  type ZipChanges,
  type ZipEntry,
  zip,
  zip64Extra,
  zipEntry,
} from '../hostile/zip-builder.ts';
import type { Random } from '../support/random.ts';

export const oddNames: readonly (string | Buffer)[] = [
  'a',
  'a/',
  'a/b',
  'A',
  'handler.py',
  './handler.py',
  'a//b',
  'a/./b',
  '/a',
  '..a',
  'a\\b',
  'caf\u00e9',
  'cafe\u0301',
  '',
  '.',
  'x'.repeat(255),
  'x'.repeat(256),
  'a\0b',
  'a\nb',
  '\u6a21\u578b',
  Buffer.from([0x82, 0x61]),
  Buffer.from([0xc0, 0xaf]),
  Buffer.from([0xff]),
];

const bodies = ['', 'x', handlerText, 'line\n'.repeat(200), 'PK\x03\x04 and PK\x05\x06', 'x'.repeat(40_000)];

export function zipSample(random: Random): Buffer {
  const { pick, oneOf } = random;
  let entries = [zipEntry(manifestName, manifestText, { method: oneOf([0, 8]) }), ...goodEntries(random)];
  const changes: ZipChanges[] = [];
  for (let left = pick(4); left > 0; left--) {
    if (pick(3) === 0) changes.push(aroundEntries(random));
    else entries = oneOf(entryMutations)(entries, random);
  }
  return joined(zip(entries, Object.assign({}, ...changes)));
}

function goodEntries({ pick, oneOf }: Random): ZipEntry[] {
  return Array.from({ length: 1 + pick(4) }, (_, at) => {
    const body = oneOf(bodies);
    const entry = zipEntry(
      at === 0 ? 'handler.py' : `${oneOf(['data', 'a/b/data', 'caf\u00e9'])}-${at}.txt`,
      body,
      {
        method: oneOf([0, 8]),
      },
    );
    if (entry.central?.method === 8 && pick(4) === 0)
      return withDescriptor(entry, { unsigned: pick(2) === 0 });
    if (pick(6) > 0) return entry;
    const { compressedSize = 0 } = entry.local ?? {};
    const field = zip64Extra(body.length, compressedSize);
    return {
      ...entry,
      local: entry.local && { ...entry.local, size: max32, compressedSize: max32, extra: field },
    };
  });
}

type EntryMutation = (entries: readonly ZipEntry[], random: Random) => ZipEntry[];

const changed = (
  entries: readonly ZipEntry[],
  { pick }: Random,
  change: (entry: ZipEntry) => Partial<ZipEntry>,
): ZipEntry[] => {
  const index = pick(entries.length);
  return entries.map((entry, at) => (at === index ? { ...entry, ...change(entry) } : entry));
};

const oddNumber = (value: number, { pick, oneOf }: Random): number =>
  oneOf([0, 1, value + 1, Math.max(0, value - 1), value + 30, value ^ (1 << pick(16)), max16, max32]) >>> 0;

function oddHeader<T extends Header>(header: T, random: Random): T {
  const { pick, oneOf } = random;
  const field = oneOf([
    'flags',
    'method',
    'crc32',
    'compressedSize',
    'size',
    'name',
    'extra',
    'signature',
  ] as const);
  if (field === 'name') return { ...header, name: Buffer.from(oneOf(oddNames) as string) };
  if (field === 'flags') return { ...header, flags: header.flags ^ (1 << oneOf([0, 3, 3, 6, 11, 13])) };
  if (field === 'method') return { ...header, method: oneOf([0, 8, 8, 9, 12, 99]) };
  if (field === 'extra') return { ...header, extra: oddExtra(header, random) };
  if (field === 'signature' && pick(4) > 0) return header;
  return { ...header, [field]: oddNumber(header[field], random) };
}

function oddExtra(header: Header, { oneOf }: Random): Buffer {
  return oneOf([
    zip64Extra(header.size, header.compressedSize),
    zip64Extra(header.size),
    zip64Extra(0, 0, 0),
    unicodePath(header.name.toString(), 'other.py'),
    Buffer.from('abc'),
    Buffer.from('0100ff', 'hex'),
    Buffer.alloc(4),
  ]);
}

const entryMutations: readonly EntryMutation[] = [
  (entries, random) =>
    changed(entries, random, ({ local }) => ({ local: local && oddHeader(local, random) })),
  (entries, random) =>
    changed(entries, random, ({ central }) => ({ central: central && oddHeader(central, random) })),
  // Both headers in the same way: a lie on which they agree.
  (entries, random) =>
    changed(entries, random, ({ local, central }) => {
      if (!local || !central) return {};
      const { offset, signature, ...odd } = oddHeader<CentralHeader>(central, random);
      const { flags, method, crc32, compressedSize, size, name } = odd;
      return {
        central: { ...central, flags, method, crc32, compressedSize, size, name },
        local: { ...local, flags, method, crc32, compressedSize, size, name },
      };
    }),
  (entries, random) => changed(entries, random, () => ({ central: null })),
  (entries, random) => changed(entries, random, () => ({ local: null, data: [] })),
  (entries, random) =>
    changed(entries, random, () => ({ before: Buffer.alloc(1 + random.pick(40), random.pick(256)) })),
  (entries, random) =>
    changed(entries, random, ({ data }) => ({ data: [...data, Buffer.alloc(1 + random.pick(20))] })),
  (entries, random) =>
    changed(entries, random, ({ data }) => ({ data: [joined(data).subarray(0, random.pick(40))] })),
  (entries, random) =>
    changed(entries, random, (entry) =>
      entry.local && entry.central
        ? withDescriptor(entry, {
            unsigned: random.pick(2) === 0,
            wide: random.pick(2) === 0,
            ...(random.pick(3) === 0 ? { crc32: random.pick(max32) } : {}),
            ...(random.pick(3) === 0 ? { size: random.pick(1000) } : {}),
          })
        : {},
    ),
  (entries, random) =>
    changed(entries, random, ({ central }) => ({
      central: central && { ...central, offset: random.oneOf([0, random.pick(500), max32]) },
    })),
  (entries, { pick }) => [...entries, ...entries.slice(pick(3)).slice(0, 1)],
  (entries, { oneOf, pick }) => {
    const body = oneOf(bodies);
    const added = zipEntry(oneOf(oddNames), body, { method: oneOf([0, 8]), unlisted: pick(3) === 0 });
    const at = pick(entries.length + 1);
    return [...entries.slice(0, at), added, ...entries.slice(at)];
  },
  (entries, { pick }) => entries.filter((_, at) => at !== pick(entries.length)),
  (entries, { pick }) => [...entries].sort(() => pick(2) - 0.5),
  // An entry whose stored data is a whole archive, or that quotes one in a stored block.
  (entries, { pick }) => {
    const inner = joined(zip(entries));
    const data = pick(2) === 0 ? inner : deflateRawSync(inner, { level: 0 });
    return [...entries, zipEntry('inner.zip', inner, data === inner ? {} : { method: 8, data: [data] })];
  },
];

function aroundEntries(random: Random): ZipChanges {
  const { pick, oneOf } = random;
  const junk = Buffer.alloc(1 + pick(60), pick(256));
  const value = oneOf([0, 1, pick(400), max16, max32]);
  return oneOf<ZipChanges>([
    { prefix: junk },
    { prefix: junk, countsPrefix: true },
    { suffix: junk },
    { suffix: joined(zip(goodEntries(random))) },
    { beforeDirectory: junk },
    { order: (records) => [...records].sort(() => pick(2) - 0.5) },
    { order: (records) => [...records, ...records.slice(0, 1)] },
    { end: { comment: junk } },
    { end: { comment: joined(zip(goodEntries(random))) } },
    { end: { entries: value } },
    { end: { directoryOffset: value } },
    { end: { directoryBytes: value } },
    { end: { disk: pick(2) } },
    { wideEnd: {} },
    { wideEnd: {}, end: { entries: max16, directoryOffset: max32, directoryBytes: max32 } },
    { wideEnd: { entries: value }, end: { entries: max16 } },
    { wideEnd: { directoryOffset: value }, end: { directoryOffset: max32 } },
    { wideEnd: { extensible: junk }, end: { entries: max16 } },
    { wideEnd: {}, locator: { offset: value } },
    { wideEnd: {}, locator: null, end: { entries: max16 } },
  ]);
}
