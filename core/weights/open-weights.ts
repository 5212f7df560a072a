/** Opens weights wherever they lie: their bytes decide which reader takes them, and no name. */
import type { Archive, ArchiveEntry } from '../archive.ts';
import type { RandomAccess } from '../audit/rule.ts';
import type { WeightsFormat } from '../contract/weights.ts';
import { copyWanted } from '../entry-copy.ts';
import { openNestedIn } from '../nested.ts';
import { openRange, openSource } from '../zip/source.ts';
import { fileBeside, openContent } from './beside.ts';
import { weightsBytes } from './bytes.ts';
import type { ReadContext, WeightsContent } from './content.ts';
import { detectWeights, type WeightsKind } from './detect.ts';
import { readGguf } from './gguf.ts';
import { readNpy, readNpz } from './npy.ts';
import { readOnnx } from './onnx.ts';
import { fileProblem, Records } from './records.ts';
import { readSafetensors } from './safetensors.ts';
import { nameShared } from './shared.ts';
import type { Weights, WeightsBytes } from './tensor.ts';
import { readTorchPackage } from './torch/code.ts';
import { readTorchLegacy } from './torch/legacy.ts';
import { readPlainPickle } from './torch/plain.ts';
import { readTorchTar } from './torch/tar.ts';
import { readTorchZip } from './torch/zip.ts';

export interface OpenWeightsOptions {
  readonly signal?: AbortSignal | undefined;
  /** The bytes of the entry, where they are at hand already. */
  readonly content?: RandomAccess | null;
}

const startBytes = 64 * 1024;

/** The weights that an entry is, or null where it is none that are known. Read in place, or from a copy where it is compressed. */
export async function openWeights(
  archive: Archive,
  entry: ArchiveEntry,
  { signal, content }: OpenWeightsOptions = {},
): Promise<Weights | null> {
  if (entry.type !== 'file' || entry.size === 0) return null;
  const context: ReadContext = {
    // Weights by themselves are no entry of their file.
    path: archive.kind === 'weights' ? archive.path : `${archive.path}!${entry.name}`,
    signal,
    besides: archive.besides ?? ((name) => openContent(archive, entry.name, name, signal)),
  };
  const inPlace = content ?? (await archive.openInPlace(entry));
  if (inPlace !== null) return openIn(inPlace, context);
  let named: WeightsFormat | undefined;
  const wants = async (start: Buffer) => {
    const { kind } = await detectWeights(start, null);
    const format = formats[kind];
    if (format !== undefined && onlyNamed.has(format)) named = format;
    // A ZIP can only be told from its end, where its directory stands.
    return named === undefined && (format !== undefined || kind === 'torch-unseen' || kind === 'zip');
  };
  const copy = await copyWanted(archive, entry, { startBytes, wants }, signal);
  if (named !== undefined) return closing(null, nothingOf(named));
  return copy && openIn({ ...openRange(copy, 0, copy.size), close: () => copy.close() }, context);
}

/** The same of a file that lies by itself. */
export async function openWeightsFile(
  path: string,
  { signal }: OpenWeightsOptions = {},
): Promise<Weights | null> {
  const source = await openSource(path);
  const content = { ...openRange(source, 0, source.size), close: () => source.close() };
  return openIn(content, { path, signal, besides: (name) => fileBeside(path, name) });
}

/** For what opened as no weights: what it is instead. */
export async function kindOfFile(path: string): Promise<WeightsKind> {
  const source = await openSource(path);
  try {
    return await kindOf(openRange(source, 0, source.size));
  } finally {
    await source.close();
  }
}

export async function kindOf(content: RandomAccess): Promise<WeightsKind> {
  return (await detectWeights(await content.read(0, startBytes), content)).kind;
}

/** The same of an entry, by its first bytes. */
export async function kindOfEntry(
  archive: Archive,
  entry: ArchiveEntry,
  signal?: AbortSignal,
): Promise<WeightsKind> {
  let kind: WeightsKind = 'empty';
  const wants = async (start: Buffer) => {
    kind = (await detectWeights(start, null)).kind;
    return false;
  };
  await copyWanted(archive, entry, { startBytes, wants }, signal);
  return kind;
}

/** Owns the content, also where opening fails. */
async function openIn(content: RandomAccess, context: ReadContext): Promise<Weights | null> {
  try {
    const start = await content.read(0, startBytes);
    const { kind } = await detectWeights(start, content);
    const isCutOff = kind === 'zip-damaged' && (await detectWeights(start, null)).kind === 'torch-unseen';
    const format = isCutOff ? 'torch-zip' : formats[kind];
    if (format === undefined) {
      await content.close();
      return null;
    }
    return closing(content, await read(format, weightsBytes(content), context));
  } catch (error) {
    await content.close();
    throw error;
  }
}

/** What is wrong with the file as a whole is told, so that of many files the others are still listed. */
async function read(
  format: WeightsFormat,
  bytes: WeightsBytes,
  context: ReadContext,
): Promise<WeightsContent> {
  try {
    return await readers[format](bytes, context);
  } catch (error) {
    return { ...nothingOf(format), problems: [fileProblem(error)] };
  }
}

const nothingOf = (format: WeightsFormat): WeightsContent => ({
  ...{ format, tensors: [], about: [], texts: [], problems: [] },
});

function closing(content: RandomAccess | null, weights: WeightsContent): Weights {
  return {
    ...weights,
    tensors: nameShared(weights.tensors),
    async close() {
      await weights.close?.();
      await content?.close();
    },
  };
}

const formats: Partial<Record<WeightsKind, WeightsFormat>> = {
  ...{ 'torch-zip': 'torch-zip', torchscript: 'torchscript', 'torch-legacy': 'torch-legacy' },
  ...{ 'torch-tar': 'torch-tar', 'torch-package': 'torch-package', 'torch-export': 'torch-export' },
  ...{ executorch: 'executorch', pickle: 'pickle', safetensors: 'safetensors', onnx: 'onnx' },
  ...{ numpy: 'npy', npz: 'npz', gguf: 'gguf', hdf5: 'hdf5', library: 'library' },
};

/** Whether a file is weights, by what its bytes are; of a ZIP the start may have to do. */
export function isWeightsKind(kind: WeightsKind): boolean {
  return formats[kind] !== undefined || kind === 'torch-unseen';
}

type Reader = (bytes: WeightsBytes, context: ReadContext) => Promise<WeightsContent>;

/** Told for what they are, and not looked into. */
const onlyNamed: ReadonlySet<WeightsFormat> = new Set(['torch-export', 'executorch', 'hdf5', 'library']);

const readers: Readonly<Record<WeightsFormat, Reader>> = {
  safetensors: (bytes, { path }) => readSafetensors(bytes, path),
  onnx: readOnnx,
  gguf: (bytes, { path }) => readGguf(bytes, path),
  npy: (bytes, { path }) => readNpy(bytes, path),
  npz: (bytes, context) => inZip(bytes, context, readNpz),
  'torch-zip': (bytes, context) => inZip(bytes, context, (records) => readTorchZip(records, 'torch-zip')),
  torchscript: (bytes, context) => inZip(bytes, context, (records) => readTorchZip(records, 'torchscript')),
  'torch-legacy': readTorchLegacy,
  'torch-tar': readTorchTar,
  'torch-package': (bytes, context) => inZip(bytes, context, readTorchPackage),
  'torch-export': async () => nothingOf('torch-export'),
  executorch: async () => nothingOf('executorch'),
  pickle: readPlainPickle,
  hdf5: async () => nothingOf('hdf5'),
  library: async () => nothingOf('library'),
};

async function inZip(
  bytes: WeightsBytes,
  { path, signal }: ReadContext,
  read: (records: Records) => Promise<WeightsContent>,
): Promise<WeightsContent> {
  const archive = await openNestedIn(bytes, path, signal);
  if (archive === null) throw new Error('a ZIP file begins as none');
  const records = new Records(archive, signal);
  try {
    return { ...(await read(records)), close: () => records.close() };
  } catch (error) {
    await records.close();
    throw error;
  }
}
