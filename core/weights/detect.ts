/** What a weights file is by its bytes. Nothing in it is executed: of a pickle only the names are looked at. */
import type { RandomAccess } from '../audit/rule.ts';
import { type PickledContent, pickledContent } from './pickle-names.ts';
import { listZip, type ZipListing } from './zip-listing.ts';

export const weightsKinds = {
  torchscript: 'a TorchScript file',
  'torch-zip': 'a file of torch.save, not TorchScript',
  'torch-legacy': 'a file of torch.save in its old format, not TorchScript',
  'torch-tar': 'a file of torch.save in its first format, a tar',
  'torch-package': 'a torch.package file',
  'torch-export': 'a file of torch.export.save',
  'torch-unseen': 'a torch ZIP file that can only be told apart when unpacked',
  executorch: 'an ExecuTorch program',
  pickle: 'a plain pickle',
  safetensors: 'a safetensors file',
  onnx: 'an ONNX model',
  gguf: 'a GGUF file',
  hdf5: 'an HDF5 file',
  numpy: 'a NumPy array',
  npz: 'a file of NumPy arrays',
  library: 'a shared library',
  zip: 'a ZIP file that torch did not write',
  'zip-damaged': 'a ZIP file whose directory is damaged or cut off',
  gzip: 'a gzip file',
  'lfs-pointer': 'a Git LFS pointer, not the file it points to',
  html: 'a web page',
  text: 'a text file',
  empty: 'empty',
  unknown: 'of no kind known here',
} as const;

export type WeightsKind = keyof typeof weightsKinds;

export interface WeightsFile {
  readonly kind: WeightsKind;
  /** For files of torch.save: what the names in the pickle speak for. */
  readonly content: PickledContent | null;
}

/** What a person would call it. */
export function describeWeights({ kind, content }: WeightsFile): string {
  if (kind !== 'torch-zip' && kind !== 'torch-legacy') return weightsKinds[kind];
  if (content === null) return 'a pickled state_dict or module, not TorchScript';
  return content === 'tensors'
    ? 'a pickled state_dict, not TorchScript'
    : 'a pickled module, not TorchScript';
}

/** `start` holds the first bytes, 64 KiB of them if there are so many; `content` is null where only they can be read. */
export async function detectWeights(start: Buffer, content: RandomAccess | null): Promise<WeightsFile> {
  if (start.length === 0) return { kind: 'empty', content: null };
  const signature = signatures.find(({ matches }) => matches(start));
  if (signature) return { kind: signature.kind, content: null };
  if (startsWith(start, [0x50, 0x4b, 0x03, 0x04])) return detectZip(start, content);
  if (startsWith(start, legacyTorch)) return { kind: 'torch-legacy', content: pickledContent(start) };
  if (start[0] === 0x80 && (start[1] ?? 0) >= 2 && (start[1] ?? 0) <= 5)
    return { kind: 'pickle', content: null };
  if (isSafetensors(start, content?.size)) return { kind: 'safetensors', content: null };
  const text = readAsText(start);
  if (text !== null) return { kind: kindOfText(text), content: null };
  return { kind: looksLikeOnnx(start) ? 'onnx' : 'unknown', content: null };
}

// The pickle of 0x1950a86a20f9469cfc6c, with which torch.save began every file before version 1.6.
const legacyTorch = [
  0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19, 0x2e,
];

const signatures: readonly { kind: WeightsKind; matches: (start: Buffer) => boolean }[] = [
  { kind: 'gguf', matches: (start) => startsWith(start, 'GGUF') },
  { kind: 'hdf5', matches: (start) => startsWith(start, [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]) },
  { kind: 'numpy', matches: (start) => startsWith(start, [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59]) },
  {
    kind: 'executorch',
    matches: (start) =>
      start.toString('latin1', 4, 6) === 'ET' && /^\d\d/.test(start.toString('latin1', 6, 8)),
  },
  { kind: 'torch-tar', matches: isTorchTar },
  { kind: 'gzip', matches: (start) => startsWith(start, [0x1f, 0x8b, 0x08]) },
  { kind: 'library', matches: isLibrary },
];

/** Before torch 0.1.10: what tells of the system comes first. */
function isTorchTar(start: Buffer): boolean {
  if (start.length < 512 || start.toString('latin1', 257, 262) !== 'ustar') return false;
  return /^(\.\/)?(sys_info|pickle|tensors|storages)\0/.test(start.toString('latin1', 0, 100));
}

function startsWith(start: Buffer, bytes: readonly number[] | string): boolean {
  const wanted = Buffer.from(bytes as string);
  return start.subarray(0, wanted.length).equals(wanted);
}

/** ELF, or Mach-O of one or several processors. */
function isLibrary(start: Buffer): boolean {
  if (startsWith(start, [0x7f, 0x45, 0x4c, 0x46])) return true;
  if (start.length < 8) return false;
  return [0xfeedface, 0xfeedfacf, 0xcefaedfe, 0xcffaedfe, 0xcafebabe].includes(start.readUInt32BE(0));
}

async function detectZip(start: Buffer, content: RandomAccess | null): Promise<WeightsFile> {
  if (!content) return { kind: looksLikeTorchZip(start) ? 'torch-unseen' : 'zip', content: null };
  const listing = await listZip(content);
  if (!listing) return { kind: 'zip-damaged', content: null };
  const kind = kindOfZip(listing);
  if (kind !== 'torch-zip') return { kind, content: null };
  const pickle = await listing.readStart((name) => /^[^/]+\/data\.pkl$/.test(name), 256 * 1024);
  return { kind, content: pickle ? pickledContent(pickle) : null };
}

function looksLikeTorchZip(start: Buffer): boolean {
  // Bytes can begin as a ZIP does, and end within its first header.
  if (start.length < 30) return false;
  return /^[^/]+\/(data\.pkl|byteorder|version|data\/|code\/)/.test(
    start.toString('latin1', 30, 30 + start.readUInt16LE(26)),
  );
}

/** torch itself tells TorchScript by `constants.pkl`; every record stands in one folder. */
function kindOfZip({ names }: ZipListing): WeightsKind {
  const has = (pattern: RegExp) => names.some((name) => pattern.test(name));
  // A model may hold the records of weights that somebody unpacked.
  if (has(/^[MW]AR-INF\//)) return 'zip';
  if (has(/^[^/]+\/(constants\.pkl$|code\/)/)) return 'torchscript';
  if (has(/^[^/]+\/\.data\/extern_modules$/)) return 'torch-package';
  if (has(/^([^/]+\/)?(serialized_exported_program\.json|models\/[^/]+\.json|archive_format)$/))
    return 'torch-export';
  if (has(/^[^/]+\/\.data\/version$/)) return 'torch-package';
  if (has(/^[^/]+\/data\.pkl$/)) return 'torch-zip';
  return names.length > 0 && names.every((name) => name.endsWith('.npy')) ? 'npz' : 'zip';
}

/** Eight bytes of length, then a JSON object of that length. */
function isSafetensors(start: Buffer, fileBytes: number | undefined): boolean {
  if (start.length < 10 || start[8] !== 0x7b) return false;
  const headerBytes = start.readBigUInt64LE(0);
  const isPossible =
    headerBytes >= 2n && headerBytes <= 100_000_000n && headerBytes + 8n <= BigInt(fileBytes ?? 2 ** 53);
  // A length that no file has is a lie to be told, where no text could begin with these bytes.
  if (!isPossible && !start.subarray(0, 8).includes(0)) return false;
  return /^\{\s*("|\})/.test(start.toString('utf8', 8, 64));
}

function readAsText(start: Buffer): string | null {
  if (start.includes(0)) return null;
  const head = start.subarray(0, 4096);
  let text: string;
  try {
    // The cut may fall inside a character, which a streaming decoder forgives.
    text = new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true });
  } catch {
    return null;
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what tells bytes from text
  return /[\u0001-\u0008\u000e-\u001a\u001c-\u001f\u007f]/.test(text) ? null : text;
}

function kindOfText(text: string): WeightsKind {
  if (text.startsWith('version https://git-lfs.github.com/spec/')) return 'lfs-pointer';
  return /^\s*(<!doctype html|<html|<head|<\?xml[^>]*>\s*<!doctype html)/i.test(text) ? 'html' : 'text';
}

/**
 * ONNX has no magic number: it is a protobuf message whose first fields are ir_version (1, a small
 * number), then producer strings (2 to 6) or the graph (7) or the imports of operator sets (8).
 */
function looksLikeOnnx(start: Buffer): boolean {
  let at = 0;
  let fields = 0;
  const seen = new Set<number>();
  while (at < start.length && fields < 12) {
    const tag = readVarint(start, at);
    if (!tag) break;
    const field = tag.value >> 3;
    const wire = tag.value & 7;
    if (!onnxFields.has(field) || onnxFields.get(field) !== wire) return false;
    const value = readVarint(start, tag.next);
    if (!value) break;
    at = wire === 2 ? value.next + value.value : value.next;
    seen.add(field);
    fields++;
  }
  return seen.has(1) && (seen.has(7) || seen.has(8));
}

/** The fields of ModelProto with their wire types: 0 for numbers, 2 for what has a length. */
const onnxFields = new Map([
  [1, 0],
  [2, 2],
  [3, 2],
  [4, 2],
  [5, 0],
  [6, 2],
  [7, 2],
  [8, 2],
  [14, 2],
  [20, 2],
  [25, 2],
  [26, 2],
]);

function readVarint(bytes: Buffer, at: number): { value: number; next: number } | null {
  let value = 0;
  for (let index = 0; index < 8; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, next: at + index + 1 };
  }
  return null;
}
