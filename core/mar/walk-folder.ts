/** Finds the files of a folder. Links are followed as long as they stay inside it, and never round in circles. */
import { readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import { inputProblem } from '../fs/system-error.ts';
import { compareNames } from '../names.ts';
import { kindOf } from './sources.ts';

export interface FoundFile {
  /** Relative to the folder, with "/" between its parts. */
  readonly name: string;
  readonly path: string;
  readonly shown: string;
}

export interface WalkOptions {
  /** Whether a folder below the given one is entered; `name` is relative to the given one. */
  readonly enters: (folderName: string) => boolean;
  readonly signal: AbortSignal | undefined;
}

/** The files below `folder` in the order of their names, level by level. Empty folders leave no trace. */
export async function* walkFolder(
  folder: string,
  shown: string,
  options: WalkOptions,
): AsyncGenerator<FoundFile> {
  const root = await realpath(folder).catch((error) => {
    throw inputProblem(error, shown, 'extra folder');
  });
  yield* walk({ real: root, shown: shown.replace(/(?<=.)[/\\]+$/, ''), name: '' }, root, new Set(), options);
}

interface Folder {
  readonly real: string;
  readonly shown: string;
  readonly name: string;
}

async function* walk(
  folder: Folder,
  root: string,
  above: ReadonlySet<string>,
  options: WalkOptions,
): AsyncGenerator<FoundFile> {
  throwIfCancelled(options.signal);
  const entries = await readdir(folder.real, { withFileTypes: true }).catch((error) => {
    throw inputProblem(error, folder.shown, 'extra folder');
  });
  const here = new Set(above).add(folder.real);
  for (const entry of entries.sort((a, b) => compareNames(a.name, b.name))) {
    const name = folder.name === '' ? entry.name : `${folder.name}/${entry.name}`;
    const shown = `${folder.shown}/${entry.name}`;
    // Node puts U+FFFD where a name is no UTF-8, and then no call finds the file: the caller judges the name.
    const isLost = entry.name.includes('\ufffd');
    let real = path.join(folder.real, entry.name);
    let kind: Parameters<typeof kindOf>[0] = entry;
    if (entry.isSymbolicLink() && !isLost) {
      real = await followInside(real, shown, root);
      kind = await stat(real).catch((error) => {
        throw inputProblem(error, shown, 'extra file');
      });
    }

    if (kind.isDirectory() && !options.enters(name)) continue;
    if (kind.isFile() || isLost) {
      yield { name, path: real, shown };
    } else if (!kind.isDirectory()) {
      throw Problem.of('CREATE_TYPE', { path: shown, type: kindOf(kind), role: 'extra file' });
    } else {
      if (here.has(real)) {
        const type = 'link to a folder that it lies in';
        throw Problem.of('CREATE_TYPE', { path: shown, type, role: 'extra file' });
      }
      yield* walk({ real, shown, name }, root, here, options);
    }
  }
}

/** Where a link ends; throws CREATE_LINK where that is outside of `root`, itself free of links. */
export async function followInside(link: string, shown: string, root: string): Promise<string> {
  const target = await realpath(link).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ELOOP') {
      throw Problem.of('CREATE_TYPE', { path: shown, type: 'link to itself', role: 'extra file' }, error);
    }
    throw inputProblem(error, shown, 'target of the link');
  });
  const fromRoot = path.relative(root, target);
  const isOutside = fromRoot === '..' || fromRoot.startsWith(`..${path.sep}`) || path.isAbsolute(fromRoot);
  if (isOutside) throw Problem.of('CREATE_LINK', { path: shown, target });
  return target;
}
