/** Pickles of every shape for the fuzzer: opcodes at random, and good or hostile ones with bytes changed, in what holds them. */
import { deflateSync, gzipSync } from 'node:zlib';
import { type OpcodeName, opcodes } from '../../core/weights/pickle/opcodes.ts';
import { hostilePickles } from '../hostile/pickles/evasions.ts';
import { wrappedPickles } from '../hostile/pickles/wrapped.ts';
import { bytesOf, op, pickle } from '../support/pickle.ts';
import type { Random } from '../support/random.ts';
import { mutateBytes } from './mutate-bytes.ts';

const names = Object.keys(opcodes) as OpcodeName[];
const known = [...hostilePickles, ...wrappedPickles]
  .map(({ bytes }) => bytes)
  .filter(({ length }) => length < 50_000);

/** The bytes of a number's random are always the same. */
export function pickleSample(random: Random): Buffer {
  const form = random.pick(6);
  if (form === 0) return known[random.pick(known.length)] as Buffer;
  if (form === 1)
    return pickle(op.PROTO(random.pick(7)), ...opcodesOf(random, 1 + random.pick(200)), op.STOP());
  if (form === 2) return pickle(...opcodesOf(random, 1 + random.pick(60)));
  const changed = mutateBytes(known[random.pick(known.length)] as Buffer, random);
  if (form === 3) return deflateSync(changed);
  return form === 4 ? gzipSync(changed) : changed;
}

/** Mostly what lays down values, so that those that take some find them. */
function opcodesOf(random: Random, count: number): Buffer[] {
  return Array.from({ length: count }, () => {
    switch (random.pick(12)) {
      case 0:
        return op.GLOBAL(random.text('os._', 1 + random.pick(4)), random.text('abc.', random.pick(4)));
      case 1:
        return op.SHORT_BINUNICODE(random.text('aé.\n', random.pick(9)));
      case 2:
        return op.BINPUT(random.pick(8));
      case 3:
        return op.BINGET(random.pick(8));
      case 4:
        return op.FRAME(random.pick(100));
      case 5:
        return op.MARK();
      case 6:
        return op.EMPTY_LIST();
      case 7:
        return op.EMPTY_TUPLE();
      case 8:
        return op.DUP();
      default:
        return bytesOf(
          names[random.pick(names.length)] as OpcodeName,
          random.text('\0\x01\x02a\n', random.pick(10)),
        );
    }
  });
}
