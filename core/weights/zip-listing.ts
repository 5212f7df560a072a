/** The names in a ZIP file that lies inside another file, without reading its data. */
import type { RandomAccess } from '../audit/rule.ts';
import { assertPossible, readDirectory } from '../zip/directory.ts';
import { readEndRecord } from '../zip/end-record.ts';
import { localFixedBytes, methodStored } from '../zip/records.ts';
import { localSignature } from '../zip/signatures.ts';
import { sourceOf } from '../zip/source.ts';
import { recordProblem } from './records.ts';

export interface ZipListing {
  readonly names: readonly string[];
  /** The first bytes of the first stored entry whose name fits, or null. */
  readStart(fits: (name: string) => boolean, limit: number): Promise<Buffer | null>;
}

/** Null where the bytes are no ZIP file that can be listed. */
export async function listZip(content: RandomAccess): Promise<ZipListing | null> {
  const directory = await directoryOf(content).catch((error: unknown) => {
    recordProblem(error);
    return null;
  });
  if (directory === null) return null;
  const { records, shift } = directory;
  return {
    names: records.map(({ text }) => text),
    async readStart(fits, limit) {
      const record = records.find(({ method, text }) => method === methodStored && fits(text));
      if (record === undefined) return null;
      const start = record.localOffset + shift;
      const header = await content.read(start, localFixedBytes);
      if (header.length < localFixedBytes || header.readUInt32LE(0) !== localSignature) return null;
      const dataStart = start + localFixedBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
      return content.read(dataStart, Math.min(limit, record.size));
    },
  };
}

/** Null where it is not what the end of the file says of it: cut off, or no directory at all. */
async function directoryOf(content: RandomAccess) {
  const source = sourceOf(content, 'weights');
  const end = await readEndRecord(source, () => {});
  if (end === null) return null;
  assertPossible(end, source);
  let isSound = true;
  const onFault = () => {
    isSound = false;
  };
  const directory = await readDirectory(source, end, async () => -1, onFault);
  return isSound ? directory : null;
}
