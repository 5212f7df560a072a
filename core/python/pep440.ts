/** Versions as PEP 440 orders them: epochs, pre-, post- and development releases, local parts, zeros at the end. */

export interface Version {
  readonly epoch: string;
  /** Numbers as digits, since they may be longer than a number of JavaScript; without zeros in front. */
  readonly release: readonly string[];
  readonly pre: { readonly letter: 'a' | 'b' | 'rc'; readonly number: string } | null;
  readonly post: string | null;
  readonly dev: string | null;
  readonly local: readonly string[];
}

const longestVersion = 256;

const pattern = new RegExp(
  [
    String.raw`^v?(?:(\d+)!)?(\d+(?:\.\d+)*)`,
    String.raw`(?:[._-]?(alpha|a|beta|b|preview|pre|c|rc)[._-]?(\d*))?`,
    String.raw`(?:-(\d+)|[._-]?(?:post|rev|r)[._-]?(\d*))?`,
    String.raw`(?:[._-]?dev[._-]?(\d*))?`,
    String.raw`(?:\+([a-z0-9]+(?:[._-][a-z0-9]+)*))?$`,
  ].join(''),
);

const letters: Readonly<Record<string, 'a' | 'b' | 'rc'>> = { alpha: 'a', a: 'a', beta: 'b', b: 'b' };

/** Null where it is no version by PEP 440. */
export function parseVersion(text: string): Version | null {
  const trimmed = text.trim();
  if (trimmed.length > longestVersion) return null;
  const match = pattern.exec(trimmed.toLowerCase());
  // Lower case brings in letters that are none in ASCII.
  if (!match || /[^\x21-\x7e]/.test(trimmed)) return null;
  const [, epoch, release = '', preLetter, preNumber, shortPost, longPost, dev, local] = match;
  const post = shortPost ?? longPost;
  return {
    epoch: digits(epoch ?? ''),
    release: release.split('.').map(digits),
    pre:
      preLetter === undefined
        ? null
        : { letter: letters[preLetter] ?? 'rc', number: digits(preNumber ?? '') },
    post: post === undefined ? null : digits(post),
    dev: dev === undefined ? null : digits(dev),
    local:
      local === undefined
        ? []
        : local.split(/[._-]/).map((part) => (/^\d+$/.test(part) ? digits(part) : part)),
  };
}

const digits = (text: string) => text.replace(/^0+/, '') || '0';

/** Below zero where the first is the older one. */
export function compareVersions(a: Version, b: Version): number {
  return (
    compareNumbers(a.epoch, b.epoch) ||
    compareReleases(a.release, b.release) ||
    preRank(a) - preRank(b) ||
    compareNumbers(a.pre?.number ?? '0', b.pre?.number ?? '0') ||
    compareNumbers(a.post ?? '-', b.post ?? '-') ||
    compareNumbers(a.dev ?? '~', b.dev ?? '~') ||
    compareLocals(a.local, b.local)
  );
}

/** One form for all spellings of a version; "2.0" is "2" too, unless zeros are asked for. */
export function formatVersion(version: Version, keepZeros = false): string {
  const { epoch, release, pre, post, dev, local } = version;
  let last = release.length;
  while (!keepZeros && last > 1 && release[last - 1] === '0') last--;
  return [
    epoch === '0' ? '' : `${epoch}!`,
    release.slice(0, last).join('.'),
    pre ? `${pre.letter}${pre.number}` : '',
    post === null ? '' : `.post${post}`,
    dev === null ? '' : `.dev${dev}`,
    local.length === 0 ? '' : `+${local.join('.')}`,
  ].join('');
}

/** "-" stands before all digits and "~" after them: what is absent is less than 0, or more than any number. */
function compareNumbers(a: string, b: string): number {
  if (a === b) return 0;
  if (a === '-' || b === '~') return -1;
  if (b === '-' || a === '~') return 1;
  return a.length - b.length || (a < b ? -1 : 1);
}

function compareReleases(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const order = compareNumbers(a[at] ?? '0', b[at] ?? '0');
    if (order !== 0) return order;
  }
  return 0;
}

/** A development release of the release itself comes before its first alpha, the release after its last candidate. */
function preRank({ pre, post, dev }: Version): number {
  if (pre) return { a: 0, b: 1, rc: 2 }[pre.letter];
  return post === null && dev !== null ? -1 : 3;
}

/** Part by part: none is less than any, letters less than numbers. */
function compareLocals(a: readonly string[], b: readonly string[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at++) {
    const [left, right] = [a[at], b[at]];
    if (left === right) continue;
    if (left === undefined) return -1;
    if (right === undefined) return 1;
    const [isLeftNumber, isRightNumber] = [/^\d+$/.test(left), /^\d+$/.test(right)];
    if (isLeftNumber !== isRightNumber) return isLeftNumber ? 1 : -1;
    return isLeftNumber ? compareNumbers(left, right) : left < right ? -1 : 1;
  }
  return 0;
}
