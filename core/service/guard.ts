/**
 * What callers may name: the files and folders that a host granted, and what lies in them. Links are followed before
 * it is judged, so that none leads out. Whoever asks is a web page, however well we know it.
 */
import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import type { Grant } from '../contract/api.ts';
import { Problem } from '../contract/errors.ts';

interface Place extends Grant {
  /** Without links. */
  readonly real: string;
  readonly isReadOnly: boolean;
  /** For files on their way elsewhere: reached, and not offered. */
  readonly isPassing: boolean;
}

export class Guard {
  readonly #places: Place[] = [];

  get grants(): readonly Grant[] {
    return this.#places
      .filter(({ isPassing }) => !isPassing)
      .map(({ path, isFolder }) => ({ path, isFolder }));
  }

  /** The first folder where something may be written: what relative paths start from, and where pickers begin. */
  get home(): string | null {
    return (
      this.#places.find((place) => place.isFolder && !place.isReadOnly && !place.isPassing)?.path ?? null
    );
  }

  grant(
    path: string,
    real: string,
    {
      isFolder,
      isReadOnly = false,
      isPassing = false,
    }: { isFolder: boolean; isReadOnly?: boolean; isPassing?: boolean },
  ): void {
    if (this.#places.some((place) => place.real === real && place.path === path)) return;
    this.#places.push({ path, real, isFolder, isReadOnly, isPassing });
  }

  /** For what is read: the path again, if it leads to a granted place. `a.mar!b.pt` leads to a.mar. */
  async allow(path: string): Promise<string> {
    assertPlain(path);
    if (!this.#holds(await realPlace(await outermost(path)), false)) throw refusal(path);
    return path;
  }

  /** For what is written, whether it exists or not. */
  async allowWrite(path: string): Promise<string> {
    assertPlain(path);
    if (!this.#holds(await realPlace(path), true)) throw refusal(path);
    return path;
  }

  /** Whether a folder may be listed; its parent often may not. */
  async allows(path: string): Promise<boolean> {
    return this.allow(path).then(
      () => true,
      () => false,
    );
  }

  #holds(real: string, forWriting: boolean): boolean {
    return this.#places.some(
      (place) =>
        !(forWriting && place.isReadOnly) &&
        (real === place.real || (place.isFolder && real.startsWith(withSeparator(place.real)))),
    );
  }
}

const refusal = (path: string) => Problem.of('PATH_NOT_GRANTED', { path });

/** What is judged must be what is opened: the system reads `link/..` otherwise than it is written. */
function assertPlain(path: string): void {
  if (path.includes('\0') || !isAbsolute(path) || resolve(path) !== path) throw refusal(path);
}

const withSeparator = (folder: string) => (folder.endsWith(sep) ? folder : folder + sep);

/** Of a path into an archive, the archive: the first part before a "!" that exists, as core/open.ts reads it. */
async function outermost(path: string): Promise<string> {
  if (await exists(path)) return path;
  for (let at = path.indexOf('!'); at !== -1; at = path.indexOf('!', at + 1)) {
    if (await exists(path.slice(0, at))) return path.slice(0, at);
  }
  return path;
}

const exists = (path: string) =>
  realpath(path).then(
    () => true,
    () => false,
  );

/** Where a path leads when links are followed; what does not exist yet is taken as written. Empty where a link leads nowhere. */
export async function realPlace(path: string): Promise<string> {
  const missing: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    const real = await realpath(at).catch(() => null);
    if (real !== null) return join(real, ...missing);
    // A link to what does not exist would be followed by whoever makes it.
    if ((await lstat(at).catch(() => null)) !== null) return '';
    if (dirname(at) === at) return path;
    missing.unshift(basename(at));
  }
}
