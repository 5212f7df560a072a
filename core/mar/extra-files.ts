/** `--extra-files`: what the reference does with paths, patterns and folders, and `source=>name` beside it. */
import { lstat, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { findingOf } from '../audit/rule.ts';
import { Problem } from '../contract/errors.ts';
import type { Finding } from '../contract/model.ts';
import { inputProblem } from '../fs/system-error.ts';
import { judgeName } from '../names.ts';
import { expandPattern, literalFolder, looksLikePattern } from './glob.ts';
import { assertEntryCount } from './limits.ts';
import type { InputRoot } from './output-place.ts';
import { folderLeftOut, noMatch } from './plan-rules.ts';
import { assertRegular, type Candidate, nullIfMissing } from './sources.ts';
import { followInside, walkFolder } from './walk-folder.ts';

export interface ExtraFile {
  /** A path or a pattern. */
  readonly source: string;
  /** An entry name; with a "/" at its end the folder that receives the source, "./" the root. Null: none is given. */
  readonly destination: string | null;
}

const arrow = '=>';

/** A string is a comma list; an array has one item each, so that a comma may be part of a name. */
export function parseExtraFiles(input: string | readonly string[]): ExtraFile[] {
  const items = typeof input === 'string' ? input.split(',') : input;
  // The reference accepts empty items, and so a comma at the end.
  return items
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map(parseExtraFile);
}

function parseExtraFile(item: string): ExtraFile {
  const at = item.lastIndexOf(arrow);
  if (at === -1) return { source: item, destination: null };
  const refuse = (detail: string) => Problem.of('EXTRA_FILE_RULE', { item, detail });
  const source = item.slice(0, at).trim();
  const place = item.slice(at + arrow.length).trim();
  const destination = place === '.' ? './' : place;
  if (source === '') throw refuse(`names no source before "${arrow}"`);
  if (destination === '') throw refuse(`names no place after "${arrow}"`);
  if (destination === './') return { source, destination };
  const [fault] = judgeName(destination.replace(/(?<=.)\/$/, ''));
  if (fault?.severity === 'error') {
    throw Problem.refusing({ ...fault, path: destination, hint: `after "${arrow}": ${fault.hint}` });
  }
  return { source, destination };
}

export interface GatheredExtraFiles {
  readonly candidates: readonly Candidate[];
  readonly roots: readonly InputRoot[];
  readonly findings: readonly Finding[];
}

/** Finds the files behind the items, in the order of the items. Their contents are not looked at yet. */
export async function gatherExtraFiles(
  items: readonly ExtraFile[],
  cwd: string,
  signal?: AbortSignal,
): Promise<GatheredExtraFiles> {
  const gathered = { candidates: [] as Candidate[], roots: [] as InputRoot[], findings: [] as Finding[] };
  for (const item of items) {
    for (const place of await findPlaces(item, cwd, items.length > 1, gathered.findings)) {
      await gatherPlace(place, gathered, signal);
    }
  }
  return gathered;
}

/** One file or folder on disk, and where it goes. */
interface Place {
  readonly path: string;
  readonly shown: string;
  /** The name of a file's entry. */
  readonly fileName: string;
  /** The folder that receives a folder's files, empty for the root; null where none is given and the reference's filter applies. */
  readonly folderName: string | null;
}

async function findPlaces(
  item: ExtraFile,
  cwd: string,
  isListed: boolean,
  findings: Finding[],
): Promise<Place[]> {
  const { source, destination } = item;
  // A real file may look like a pattern (`f[1].txt`); the reference leaves it out with a warning.
  const at = path.resolve(cwd, source);
  if ((await lstat(at).catch((error) => nullIfMissing(error, source, 'extra file'))) !== null) {
    return [placeAt(at, source, destination, false)];
  }
  if (!looksLikePattern(source)) throw missing(source, isListed);
  if (destination !== null && !destination.endsWith('/')) {
    const detail =
      'is a pattern, which may match several files, so its place must be a folder that ends in "/"';
    const written = `${source}${arrow}${destination}`;
    throw Problem.of('EXTRA_FILE_RULE', { item: written, detail, suggestion: `write '${written}/'` });
  }
  const matches = await expandPattern(source, cwd);
  if (matches.length === 0) {
    findings.push(findingOf(noMatch, null, `the pattern ${JSON.stringify(source)} matches no file`));
    return [];
  }
  const folder = await realpath(path.resolve(cwd, literalFolder(source)));
  return Promise.all(
    matches.map(async (match) => {
      // What no call can find is not a broken link; it is the name that is broken.
      const [fault] = match.includes('\ufffd') ? judgeName(match) : [];
      if (fault) throw Problem.refusing({ ...fault, path: match });
      // Nobody named this file by hand, so a link may not lead out of the folder that was named.
      const target = await followInside(path.resolve(cwd, match), match, folder);
      return placeAt(target, match, destination, true);
    }),
  );
}

function missing(source: string, isListed: boolean): Problem {
  const data = { path: source, role: 'extra file' };
  if (!isListed && !/,|=>/.test(source)) return Problem.of('INPUT_MISSING', data);
  const suggestion = 'check the path; commas separate files, so write "?" for one that is part of a name';
  return Problem.of('INPUT_MISSING', { ...data, suggestion });
}

function placeAt(at: string, shown: string, destination: string | null, fromPattern: boolean): Place {
  const base = path.basename(shown);
  if (destination === null) return { path: at, shown, fileName: base, folderName: null };
  const folder = destination === './' ? '' : destination.replace(/\/$/, '');
  const inFolder = folder === '' ? base : `${folder}/${base}`;
  return {
    path: at,
    shown,
    fileName: destination.endsWith('/') ? inFolder : destination,
    // Several folders that match one pattern keep their names, or their files would run together.
    folderName: fromPattern ? inFolder : folder,
  };
}

async function gatherPlace(
  place: Place,
  gathered: { candidates: Candidate[]; roots: InputRoot[]; findings: Finding[] },
  signal: AbortSignal | undefined,
): Promise<void> {
  const { shown } = place;
  const real = await followNamed(place.path, shown);
  const seen = await stat(real).catch((error) => {
    throw inputProblem(error, shown, 'extra file');
  });
  gathered.roots.push({ path: real, shown, isFolder: seen.isDirectory() });
  if (!seen.isDirectory()) {
    assertRegular(seen, shown, 'extra file');
    gathered.candidates.push({ name: place.fileName, role: 'extra', path: real, shown });
    return;
  }

  let folders = 0;
  const enters = (name: string) => {
    assertEntryCount(++folders);
    return place.folderName !== null || isPacked(name, shown, gathered.findings);
  };
  for await (const file of walkFolder(real, shown, { enters, signal })) {
    const name = !place.folderName ? file.name : `${place.folderName}/${file.name}`;
    gathered.candidates.push({ name, role: 'extra', path: file.path, shown: file.shown });
    assertEntryCount(gathered.candidates.length);
  }
}

/** A link that the user named is followed wherever it leads. */
async function followNamed(link: string, shown: string): Promise<string> {
  return realpath(link).catch((error) => {
    throw inputProblem(error, shown, 'target of the link');
  });
}

/** The reference's filter: folders alone, at every depth below the root; files are never left out. */
function isPacked(folderName: string, shown: string, findings: Finding[]): boolean {
  const base = folderName.slice(folderName.lastIndexOf('/') + 1);
  if (base === '__pycache__' || base === '__MACOSX') return false;
  if (!base.startsWith('.')) return true;
  const from = `${shown.replace(/[/\\]+$/, '')}/${folderName}`;
  const message = `the hidden folder ${from} is left out, as torch-model-archiver does`;
  const hint = `to pack it all the same, give it a place: --extra-files '${from}=>${folderName}'`;
  findings.push(findingOf(folderLeftOut, folderName, message, hint));
  return false;
}
