/** Words and numbers as the interface shows them, beside those that all faces share (core/contract/format.ts). */

import type { ProblemData } from '../../core/contract/api.ts';
import { formatBytes, showName } from '../../core/contract/format.ts';
import { RemoteProblem } from '../../core/contract/rpc.ts';

/** "x can't be read" is a sentence on a screen: a capital letter and a full stop. A path at its beginning stays as it is. */
export function sentence(words: string): string {
  const shown = clipped(words, 2000);
  const begins = /^[a-z]+[ ,:']/.test(shown) ? shown.charAt(0).toUpperCase() + shown.slice(1) : shown;
  return /[.!?…:]$/.test(begins) ? begins : `${begins}.`;
}

const longestName = 300;

/** A name that is safe to show, and no longer than a line can be: hostile ones have a million characters. */
export function shownName(name: string): string {
  return showName(clipped(name, longestName));
}

/** Where a name stands in a title or a narrow column: what does not fit there is left out. */
export const briefName = (name: string) => showName(name.length <= 64 ? name : `${name.slice(0, 60)}…`);

export function clipped(text: string, most: number): string {
  if (text.length <= most) return text;
  const half = Math.floor(most / 2);
  return `${text.slice(0, half)} … ${(text.length - 2 * half).toLocaleString('en-US')} characters … ${text.slice(-half)}`;
}

// Made once: a number is written thousands of times while a list scrolls by.
const wholeNumber = new Intl.NumberFormat('en-US');

export const exactBytes = (bytes: number) => `${wholeNumber.format(bytes)} bytes`;

/** "+12.4 MiB", "−3 B", "0 B": with a true minus. */
export function signedBytes(bytes: number): string {
  if (bytes === 0) return '0 B';
  return bytes > 0 ? `+${formatBytes(bytes)}` : `−${formatBytes(-bytes)}`;
}

const dateFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

export const localTime = (time: number | string) => dateFormat.format(new Date(time));

export const utcTime = (time: number | string) =>
  `${new Date(time).toISOString().replace('T', ' ').slice(0, 19)} UTC`;

/** The last part of a path, for people; in an archive, of the path inside it. */
export function fileName(path: string): string {
  return shownName(path.split(/[\\/]/).at(-1) || path);
}

/** Of a name, what every system takes as the name of a file, before its ending. */
export const suggestedStem = (name: string, otherwise: string): string =>
  name
    .slice(0, 300)
    .replace(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 60) || otherwise;

export function folderName(path: string): string {
  const at = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return at <= 0 ? path.slice(0, 1) : path.slice(0, at);
}

export const joinPath = (folder: string, name: string) =>
  `${folder.replace(/[\\/]+$/, '')}${folder.includes('\\') ? '\\' : '/'}${name}`;

/** As a shell takes it: quoted where it must be. */
function shellWord(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

export const commandLine = (...words: readonly string[]) => ['mar-studio', ...words].map(shellWord).join(' ');

export function asProblem(error: unknown): ProblemData {
  if (error instanceof RemoteProblem) {
    const { code, message, hint, path } = error;
    return { code, message, hint, path };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'INTERNAL', message, hint: 'this is a bug; please report it with what you did', path: null };
}

export const isCancelled = (error: unknown) => error instanceof RemoteProblem && error.code === 'CANCELLED';
