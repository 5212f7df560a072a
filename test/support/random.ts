/** Numbers that look random and are the same in every run, so that a failing sample can be run again. */

export interface Random {
  /** A whole number from 0 up to, not including, `end`. */
  readonly pick: (end: number) => number;
  readonly oneOf: <T>(choices: readonly T[]) => T;
  /** Characters, or whole pieces of text, put together. */
  readonly text: (pieces: string | readonly string[], length: number) => string;
}

export function randomOf(seed: number): Random {
  let state = seed >>> 0;
  // mulberry32: small, and good enough to spread samples.
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const pick = (end: number) => Math.floor(next() * end);
  const oneOf = <T>(choices: readonly T[]) => choices[pick(choices.length)] as T;
  const text = (pieces: string | readonly string[], length: number) => {
    const choices = [...pieces];
    return Array.from({ length }, () => oneOf(choices)).join('');
  };
  return { pick, oneOf, text };
}
