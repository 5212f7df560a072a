/** Kinds of data that compress in different ways, the same in every run. */
import { createCipheriv } from 'node:crypto';
import { randomOf } from '../../support/random.ts';

export const noise = (bytes: number, seed = 0): Buffer =>
  createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16)).update(Buffer.alloc(bytes));

const zeros = (bytes: number): Buffer => Buffer.alloc(bytes);

function words(bytes: number): Buffer {
  const random = randomOf(1);
  const dictionary = Array.from({ length: 500 }, () => random.text('etaoinshrdlu', 2 + random.pick(9)));
  return Buffer.from(
    random
      .text(
        dictionary.map((word) => `${word} `),
        1 + bytes / 3,
      )
      .slice(0, bytes),
  );
}

/** What weights look like: float32 values of a normal distribution. */
function weights(bytes: number): Buffer {
  const random = randomOf(2);
  const unit = () => (random.pick(2 ** 30) + 1) / 2 ** 30;
  const out = Buffer.alloc(Math.ceil(bytes / 4) * 4);
  for (let at = 0; at < out.length; at += 4) {
    out.writeFloatLE(0.02 * Math.sqrt(-2 * Math.log(unit())) * Math.cos(2 * Math.PI * unit()), at);
  }
  return out.subarray(0, bytes);
}

export const kinds: Readonly<Record<string, (bytes: number) => Buffer>> = { zeros, words, weights, noise };
