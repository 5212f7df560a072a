/** Changes that know nothing of any format, but for the signatures that they aim at. */
import type { Random } from '../support/random.ts';

const oddNumbers = [
  0, 1, 0x7f, 0x80, 0xff, 0xfffe, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];

export function mutateBytes(bytes: Buffer, random: Random): Buffer {
  let mutated = bytes;
  for (let left = 1 + random.pick(3); left > 0 && mutated.length > 0; left--) {
    mutated = random.oneOf(mutations)(mutated, random);
  }
  return mutated;
}

type Mutation = (bytes: Buffer, random: Random) => Buffer;

const somewhere = (bytes: Buffer, { pick }: Random): number => pick(bytes.length);

/** A place within a record: 0 to 60 bytes behind one of the signatures, or anywhere. */
function aimed(bytes: Buffer, random: Random): number {
  const from = bytes.indexOf('PK', somewhere(bytes, random), 'latin1');
  return from === -1 ? somewhere(bytes, random) : Math.min(bytes.length - 1, from + random.pick(60));
}

const written = (bytes: Buffer, at: number, value: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, at), value, bytes.subarray(at + value.length)]);

const mutations: readonly Mutation[] = [
  (bytes, random) => {
    const at = random.oneOf([aimed, somewhere])(bytes, random);
    return written(bytes, at, Buffer.from([(bytes[at] ?? 0) ^ (1 << random.pick(8))]));
  },
  (bytes, random) => written(bytes, aimed(bytes, random), Buffer.from([random.pick(256)])),
  (bytes, random) => {
    const value = Buffer.alloc(4);
    value.writeUInt32LE(random.oneOf(oddNumbers));
    return written(bytes, aimed(bytes, random), value.subarray(0, random.oneOf([2, 4])));
  },
  (bytes, random) => bytes.subarray(0, somewhere(bytes, random)),
  (bytes, random) => bytes.subarray(0, Math.max(0, bytes.length - 1 - random.pick(40))),
  // A part taken out, doubled, or put in elsewhere.
  (bytes, random) => {
    const [start, length] = [somewhere(bytes, random), 1 + random.pick(100)];
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(start + length)]);
  },
  (bytes, random) => {
    const [start, length] = [somewhere(bytes, random), 1 + random.pick(200)];
    const part = bytes.subarray(start, start + length);
    return Buffer.concat([bytes.subarray(0, start), part, bytes.subarray(start)]);
  },
  (bytes, random) => {
    const [from, to, length] = [somewhere(bytes, random), somewhere(bytes, random), 1 + random.pick(100)];
    return written(bytes, to, bytes.subarray(from, from + Math.min(length, bytes.length - to)));
  },
  (bytes, random) => {
    const at = somewhere(bytes, random);
    return Buffer.concat([
      bytes.subarray(0, at),
      Buffer.alloc(1 + random.pick(30), random.pick(256)),
      bytes.subarray(at),
    ]);
  },
];
