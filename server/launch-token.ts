/** The secret of one launch: whoever shows it was given the address that was printed. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** So many wrong ones within the window, and nobody is let in until it has passed. */
const mostWrong = 30;
const windowMs = 10_000;

export class LaunchToken {
  /** 256 bits. */
  readonly text = randomBytes(32).toString('base64url');
  readonly #sum = sumOf(this.text);
  readonly #now: () => number;
  #wrong: readonly number[] = [];

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  judge(given: unknown): 'right' | 'wrong' | 'too many' {
    const now = this.#now();
    this.#wrong = this.#wrong.filter((at) => now - at < windowMs);
    if (this.#wrong.length >= mostWrong) return 'too many';
    // Sums have one length, so that not even that of the token shows in the time this takes.
    if (typeof given === 'string' && timingSafeEqual(sumOf(given), this.#sum)) return 'right';
    this.#wrong = [...this.#wrong, now];
    return 'wrong';
  }
}

function sumOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
