/** Picking and dropping, wherever it happens: what was named is looked at, then shown where it belongs. */
import type { Identified } from '../../core/contract/api.ts';
import { formatCount } from '../../core/contract/format.ts';
import type { PickOptions } from '../../core/contract/host.ts';
import { asProblem, folderName, isCancelled, sentence, shownName } from '../parts/words.ts';
import { app } from './app.svelte.ts';
import { openPaths, route } from './route.svelte.ts';

/** Where something was chosen last: the next choice is mostly made beside it. */
let lastFolder: string | null = null;

export async function pickPaths(
  options: Pick<PickOptions, 'title'> & Partial<PickOptions>,
): Promise<readonly string[]> {
  const startAt = options.startAt ?? lastFolder ?? app.about?.home ?? null;
  const paths = await app.host.pickFiles({ multiple: false, folders: false, ...options, startAt });
  const [first] = paths;
  if (first !== undefined) lastFolder = options.folders ? first : folderName(first);
  return paths;
}

export async function pickArchives(title: string, multiple = false): Promise<readonly string[]> {
  return pickPaths({ title, multiple });
}

export async function pickFolder(title: string): Promise<string | null> {
  const [path] = await pickPaths({ title, folders: true });
  return path ?? null;
}

export async function pickFile(title: string): Promise<string | null> {
  const [path] = await pickArchives(title);
  return path ?? null;
}

export async function openArchive(): Promise<void> {
  openPaths(await pickArchives('Open an archive', true));
}

export async function openFolder(): Promise<void> {
  const path = await pickFolder('Open a model folder');
  if (path !== null) route.go({ screen: 'inspect', path });
}

const mostDropped = 1000;

/** The paths of files that were dropped; throws in words that can be shown. */
export async function pathsOfDrop(files: readonly File[]): Promise<readonly string[]> {
  if (app.host.pathsOfDrop === null) throw new Error('nothing can be dropped here; choose it instead');
  if (files.length > mostDropped) {
    throw new Error(
      `${formatCount(files.length, 'file')} are too many to take at once; choose the folder that holds them`,
    );
  }
  return app.host.pathsOfDrop(files);
}

/** A screen that has a use of its own for some of what is dropped takes that; true where it did. */
export const dropTaker: { take: ((found: readonly Identified[]) => boolean) | null } = { take: null };

/** Opens what was dropped where it belongs, or says why not. */
export async function takeDrop(files: readonly File[]): Promise<void> {
  // What was said of the drop before this one is over.
  app.notice = null;
  try {
    const found = await app.call('identify', { paths: await pathsOfDrop(files) });
    if (dropTaker.take?.(found)) return;
    const drop = judgeDrop(found);
    if (drop.go === null) app.notice = shownName(drop.words);
    else drop.go();
  } catch (error) {
    if (!isCancelled(error)) app.notice = shownName(sentence(asProblem(error).message));
  }
}

export interface Drop {
  /** What will be done with it, or why nothing can be. */
  readonly words: string;
  readonly go: (() => void) | null;
}

/** What may be done with what was dropped; two archives, or two weights, are compared, the first is the older one. */
function judgeDrop(found: readonly Identified[]): Drop {
  const archives = found.filter(({ is }) => is === 'archive' || is === 'model folder');
  const areWeights = found.every(({ is, role }) => is === 'file' && role === 'weights');
  const [first, second] = areWeights ? found : archives;
  if ((archives.length === 2 || areWeights) && found.length === 2 && first && second) {
    const go = () => route.go({ screen: 'diff', before: first.path, after: second.path });
    return { words: `Compare ${first.name} with ${second.name}`, go };
  }
  if (archives.length === 1 && found.length === 1 && first) {
    return { words: `Inspect ${first.name}`, go: () => route.go({ screen: 'inspect', path: first.path }) };
  }
  if (archives.length > 2) return { words: 'Two archives can be compared, and these are more.', go: null };
  const files = found.filter(({ is }) => is === 'file' || is === 'folder');
  const useful = files.filter(({ role }) => role !== null && role !== 'extra');
  if (
    files.length > 0 &&
    (useful.length > 0 || archives.length === 0) &&
    files.some(({ size, is }) => size > 0 || is === 'folder')
  ) {
    const paths = files.map(({ path }) => path);
    const words = `Pack ${paths.length === 1 ? files[0]?.name : `${paths.length} files`}`;
    return { words, go: () => route.go({ screen: 'pack', files: paths }) };
  }
  const [one] = found;
  return { words: one === undefined ? 'Nothing was dropped.' : `${one.name}: ${one.words}.`, go: null };
}
