/** What the application was asked to show: on its command line, or by a second start. Whoever says so is a stranger. */
import { resolve } from 'node:path';
import { list, path, record } from './schema.ts';

const mostPaths = 64;

/**
 * Paths among the arguments, absolute. Where the application is not packaged, its folder stands before them, and before
 * that may stand options of Electron's own.
 */
export function pathsOf(
  argv: readonly string[],
  workingFolder: string,
  appFolder: string | null,
): readonly string[] {
  const isApp = (argument: string) => resolve(workingFolder, argument) === appFolder;
  const program = appFolder === null ? 0 : Math.max(1, argv.findIndex(isApp));
  const given = argv.slice(program + 1);
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
