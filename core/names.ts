/** What a name inside an archive may look like, judged as text alone. The same judge serves writing and reading. */
import { showName } from './contract/format.ts';
import type { Severity } from './contract/model.ts';

export interface NameJudgement {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly hint: string;
}

const maxComponentBytes = 255;
const maxNameBytes = 4096;
export const maxDepth = 64;

const renaming = 'rename the file, or give it another place with --extra-files SOURCE=>NAME';

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const controls = /[\u0000-\u001f\u007f-\u009f]/;
// A decoder leaves U+FFFD where bytes were no UTF-8; a lone surrogate can't be written as UTF-8 at all.
const undecodable = /\ufffd|\p{Surrogate}/u;
// Variation selectors are left out: they are a lawful part of many emoji.
const deceptive = /(?![\ufe00-\ufe0f])\p{Default_Ignorable_Code_Point}|[\u2028\u2029\ufff9-\ufffb]/u;
const windowsDevice = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9\u00b9\u00b2\u00b3])(?:\.|$)/i;
const windowsCharacters = /[<>:"|?*]/;

/**
 * Everything there is to say about one entry name; empty for a good one. Errors come first. A name that
 * begins with one letter and a colon counts as absolute, since that is what it is on Windows.
 */
export function judgeName(name: string): NameJudgement[] {
  if (name === '') {
    return [
      {
        code: 'NAME_EMPTY',
        severity: 'error',
        message: 'an entry has an empty name',
        hint: 'name the entry',
      },
    ];
  }
  const shown = JSON.stringify(showName(shortenMiddle(name))).replaceAll('\\\\u{', '\\u{');
  const judgements: NameJudgement[] = [];
  const error = (code: string, message: string, hint = renaming) =>
    judgements.push({ code, severity: 'error', message, hint });
  const warning = (code: string, message: string, hint = renaming) =>
    judgements.push({ code, severity: 'warning', message, hint });

  if (undecodable.test(name)) error('NAME_ENCODING', `the name ${shown} is not valid UTF-8`);
  if (controls.test(name)) error('NAME_CONTROL_CHAR', `the name ${shown} holds a control character`);
  if (name.includes('\\')) {
    error('PATH_BACKSLASH', `the name ${shown} holds a backslash, which is a folder on Windows alone`);
  }
  if (/^[/\\]|^[A-Za-z]:/.test(name)) {
    const isDrive = /^[A-Za-z]:[^/\\]/.test(name);
    const drive = `begins with ${name.slice(0, 2)}, which Windows takes for a drive`;
    if (isDrive) error('PATH_ABSOLUTE', `the name ${shown} ${drive}`);
    else error('PATH_ABSOLUTE', `the name ${shown} is an absolute path`, 'make it relative to the archive');
  }

  if (/(?:^|[/\\])\.\.(?:[/\\]|$)/.test(name)) {
    error('PATH_TRAVERSAL', `the name ${shown} leads out of the archive`, 'leave out the ".."');
  }
  const bytes = Buffer.byteLength(name);
  if (bytes > maxNameBytes) {
    error('NAME_TOO_LONG', `the name ${shown} has ${bytes} bytes, and ${maxNameBytes} fit`);
    // Its parts may be a million, and are not worth a look.
    return judgements;
  }
  const parts = name.split('/');
  // An absolute name has an empty first part by nature, and has been told so.
  if (parts.some((part, at) => part === '.' || (part === '' && at > 0))) {
    error(
      'PATH_NOT_NORMAL',
      `the name ${shown} has an empty or "." part`,
      'write the name without "./", "//" and a last "/"',
    );
  }
  const longest = parts.reduce((most, part) => Math.max(most, Buffer.byteLength(part)), 0);
  if (longest > maxComponentBytes) {
    error('NAME_TOO_LONG', `the name ${shown} has a part of ${longest} bytes, and ${maxComponentBytes} fit`);
  }
  if (parts.length > maxDepth) {
    error('LIMIT_DEPTH', `the name ${shown} is ${parts.length} levels deep, and ${maxDepth} are allowed`);
  }

  const unfit = parts.find(isUnfitForWindows);
  if (unfit !== undefined) warning('NAME_WINDOWS', `Windows can't hold the name ${shown}`);
  if (deceptive.test(name)) {
    warning('NAME_DECEPTIVE', `the name ${shown} holds invisible characters and may pass for another`);
  }
  return judgements;
}

/** A name of thousands of characters would bury what is said about it. */
function shortenMiddle(name: string): string {
  const characters = [...name];
  if (characters.length <= 160) return name;
  return `${characters.slice(0, 80).join('')}…${characters.slice(-60).join('')}`;
}

function isUnfitForWindows(part: string): boolean {
  if (part === '.' || part === '..') return false;
  return windowsDevice.test(part) || windowsCharacters.test(part) || /[. ]$/.test(part);
}

/** Orders names by their UTF-8 bytes, the same on every machine. */
export function compareNames(a: string, b: string): number {
  // UTF-16 order differs from UTF-8 order only where surrogates meet U+E000 to U+FFFF.
  for (let at = 0; at < Math.min(a.length, b.length); at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
