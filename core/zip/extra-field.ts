/** Extra fields: what they say that matters to readers, and where they are not as they should be. */
import { crc32 } from 'node:zlib';

export interface ExtraField {
  /** The data of each Zip64 field; a second one has no right to be there. */
  readonly zip64: readonly Buffer[];
  /** The name in an Info-ZIP Unicode Path field, which some readers take instead of the name itself. */
  readonly unicodePath: { readonly name: Buffer; readonly nameCrc32: number } | null;
  /** Seconds since 1970 from an extended timestamp, or null. */
  readonly modifiedSeconds: number | null;
  readonly isAes: boolean;
  /** What is malformed, in words. */
  readonly fault: string | null;
}

export const noExtra: ExtraField = {
  zip64: [],
  unicodePath: null,
  modifiedSeconds: null,
  isAes: false,
  fault: null,
};

export function parseExtra(bytes: Buffer): ExtraField {
  const zip64: Buffer[] = [];
  let { unicodePath, modifiedSeconds, isAes, fault } = noExtra;
  let at = 0;
  for (; at + 4 <= bytes.length; ) {
    const id = bytes.readUInt16LE(at);
    const dataBytes = bytes.readUInt16LE(at + 2);
    const data = bytes.subarray(at + 4, at + 4 + dataBytes);
    at += 4 + dataBytes;
    if (data.length < dataBytes) {
      fault ??= `the extra field ${hexId(id)} has ${data.length} bytes and claims ${dataBytes}`;
      break;
    }
    if (id === 0x0001) zip64.push(data);
    else if (id === 0x9901) isAes = true;
    else if (id === 0x5455 && data.length >= 5 && ((data[0] as number) & 1) === 1) {
      modifiedSeconds = data.readInt32LE(1);
    } else if (id === 0x7075) {
      if (data.length < 5) fault ??= `the Unicode Path field has ${data.length} bytes, and 5 are its least`;
      else unicodePath = { name: data.subarray(5), nameCrc32: data.readUInt32LE(1) };
    } else if (id === 0x000a) fault ??= ntfsFault(data);
  }
  if (at < bytes.length) fault ??= `${bytes.length - at} stray bytes end the extra field`;
  return { zip64, unicodePath, modifiedSeconds, isAes, fault };
}

/** Some readers take times from here without a look at the length. */
function ntfsFault(data: Buffer): string | null {
  if (data.length < 4) return `the NTFS field has ${data.length} bytes, and 4 are its least`;
  for (let at = 4; at < data.length; ) {
    if (at + 4 > data.length) return `the NTFS field ends with ${data.length - at} stray bytes`;
    const tag = data.readUInt16LE(at);
    const bytes = data.readUInt16LE(at + 2);
    at += 4 + bytes;
    if (at > data.length) return `a part of the NTFS field claims ${bytes} bytes and overruns it`;
    if (tag === 1 && bytes < 24) return `the times of the NTFS field have ${bytes} bytes instead of 24`;
  }
  return null;
}

const hexId = (id: number) => `0x${id.toString(16).padStart(4, '0')}`;

/** The other name that readers of the Unicode Path field would see, or null where it says nothing new. */
export function otherName(extra: ExtraField, name: Buffer): { name: Buffer; believed: boolean } | null {
  const { unicodePath } = extra;
  if (unicodePath === null || unicodePath.name.equals(name)) return null;
  return { name: unicodePath.name, believed: crc32(name) === unicodePath.nameCrc32 };
}
