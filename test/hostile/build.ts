/**
 * Builds the hostile corpus into .cache/hostile, the same bytes on every machine; nothing of it is committed.
 * The folder's name is made from the sources, so that changed cases are built anew.
 *
 *   node test/hostile/build.ts    builds it, and lists every file with the reason it is there
 */
import { spawnSync } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Contents, fileNameOf, type HostileCase } from './case.ts';
import { goodCases } from './good-cases.ts';
import { manifestCases } from './manifest-cases.ts';
import { nameCases } from './name-cases.ts';
import { writePieces } from './pieces.ts';
import { placeCases } from './place-cases.ts';
import { tarCases } from './tar-cases.ts';
import { zipEndCases } from './zip-end-cases.ts';
import { zipEntryCases } from './zip-entry-cases.ts';
import { zipHeaderCases } from './zip-header-cases.ts';
import { zipOverlapCases } from './zip-overlap-cases.ts';

export const allCases: readonly HostileCase[] = [
  ...goodCases,
  ...zipEndCases,
  ...zipHeaderCases,
  ...zipOverlapCases,
  ...zipEntryCases,
  ...nameCases,
  ...tarCases,
  ...manifestCases,
  ...placeCases,
];

const here = dirname(fileURLToPath(import.meta.url));
const cacheFolder = resolve(here, '../../.cache/hostile');

export interface CorpusFile {
  readonly case: HostileCase;
  readonly name: string;
  readonly path: string;
}

/** The corpus, built if it is not there yet. */
export function buildCorpus(): readonly CorpusFile[] {
  const folder = join(cacheFolder, sourcesKey());
  if (!existsSync(folder)) {
    // Built aside and renamed, so that no test sees half of it; the first of several builders wins.
    const own = `${folder}.${randomUUID()}`;
    mkdirSync(own, { recursive: true });
    for (const one of allCases) place(join(own, fileNameOf(one)), one.contents());
    try {
      renameSync(own, folder);
    } catch (error) {
      rmSync(own, { recursive: true });
      if (!existsSync(folder)) throw error;
    }
  }
  return allCases.map((one) => ({ case: one, name: fileNameOf(one), path: join(folder, fileNameOf(one)) }));
}

function sourcesKey(): string {
  const key = createHash('sha256').update(process.versions.zlib);
  const sources = readdirSync(here).filter((name) => /(?:-cases|-builder|case|pieces|build)\.ts$/.test(name));
  for (const name of sources.sort()) key.update(readFileSync(join(here, name)));
  return key.digest('hex').slice(0, 16);
}

function place(path: string, contents: Contents): void {
  if (!('kind' in contents)) {
    writePieces(path, contents);
  } else if (contents.kind === 'link') {
    symlinkSync(contents.target, path);
  } else if (contents.kind === 'fifo') {
    makeFifo(path);
  } else {
    for (const [name, text] of Object.entries(contents.files)) {
      mkdirSync(dirname(join(path, name)), { recursive: true });
      writeFileSync(join(path, name), text);
    }
    for (const [name, target] of Object.entries(contents.links ?? {})) symlinkSync(target, join(path, name));
    for (const name of contents.fifos ?? []) makeFifo(join(path, name));
  }
}

/** Node can't make one, and Windows has none: there the tests find no file, and say so. */
function makeFifo(path: string): void {
  spawnSync('mkfifo', [path]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rmSync(cacheFolder, { recursive: true, force: true });
  const corpus = buildCorpus();
  for (const file of corpus) console.log(`${file.name}\n    ${file.case.because}`);
  console.log(`${corpus.length} files in ${dirname(corpus[0]?.path ?? '')}`);
}
