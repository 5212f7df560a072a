/** Colours, only where a person looks at them. */
import type { WriteStream } from 'node:tty';

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  magenta: [35, 39],
  cyan: [36, 39],
} as const;

export type Style = Readonly<Record<keyof typeof codes, (text: string) => string>>;

/** --no-color wins over NO_COLOR, that over FORCE_COLOR, and that over what the stream is. */
export function wantsColor(stream: Pick<WriteStream, 'isTTY'>, noColor: boolean, env = process.env): boolean {
  if (noColor || env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

export function styleWith(color: boolean): Style {
  const paint = (name: keyof typeof codes) => (text: string) =>
    color && text !== '' ? `\x1b[${codes[name][0]}m${text}\x1b[${codes[name][1]}m` : text;
  return {
    bold: paint('bold'),
    dim: paint('dim'),
    red: paint('red'),
    green: paint('green'),
    yellow: paint('yellow'),
    magenta: paint('magenta'),
    cyan: paint('cyan'),
  };
}
