/** A tar.gz that was right before something was done to its records, to the tar, or to the gzip member. */
import { handlerText, manifestName, manifestText } from '../hostile/case.ts';
import { joined, type Piece } from '../hostile/pieces.ts';
import {
  base256,
  endOfTar,
  gnuLongName,
  gzip,
  pax,
  type TarFields,
  tarEntry,
} from '../hostile/tar-builder.ts';
import type { Random } from '../support/random.ts';
import { oddNames } from './zip-sample.ts';

type Parts = readonly (readonly Piece[])[];

export function tarSample(random: Random, mutateBytes: (bytes: Buffer) => Buffer): Buffer {
  const { pick, oneOf } = random;
  let parts: Parts = [
    tarEntry(`model/${manifestName}`, manifestText),
    tarEntry('model/handler.py', handlerText),
    ...Array.from({ length: pick(3) }, (_, at) => tarEntry(`model/data-${at}.txt`, 'x'.repeat(pick(1500)))),
  ];
  for (let left = pick(4); left > 0; left--) parts = oneOf(mutations)(parts, random);
  let bytes = Buffer.concat([joined(parts.flat()), endOfTar.subarray(0, 512 * oneOf([0, 1, 2, 2, 2]))]);
  if (pick(4) === 0) bytes = Buffer.from(mutateBytes(bytes));
  const member = gzip(
    bytes,
    oneOf([{}, {}, {}, {}, { crc32: 1 }, { size: 1 }, { flags: 8, fields: Buffer.from('a\0') }]),
  );
  if (pick(6) > 0) return member;
  return Buffer.concat([member, oneOf([Buffer.from('junk'), Buffer.alloc(8), gzip(bytes)])]);
}

type Mutation = (parts: Parts, random: Random) => Parts;

const inserted = (parts: Parts, { pick }: Random, ...added: Parts): Parts => {
  const at = pick(parts.length + 1);
  return [...parts.slice(0, at), ...added, ...parts.slice(at)];
};

const oddName = ({ oneOf, pick }: Random): Buffer => {
  const name = Buffer.from(oneOf(oddNames) as string);
  return pick(3) === 0 ? name : Buffer.concat([Buffer.from('model/'), name]);
};

const mutations: readonly Mutation[] = [
  (parts, random) => inserted(parts, random, tarEntry(oddName(random), 'x')),
  (parts, random) => inserted(parts, random, tarEntry('model/extra', '', oddFields(random))),
  (parts, random) => inserted(parts, random, pax(oddPax(random), random.oneOf(['x', 'x', 'g']))),
  (parts, random) => inserted(parts, random, pax(oddPax(random)), tarEntry('model/extra', 'content')),
  (parts, random) => inserted(parts, random, gnuLongName(`model/${'n'.repeat(random.pick(300))}`)),
  (parts, random) => inserted(parts, random, [Buffer.alloc(512 * (1 + random.pick(2)))]),
  (parts, random) => inserted(parts, random, [Buffer.alloc(1 + random.pick(600), random.pick(256))]),
  (parts, { pick }) => [...parts, ...parts.slice(pick(3)).slice(0, 1)],
  (parts, { pick }) => parts.filter((_, at) => at !== pick(parts.length)),
  (parts, { pick }) => [...parts].sort(() => pick(2) - 0.5),
];

function oddFields({ oneOf, pick }: Random): Partial<TarFields> {
  return oneOf<Partial<TarFields>>([
    { type: oneOf(['0', '\0', '1', '2', '3', '4', '5', '6', '7', 'S', 'V', 'L', 'K', 'x', 'g', 'Z']) },
    { size: pick(2000) },
    { size: base256(BigInt(oneOf([0, 5, -1, -512, 2 ** 40]))) },
    { size: Buffer.from(oneOf(['0000000zz01\0', '          5 ', '\0\0\0\0\0\0\0\0\0\0\0\0'])) },
    { magic: oneOf(['\0\0\0\0\0\0\0\0', 'ustar  \0', 'ustar\x0001']) },
    { checksumError: oneOf([1, -1, 256]) },
    { prefix: oneOf(['model', 'a/b', '..', '/']) },
    { linkName: 'handler.py', type: oneOf(['1', '2']) },
    { modified: oneOf([0, 8 ** 11 - 1]) },
  ]);
}

function oddPax({ oneOf, pick }: Random): Record<string, string> {
  return oneOf<Record<string, string>>([
    { path: 'model/from-pax.txt' },
    { path: '' },
    { path: oneOf(['model/a\0b', 'flat', 'other/a', 'model/caf\u00e9']) },
    { size: String(oneOf([0, 7, -1, pick(2000), 'x'])) },
    { linkpath: 'handler.py' },
    { 'GNU.sparse.size': '10', 'GNU.sparse.numblocks': '0' },
    { 'GNU.sparse.name': 'model/renamed' },
    { mtime: oneOf(['1.5', 'soon']) },
    { comment: 'nothing' },
  ]);
}
