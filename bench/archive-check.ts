/** Holds an archive to the inputs, so that no broken run can win. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { outputOf } from '../test/support/commands.ts';
import type { Facts } from './inputs.ts';

const lister = resolve(import.meta.dirname, 'list_archive.py');

export interface WantedArchive {
  readonly path: string;
  readonly facts: Facts;
  /** Whether an archiver of models made it, which adds a manifest. */
  readonly hasManifest: boolean;
}

/** Returns the archive's size. `reads` also reads the content of every zip entry. */
export async function assertArchive(wanted: WantedArchive, reads: boolean): Promise<number> {
  const args = [lister, wanted.path, ...(reads ? ['--read'] : [])];
  const listed: Facts = JSON.parse((await outputOf({ program: 'python3', args })).toString('utf8'));
  // Plain archivers keep the folder of the extra files, and a tar has its names under one folder.
  const found = Object.fromEntries(
    Object.entries(listed).map(([name, facts]) => [
      name.replace(/^(?:\.|bench)\//, '').replace(/^extra\//, ''),
      facts,
    ]),
  );
  if (wanted.hasManifest !== 'MAR-INF/MANIFEST.json' in found) {
    throw new Error(wanted.hasManifest ? 'the archive has no manifest' : 'the archive has a manifest');
  }
  delete (found as Record<string, unknown>)['MAR-INF/MANIFEST.json'];

  for (const [name, { size, crc32 }] of Object.entries(wanted.facts)) {
    const is = found[name];
    if (is?.size !== size || is.crc32 !== crc32) {
      throw new Error(
        `${name} should have ${size} bytes with checksum ${crc32}, and is ${JSON.stringify(is)}`,
      );
    }
  }
  const [many, few] = [Object.keys(found).length, Object.keys(wanted.facts).length];
  if (many !== few) throw new Error(`the archive has ${many} files instead of ${few}`);
  return (await stat(wanted.path)).size;
}
