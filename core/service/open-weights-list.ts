/** Weights that stay open between two looks at them, each with an archive of its own below it. */
import type { WeightsInput } from '../contract/api.ts';
import { Problem } from '../contract/errors.ts';
import { findFile } from '../find-entries.ts';
import { openArchive } from '../open.ts';
import { type WeightsKind, weightsKinds } from '../weights/detect.ts';
import { kindOfEntry, kindOfFile, openWeights, openWeightsFile } from '../weights/open-weights.ts';
import type { Weights } from '../weights/tensor.ts';
import { KeptOpen } from './kept-open.ts';

export interface OpenedWeights {
  readonly weights: Weights;
  /**
   * Which content it is: the file as it was when it was opened, and the entry in it. Not the entry's CRC-32, which whoever
   * makes an archive may choose: two contents of one checksum would share their numbers.
   */
  readonly content: string;
  close(): Promise<void>;
}

/** Of a comparison there are two. */
const mostOpen = 4;

export class OpenWeightsList {
  readonly #kept = new KeptOpen<OpenedWeights>(mostOpen);

  use<T>(
    { path, entry }: WeightsInput,
    signal: AbortSignal | undefined,
    work: (opened: OpenedWeights) => Promise<T>,
  ): Promise<T> {
    const key = JSON.stringify([path, entry]);
    const open = async (opening: AbortSignal, stamp: string) => ({
      ...(await openIn(path, entry, opening)),
      content: JSON.stringify([stamp, path, entry]),
    });
    return this.#kept.use({ key, path, signal }, open, work);
  }

  close(): Promise<void> {
    return this.#kept.close();
  }
}

async function openIn(
  path: string,
  entry: string | null,
  signal: AbortSignal,
): Promise<Omit<OpenedWeights, 'content'>> {
  if (entry === null) {
    const weights = await openWeightsFile(path, { signal });
    if (weights === null) throw unknown(path, await kindOfFile(path));
    return { weights, close: () => weights.close() };
  }
  const archive = await openArchive(path, { signal });
  try {
    const found = findFile(archive, entry);
    const weights = await openWeights(archive, found, { signal });
    if (weights === null) throw unknown(`${path}!${entry}`, await kindOfEntry(archive, found, signal));
    const close = async () => {
      await weights.close();
      await archive.close();
    };
    return { weights, close };
  } catch (error) {
    await archive.close();
    throw error;
  }
}

const unknown = (path: string, kind: WeightsKind) =>
  Problem.of('WEIGHTS_UNKNOWN', { path, looksLike: weightsKinds[kind] });
