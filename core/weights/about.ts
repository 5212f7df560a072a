/** What a file says of itself, cut to what a person reads: a tokenizer's vocabulary may stand there too. */
const mostLetters = 4000;

export interface NamedText {
  readonly name: string;
  readonly value: string;
}

export function aboutText(value: string): string {
  if (value.length <= mostLetters) return value;
  return `${value.slice(0, mostLetters)}… (${value.length.toLocaleString('en-US')} letters)`;
}
