/** requirements.txt line by line, as pip takes it apart (PEP 508 and pip's own options). */

export interface RequirementLine {
  readonly line: number;
  readonly text: string;
  /** A package by its name, a file or folder, a URL, one of pip's options, or none of these. */
  readonly kind: 'named' | 'file' | 'url' | 'option' | 'invalid';
  /** The package, as indexes compare names (lower case, "-" for "_" and "."), or the path of the file. */
  readonly name: string;
  readonly pinned: boolean;
  /** How it takes code from a place of its own, or null. */
  readonly remote: string | null;
}

export function parseRequirements(source: string): RequirementLine[] {
  return logicalLines(source.replace(/^\ufeff/, ''))
    .map(({ line, text }) => ({ line, text: withoutComment(text).trim() }))
    .filter(({ text }) => text !== '')
    .map(({ line, text }) => ({ line, text, ...judge(text) }));
}

/** A backslash at the end joins the next line. */
function logicalLines(source: string): { line: number; text: string }[] {
  const joined: { line: number; text: string }[] = [];
  let open = false;
  for (const [index, text] of source.split(/\r\n?|\n/).entries()) {
    const last = joined.at(-1);
    // A comment never goes on, even where it ends in a backslash.
    const goesOn = text.endsWith('\\') && !/^\s*#/.test(text);
    const part = goesOn ? text.slice(0, -1) : text;
    if (open && last) last.text += part;
    else joined.push({ line: index + 1, text: part });
    open = goesOn;
  }
  return joined;
}

function withoutComment(text: string): string {
  const at = text.search(/(?:^|\s)#/);
  return at === -1 ? text : text.slice(0, at);
}

type Judged = Omit<RequirementLine, 'line' | 'text'>;

const packageName = '[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?';
// Runs of blanks are made one before these look at a line, since runs beside runs can be divided in too many ways.
const oneVersion = '(?:===|==|~=|!=|<=|>=|<|>) ?[A-Za-z0-9.*+!_-]+';
const versions = String.raw`(?:\( ?)?${oneVersion}(?: ?, ?${oneVersion})* ?,? ?\)?`;
export const named = new RegExp(String.raw`^(${packageName}) ?(\[[^\]]*\])? ?(${versions})? ?(;.*)?$`);
export const atUrl = new RegExp(String.raw`^(${packageName}) ?(?:\[[^\]]*\])? ?@ ?(\S+)`);
const perRequirement = '--(?:hash|config-settings|global-option|install-option)[= ]';
export const firstOption = new RegExp(` ${perRequirement}`);
const onlyOptions = new RegExp(String.raw`^(?: ${perRequirement} ?\S+)*$`);
const url = /^(?:(git|hg|svn|bzr)\+|(https?|ftp|ssh|file):)/i;
const archive = /\.(whl|zip|tar\.gz|tgz|tar\.bz2|tar\.xz|tar)$/i;

const judgement = (
  kind: Judged['kind'],
  name: string,
  remote: string | null = null,
  pinned = false,
): Judged => ({
  kind,
  name,
  pinned,
  remote,
});

/** Hashes don't count: a package of many wheels has dozens of them. */
const longestRequirement = 4096;

function judge(line: string): Judged {
  const whole = line.replace(/\s+/g, ' ');
  const end = whole.search(firstOption);
  const text = end === -1 ? whole : whole.slice(0, end);
  if (text.length > longestRequirement) return judgement('invalid', '');
  if (text.startsWith('-')) return judgeOption(text);
  const direct = atUrl.exec(text);
  if (direct) return judgeUrl(direct[2] ?? '');
  const first = text.split(' ', 1)[0] ?? '';
  if (url.test(first)) return judgeUrl(first);
  const path = first.replace(/\[[^[\]]*\]$/, '');
  if (archive.test(path) || /^\.{0,2}\//.test(path) || path === '.' || /^[A-Za-z]:[\\/]/.test(path)) {
    return judgement('file', path.replace(/^\.\//, ''));
  }
  const match = named.exec(text);
  if (!match || (end !== -1 && !onlyOptions.test(whole.slice(end)))) return judgement('invalid', '');
  return judgement('named', packageKey(match[1] ?? ''), null, /^\(? ?===? ?[^*]+$/.test(match[3] ?? ''));
}

/** A name as indexes compare names. */
export const packageKey = (name: string) => name.toLowerCase().replace(/[-_.]+/g, '-');

function judgeUrl(address: string): Judged {
  if (/^file:/i.test(address)) return judgement('file', address.replace(/^file:(\/\/)?/i, ''));
  const control = /^(git|hg|svn|bzr)\+/i.exec(address)?.[1];
  return judgement(
    'url',
    address,
    control ? `fetches source by ${control}` : 'is fetched from an address of its own',
  );
}

const otherIndexes = /^(?:-i\b|--index-url\b|--extra-index-url\b|--trusted-host\b)/;
const knownOptions =
  /^(?:-r|-c|-e|-f|-i|--requirement|--constraint|--editable|--find-links|--index-url|--extra-index-url|--trusted-host|--no-index|--no-binary|--only-binary|--prefer-binary|--require-hashes|--pre|--use-feature|--no-deps)(?=[=\s]|$)/;

function judgeOption(text: string): Judged {
  if (!knownOptions.test(text))
    return /^-[rcefi]\S/.test(text)
      ? judgeOption(`${text.slice(0, 2)} ${text.slice(2)}`)
      : judgement('invalid', '');
  const value = text.replace(/^--?[\w-]+[=\s]*/, '').trim();
  if (/^(?:-e|--editable)/.test(text)) {
    if (url.test(value))
      return judgement('url', value, 'installs source in place from an address of its own');
    return judgement('file', value, 'installs source in place, whatever it then holds');
  }
  if (otherIndexes.test(text)) return judgement('option', '', 'makes pip trust another index');
  if (/^(?:-f|--find-links)/.test(text) && url.test(value))
    return judgement('option', '', 'makes pip look for packages at another address');
  if (/^(?:-r|-c|--requirement|--constraint)/.test(text) && url.test(value))
    return judgement('option', '', 'reads more requirements from an address');
  return judgement('option', '');
}
