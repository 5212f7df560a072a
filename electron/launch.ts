/** What the application was asked to show: on its command line, or by a second start. Whoever says so is a stranger. */
import { resolve } from 'node:path';
import { list, path, record } from './schema.ts';

const mostPaths = 64;

/** Paths among the arguments, absolute. `isPackaged`: before them stands the program alone, else also its folder. */
export function pathsOf(
  argv: readonly string[],
  workingFolder: string,
  isPackaged: boolean,
): readonly string[] {
  const given = argv.slice(isPackaged ? 1 : 2);
  const end = given.indexOf('--');
  // Chromium takes options of its own, and adds some.
  const named = given.filter(
    (argument, at) => at !== end && ((end !== -1 && at > end) || !argument.startsWith('-')),
  );
  return named
    .filter(path)
    .slice(0, mostPaths)
    .map((argument) => resolve(workingFolder, argument));
}

/** What a second start hands to the first: Chromium reorders the arguments that it passes on itself. */
export interface SecondStart extends Record<string, unknown> {
  readonly paths: readonly string[];
}

const secondStart = record({ paths: list(path, mostPaths) });

export function pathsOfSecondStart(data: unknown): readonly string[] {
  return secondStart(data) ? data.paths : [];
}
