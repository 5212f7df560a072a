/** The verb tensors: what the weights of an archive hold, or weights that lie by themselves. Numbers are read where somebody asks for them. */
import { stat } from 'node:fs/promises';
import type { Archive, ArchiveEntry } from './archive.ts';
import { Problem, throwIfCancelled } from './contract/errors.ts';
import { type JobOptions, ProgressMeter } from './contract/progress.ts';
import type { TensorFilter } from './contract/tensor-filter.ts';
import type { ListedTensor, TensorsResult, WeightsFileFacts, WeightsProblem } from './contract/weights.ts';
import { findFile } from './find-entries.ts';
import { inputProblem } from './fs/system-error.ts';
import { manyAtOnce } from './many-at-once.ts';
import { openNested } from './nested.ts';
import { openArchive } from './open.ts';
import { nearest } from './suggest.ts';
import { type WeightsKind, weightsKinds } from './weights/detect.ts';
import { type ExportNpyOptions, exportNpy } from './weights/numbers/export-npy.ts';
import { Measure } from './weights/numbers/measure.ts';
import { kindOfEntry, kindOfFile, openWeights, openWeightsFile } from './weights/open-weights.ts';
import { fileProblem } from './weights/records.ts';
import { totalsOf } from './weights/shared.ts';
import type { Tensor, Weights } from './weights/tensor.ts';

export interface TensorsOptions extends JobOptions {
  /** Only those that it lets pass are listed and counted. */
  readonly filter?: TensorFilter | undefined;
  /** Go through the numbers of those that are listed. */
  readonly stats?: boolean;
}

/** `path` is an archive, an entry of one as ARCHIVE!ENTRY, or weights by themselves. */
export async function tensors(path: string, options: TensorsOptions = {}): Promise<TensorsResult> {
  const { filter, signal } = options;
  const meter = new ProgressMeter(options.onProgress, 'reading tensors', 0);
  const measure = new Measure({ signal, onBytes: (bytes) => meter.add(bytes) });
  const files: WeightsFileFacts[] = [];
  const listed: ListedTensor[] = [];
  const counted: Tensor[] = [];
  let hasTensors = false;
  const list = async (entry: string | null, weights: Weights | WeightsProblem) => {
    files.push(factsOf(entry, weights));
    if ('code' in weights) return;
    hasTensors ||= weights.tensors.length > 0;
    const wanted = filter === undefined ? weights.tensors : weights.tensors.filter(filter);
    for (const tensor of wanted) counted.push(tensor);
    if (!options.stats) {
      for (const tensor of wanted) listed.push(listedOf(entry, tensor));
      return;
    }
    // Gone through twice: the ends of a histogram have to be known first.
    meter.expect(wanted.reduce((sum, { bytes }) => sum + 2 * bytes, 0));
    const rows = await manyAtOnce(wanted, async (tensor) => ({
      ...listedOf(entry, tensor),
      ...(await statsOf(tensor, measure)),
    }));
    for (const row of rows) listed.push(row);
  };
  try {
    await eachWeights(path, options, list);
  } finally {
    await measure.close();
  }
  if (!hasTensors) assertSomething(path, files);
  if (options.stats) meter.finish();
  return { path, files, tensors: listed, totals: totalsOf(counted) };
}

/** An empty list is true of an archive without weights; of weights that can't be read at all it would say nothing. */
function assertSomething(path: string, files: readonly WeightsFileFacts[]): void {
  const [first] = files;
  if (first === undefined) return;
  const [problem] = first.problems;
  const isUnread = files.every(({ texts, problems }) => texts.length === 0 && problems.length > 0);
  if (isUnread && problem !== undefined) throw Problem.ofWeights(placeOf(path, first), problem);
}

function placeOf(path: string, { entry }: WeightsFileFacts): string {
  return entry === null || path.endsWith(`!${entry}`) ? path : `${path}!${entry}`;
}

/** Without the way to its numbers; a million are copied, so field by field. */
function listedOf(entry: string | null, tensor: Tensor): ListedTensor {
  const { name, dtype, shape, parameters, bytes, where, offset, layout, strides, sharedWith, problem } =
    tensor;
  const facts: ListedTensor = { entry, name, dtype, shape, parameters, bytes, where, offset, layout };
  if (strides === undefined && sharedWith === undefined && problem === undefined) return facts;
  return {
    ...facts,
    ...(strides === undefined ? {} : { strides }),
    ...(sharedWith === undefined ? {} : { sharedWith }),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** Why the numbers of one can't be read is told with it. */
async function statsOf(
  tensor: Tensor,
  measure: Measure,
): Promise<Partial<Pick<ListedTensor, 'stats' | 'problem'>>> {
  if (tensor.problem !== undefined) return {};
  try {
    return { stats: await measure.statistics(tensor) };
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'TENSOR_NOT_READABLE') throw error;
    return { problem: { code: error.code, message: error.message } };
  }
}

export interface ExportedTensor {
  readonly path: string;
  readonly entry: string | null;
  readonly name: string;
  readonly output: string;
  /** As NumPy describes it, such as "<f4". */
  readonly descr: string;
}

/** One tensor as a file of NumPy. Of several of one name the first one. */
export async function exportTensor(
  path: string,
  name: string,
  output: string,
  options: ExportNpyOptions = {},
): Promise<ExportedTensor> {
  let exported: ExportedTensor | null = null;
  const files: WeightsFileFacts[] = [];
  const names: string[] = [];
  await eachWeights(path, options, async (entry, weights) => {
    files.push(factsOf(entry, weights));
    if ('code' in weights || exported !== null) return;
    const tensor = weights.tensors.find((one) => one.name === name);
    if (tensor === undefined) {
      for (const one of weights.tensors) names.push(one.name);
      return;
    }
    const descr = await exportNpy(tensor, output, options);
    exported = { path, entry, name, output, descr };
  });
  if (exported !== null) return exported;
  if (names.length === 0) assertSomething(path, files);
  throw Problem.of('TENSOR_MISSING', { path, name, nearest: nearest(name, names) });
}

function factsOf(entry: string | null, weights: Weights | WeightsProblem): WeightsFileFacts {
  if ('code' in weights) return { entry, format: null, about: {}, texts: [], problems: [weights] };
  const about = Object.fromEntries(weights.about.map(({ name, value }) => [name, value]));
  const texts = weights.texts.map(({ name }) => name);
  return { entry, format: weights.format, about, texts, problems: weights.problems };
}

/** `entry` is null for weights that lie by themselves; a problem stands for an entry that can't be opened. */
export type UseWeights = (entry: string | null, weights: Weights | WeightsProblem) => Promise<void>;

/** Opens all weights that `path` leads to, one after the other, each open as long as it is used. */
export async function eachWeights(path: string, { signal }: JobOptions, use: UseWeights): Promise<void> {
  const seen = await stat(path).catch((error) => {
    if (path.includes('!')) return null;
    throw inputProblem(error, path, 'weights or archive');
  });
  if (seen === null) return eachInside(path, signal, use);
  if (seen.isDirectory()) return eachIn(await openArchive(path, { signal }), signal, use);
  const weights = await openWeightsFile(path, { signal });
  if (weights !== null) return useAndClose(null, weights, use);
  let archive: Archive;
  try {
    archive = await openArchive(path, { signal });
  } catch (error) {
    if (!(error instanceof Problem) || error.code !== 'ZIP_NOT_ZIP') throw error;
    throw unknownWeights(path, await kindOfFile(path));
  }
  return eachIn(archive, signal, use);
}

const unknownWeights = (path: string, kind: WeightsKind) =>
  Problem.of('WEIGHTS_UNKNOWN', {
    path,
    looksLike: weightsKinds[kind],
    isOther: kind === 'html' || kind === 'lfs-pointer',
  });

/** ARCHIVE!ENTRY: the entry is weights, or an archive that holds some. */
async function eachInside(path: string, signal: AbortSignal | undefined, use: UseWeights): Promise<void> {
  const cut = path.lastIndexOf('!');
  const archive = await openArchive(path.slice(0, cut), { signal });
  try {
    const entry = findFile(archive, path.slice(cut + 1));
    const weights = await openWeights(archive, entry, { signal });
    if (weights !== null) return await useAndClose(entry.name, weights, use);
    const inner = await openNested(archive, entry, { signal });
    if (inner !== null) return await eachIn(inner, signal, use);
    throw unknownWeights(path, await kindOfEntry(archive, entry, signal));
  } finally {
    await archive.close();
  }
}

async function eachIn(archive: Archive, signal: AbortSignal | undefined, use: UseWeights): Promise<void> {
  try {
    for (const entry of archive.entries) {
      throwIfCancelled(signal);
      if (entry.type !== 'file') continue;
      const weights = await openOrTell(archive, entry, signal);
      if (weights === null) continue;
      if ('code' in weights) await use(entry.name, weights);
      else await useAndClose(entry.name, weights, use);
    }
  } finally {
    await archive.close();
  }
}

/** One entry that can't be read keeps nobody from seeing the others. */
async function openOrTell(
  archive: Archive,
  entry: ArchiveEntry,
  signal: AbortSignal | undefined,
): Promise<Weights | WeightsProblem | null> {
  try {
    return await openWeights(archive, entry, { signal });
  } catch (error) {
    return fileProblem(error);
  }
}

async function useAndClose(entry: string | null, weights: Weights, use: UseWeights): Promise<void> {
  try {
    await use(entry, weights);
  } finally {
    await weights.close();
  }
}
