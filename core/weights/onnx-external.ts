/** Weights of ONNX in files beside it. Only what lies in the folder of the model, or below it, is looked at. */
import { posix } from 'node:path';
import { showName } from '../contract/format.ts';
import type { WeightsProblem } from '../contract/weights.ts';
import type { ReadContext } from './content.ts';
import { recordProblem } from './records.ts';
import type { WeightsBytes } from './tensor.ts';
import { problemOf, type Storage } from './tensor-of.ts';

/** Open files are scarce; large models have a file for each layer at most. */
const mostFiles = 512;

export class ExternalFiles {
  readonly #context: ReadContext;
  readonly #files = new Map<string, Promise<Storage | WeightsProblem>>();
  readonly #open: WeightsBytes[] = [];

  constructor(context: ReadContext) {
    this.#context = context;
  }

  storage(location: string): Promise<Storage | WeightsProblem> {
    // One file by many spellings is one file: each opened anew might be a copy of gigabytes.
    const key = staysInside(location) ? posix.normalize(location) : location;
    const known = this.#files.get(key);
    if (known !== undefined) return known;
    const opening = this.#openFile(location);
    this.#files.set(key, opening);
    return opening;
  }

  async close(): Promise<void> {
    for (const file of this.#open.splice(0)) await file.close();
  }

  async #openFile(location: string): Promise<Storage | WeightsProblem> {
    const shown = showName(location.slice(0, 200));
    if (!staysInside(location)) {
      return problemOf(
        'TENSOR_EXTERNAL_ESCAPES',
        `its bytes are said to lie in ${shown}, outside the folder of the model`,
      );
    }
    if (this.#open.length >= mostFiles) {
      return problemOf(
        'TENSOR_EXTERNAL_MISSING',
        `its bytes lie in ${shown}, one more of the files beside the model than are opened`,
      );
    }
    try {
      const bytes = await this.#context.besides(location);
      if (bytes === null)
        return problemOf('TENSOR_EXTERNAL_MISSING', `its bytes lie in ${shown}, which is not there`);
      this.#open.push(bytes);
      return { bytes, where: location, offset: null };
    } catch (error) {
      return recordProblem(error);
    }
  }
}

/** Names with backslashes or drives are paths to some systems, and no honest exporter writes them. */
function staysInside(location: string): boolean {
  if (location === '' || /^[/~]|[\\:\0]/.test(location)) return false;
  return !location.split('/').includes('..');
}
