/** Text that compresses as text does: lines of made-up words, common ones often, from a seed. */
import { randomOf } from '../test/support/random.ts';

const syllables = 'ka lo mi ren tu sha ve dor ani el po qui sta ber ou ing tra ne sol fi'.split(' ');
const words = 20_000;

export class Prose {
  readonly #random;
  readonly #words: readonly string[];

  constructor(seed: number) {
    const random = randomOf(seed);
    this.#random = random;
    this.#words = Array.from({ length: words }, () => random.text(syllables, 1 + random.pick(4)));
  }

  /** Exactly so many characters, all of them ASCII. */
  text(length: number): string {
    const pieces: string[] = [];
    for (let done = 0, inLine = 0; done < length; ) {
      // A power of a uniform number favours the head of the list, about as Zipf's law does.
      const place = Math.floor(words * (this.#random.pick(2 ** 20) / 2 ** 20) ** 4);
      const piece = `${this.#words[place]}${++inLine % 12 === 0 ? '\n' : ' '}`;
      pieces.push(piece);
      done += piece.length;
    }
    return pieces.join('').slice(0, length);
  }
}
