/** An archive that takes minutes to verify on any machine, so that a test comes to stop it: zeros that take no place on the disk. */
import { goodEntries } from '../hostile/case.ts';
import { writePieces } from '../hostile/pieces.ts';
import { wide, wideOffsets, type ZipEntry, zip, zipEntry } from '../hostile/zip-builder.ts';

const holeBytes = 100e9;

export function writeLongArchive(path: string, more: readonly ZipEntry[] = []): void {
  const zeros = zipEntry('zeros.bin', [{ holeBytes }], wide(holeBytes, holeBytes));
  writePieces(path, zip([...goodEntries, ...more, zeros], wideOffsets));
}
