/** What each entry's own headers say that TorchServe's reader, or any reader, would stumble over. */
import type { Report } from '../audit/rule.ts';
import { containerRules } from '../audit/rules/container.ts';
import { zipRules as rules } from '../audit/rules/zip.ts';
import { formatCrc32, showName } from '../contract/format.ts';
import { type Descriptor, expectsWide, type Measured } from './descriptor.ts';
import type { DirectoryRecord } from './directory-record.ts';
import { type ExtraField, noExtra, otherName } from './extra-field.ts';
import { deflateCeiling } from './limits.ts';
import { hasDescriptor, type LocalHeader } from './local-header.ts';
import { count, hex } from './numbers.ts';
import { methodDeflated, methodStored, type ZipRecord } from './records.ts';
import { entryType, hasFolderName, isMarkedFolder, methodName } from './types.ts';

/** Encrypted, strongly encrypted, and with hidden headers. */
const encryptedFlags = (1 << 0) | (1 << 6) | (1 << 13);

/** One header of an entry, be it the local one or the directory's. */
export type Header = ZipRecord & { readonly extra: ExtraField; readonly zip64Fault: string | null };

/** What is wrong with either header of an entry is said once. */
export function checkHeaders(path: string, headers: readonly Header[], report: Report): void {
  if (!headers.some((header) => isOdd(header, path))) return;
  const shown = showName(path);
  const first = <T>(look: (header: Header) => T | null | undefined): T | null => {
    for (const header of headers) {
      const found = look(header);
      if (found !== null && found !== undefined) return found;
    }
    return null;
  };
  if (first((header) => isEncrypted(header) || null)) {
    report(rules.encrypted, path, `${shown} is encrypted: TorchServe cannot read it`);
  }
  const method = first(({ method }) =>
    method === methodStored || method === methodDeflated ? null : method,
  );
  if (method !== null) {
    const named = `method ${method} (${methodName(method)})`;
    report(
      rules.method,
      path,
      `${shown} is compressed by ${named}: TorchServe reads only stored and deflated`,
    );
  }
  const zip64 = first((header) => header.zip64Fault);
  if (zip64 !== null) report(rules.zip64Extra, path, `${shown}: ${zip64}`);
  const extra = first((header) => header.extra.fault);
  if (extra !== null) report(rules.extra, path, `${shown}: ${extra}`);
  const other = first((header) => otherName(header.extra, header.name));
  if (other !== null) {
    const seen = other.believed ? 'and unzip, 7-Zip and others see' : 'and carries the other name';
    report(
      rules.unicodePath,
      path,
      `${shown} is the name for TorchServe, ${seen} ${showName(other.name.toString('utf8'))}`,
    );
  }
  const size = hasFolderName(path) ? first((header) => header.size || null) : null;
  if (size !== null) {
    report(
      rules.folderData,
      path,
      `the folder ${shown} has ${count(size)} bytes of content, which TorchServe drops`,
    );
  }
}

/** One look decides whether there is anything to say, which there hardly ever is. */
function isOdd(header: Header, path: string): boolean {
  return (
    (header.method !== methodStored && header.method !== methodDeflated) ||
    (header.flags & encryptedFlags) !== 0 ||
    header.zip64Fault !== null ||
    header.extra !== noExtra ||
    (header.size > 0 && hasFolderName(path))
  );
}

function isEncrypted({ flags, extra }: Header): boolean {
  return (flags & encryptedFlags) !== 0 || extra.isAes;
}

/** What only the directory knows: the type of the entry, and sizes that can't be. */
export function checkRecord(path: string, record: DirectoryRecord, report: Report): void {
  const type = entryType(record.unixMode, path);
  if (type !== 'file' && type !== 'folder') {
    report(containerRules.link, path, `${showName(path)} is a ${type}: TorchServe would write a text file`);
  }
  if (isMarkedFolder(record.unixMode, record.dosAttributes) && !hasFolderName(path)) {
    report(
      rules.mismatch,
      path,
      `${showName(path)} is a file by its name and has field=type folder in the directory`,
    );
  }
  const { method, size, compressedSize } = record;
  const sizes = () => `${count(size)} bytes and has ${count(compressedSize)}`;
  if (method === methodStored && size !== compressedSize && !isEncrypted(record)) {
    report(rules.size, path, `${showName(path)} is stored, declares ${sizes()} in the archive`);
  }
  if (method === methodDeflated && size > compressedSize * deflateCeiling) {
    const message = `${showName(path)} declares ${sizes()} compressed, which can't hold so many`;
    report(rules.size, path, message);
  }
}

export interface DescriptorCounts {
  plain: number;
  unsigned: number;
}

/** The sizes behind the content, as TorchServe meets them. Plain ones are only counted. */
export function checkDescriptor(
  path: string,
  header: LocalHeader,
  descriptor: Descriptor | null,
  told: Measured,
  counts: DescriptorCounts,
  report: Report,
): void {
  if (!hasDescriptor(header)) return;
  const shown = showName(path);
  if (header.method !== methodDeflated) {
    const how = header.method === methodStored ? 'stored' : 'not deflated';
    report(
      rules.storedDescriptor,
      path,
      `${shown} at ${hex(header.offset)} is ${how} and keeps its size behind its content`,
    );
    return;
  }
  if (descriptor === null) {
    report(rules.descriptorMismatch, path, `no sizes follow ${shown}, which says that it has them there`);
    return;
  }
  const found = descriptor.told;
  if (found.size !== told.size || found.compressedSize !== told.compressedSize) {
    const sizes = `${count(found.size)} and ${count(found.compressedSize)} bytes behind it, ${count(told.size)} and ${count(told.compressedSize)} in the directory`;
    report(rules.descriptorMismatch, path, `the sizes of ${shown} are ${sizes}`);
  } else if (found.crc32 !== told.crc32) {
    const sums = `${formatCrc32(found.crc32)} behind it and ${formatCrc32(told.crc32)} in the directory`;
    report(rules.descriptorMismatch, path, `the CRC-32 of ${shown} is ${sums}`);
  } else if (descriptor.isWide !== expectsWide(told)) {
    const widths = descriptor.isWide ? '64 bits where 32 are expected' : '32 bits where 64 are expected';
    report(rules.zip64Descriptor, path, `the sizes behind ${shown} have ${widths}: it fails on JDK 17`);
  } else if (!descriptor.isSigned) {
    counts.unsigned++;
  } else {
    counts.plain++;
  }
}
