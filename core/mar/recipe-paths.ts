/** Paths of a recipe: written relative to its file with "/", read back relative to the working folder. */
import path from 'node:path';
import { defaultHandlers, serverHandlers } from '../contract/handlers.ts';
import { type ExtraFile, parseExtraFiles } from './extra-files.ts';
import { escapePattern, looksLikePattern } from './glob.ts';
import { splitHandler } from './handlers.ts';

/** From the recipe's text to a path; an empty one stays empty, which means none. */
export function resolvePath(folder: string, given: string): string {
  if (given === '' || path.isAbsolute(given)) return given;
  return path.join(folder, given);
}

/** From a path to the recipe's text. */
export function relativePath(folder: string, given: string): string {
  if (given === '' || path.isAbsolute(given)) return withSlashes(given);
  return withSlashes(path.relative(folder, given)) || '.';
}

/** A bare name that the server knows is no path; a file of that name is written with "./" or ".py". */
const isServerName = (handler: string) =>
  Object.values(defaultHandlers).some((names) => names.includes(handler)) || serverHandlers.includes(handler);

export function resolveHandler(folder: string, given: string): string {
  return mapHandler(given, (file) => resolvePath(folder, file));
}

export function relativeHandler(folder: string, given: string): string {
  return mapHandler(given, (file) => relativePath(folder, file));
}

function mapHandler(given: string, map: (file: string) => string): string {
  if (isServerName(given)) return given;
  const { file, member } = splitHandler(given);
  const mapped = map(file);
  const kept = isServerName(mapped) && member === undefined ? `./${mapped}` : mapped;
  return member === undefined ? kept : `${kept}:${member}`;
}

export function resolveExtraFile(folder: string, item: string): string {
  return mapExtraFile(item, (source) => {
    // The folder is a place, whatever characters it is written with; only the item may be a pattern.
    const place = looksLikePattern(source) ? escapePattern(folder) : folder;
    return resolvePath(place, source);
  });
}

export function relativeExtraFile(folder: string, item: ExtraFile): string {
  return formatExtraFile({ ...item, source: relativePath(folder, item.source) });
}

function mapExtraFile(item: string, map: (source: string) => string): string {
  return parseExtraFiles([item])
    .map((parsed) => formatExtraFile({ ...parsed, source: map(parsed.source) }))
    .join('');
}

function formatExtraFile({ source, destination }: ExtraFile): string {
  return destination === null ? source : `${source}=>${destination}`;
}

function withSlashes(given: string): string {
  return path.sep === '\\' ? given.replaceAll('\\', '/') : given;
}
