/** The verb tensors: what the weights of an archive hold, or weights that lie by themselves. Of numbers none is read. */
import { stat } from 'node:fs/promises';
import type { Archive, ArchiveEntry } from './archive.ts';
import { Problem, throwIfCancelled } from './contract/errors.ts';
import type { JobOptions } from './contract/progress.ts';
import type { TensorFilter } from './contract/tensor-filter.ts';
import type { ListedTensor, TensorsResult, WeightsFileFacts, WeightsProblem } from './contract/weights.ts';
import { findFile } from './find-entries.ts';
import { inputProblem } from './fs/system-error.ts';
import { openNested } from './nested.ts';
import { openArchive } from './open.ts';
import { weightsKinds } from './weights/detect.ts';
import { kindOfEntry, kindOfFile, openWeights, openWeightsFile } from './weights/open-weights.ts';
import { recordProblem } from './weights/records.ts';
import { totalsOf } from './weights/shared.ts';
import type { Tensor, Weights } from './weights/tensor.ts';

export interface TensorsOptions extends JobOptions {
  /** Only those that it lets pass are listed and counted. */
  readonly filter?: TensorFilter | undefined;
}

/** `path` is an archive, an entry of one as ARCHIVE!ENTRY, or weights by themselves. */
export async function tensors(path: string, options: TensorsOptions = {}): Promise<TensorsResult> {
  const { filter } = options;
  const files: WeightsFileFacts[] = [];
  const listed: ListedTensor[] = [];
  const counted: Tensor[] = [];
  await eachWeights(path, options, async (entry, weights) => {
    files.push(factsOf(entry, weights));
    if ('code' in weights) return;
    for (const tensor of weights.tensors) {
      if (filter !== undefined && !filter(tensor)) continue;
      counted.push(tensor);
      listed.push(listedOf(entry, tensor));
    }
  });
  return { path, files, tensors: listed, totals: totalsOf(counted) };
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
    throw Problem.of('WEIGHTS_UNKNOWN', { path, looksLike: weightsKinds[await kindOfFile(path)] });
  }
  return eachIn(archive, signal, use);
}

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
    const looksLike = weightsKinds[await kindOfEntry(archive, entry, signal)];
    throw Problem.of('WEIGHTS_UNKNOWN', { path, looksLike });
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
    return recordProblem(error);
  }
}

async function useAndClose(entry: string | null, weights: Weights, use: UseWeights): Promise<void> {
  try {
    await use(entry, weights);
  } finally {
    await weights.close();
  }
}
