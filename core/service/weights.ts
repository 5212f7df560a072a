/** Weights for a window: what they hold, their texts, and the numbers of one tensor or of two where somebody asks for them. */
import type {
  ExportTensorInput,
  Saved,
  TensorInput,
  TensorPairInput,
  WeightsInput,
  WeightsTextRead,
} from '../contract/api.ts';
import { Problem } from '../contract/errors.ts';
import { type JobOptions, ProgressMeter } from '../contract/progress.ts';
import type { TensorDifference, TensorListing, TensorStats } from '../contract/weights.ts';
import { assertReportPath } from '../report/report.ts';
import { nearest } from '../suggest.ts';
import { exportNpy } from '../weights/numbers/export-npy.ts';
import { Measure } from '../weights/numbers/measure.ts';
import type { Tensor, Weights } from '../weights/tensor.ts';
import { LatestResults } from './latest-results.ts';
import { type OpenedWeights, OpenWeightsList } from './open-weights-list.ts';
import { listingOf } from './tensor-listing.ts';

const mostTextLength = 16 * 1024 * 1024;
const mostKeptResults = 500;

export class WeightsService {
  readonly #open = new OpenWeightsList();
  readonly #stats = new LatestResults<TensorStats>(mostKeptResults);
  readonly #differences = new LatestResults<TensorDifference>(mostKeptResults);

  list(input: WeightsInput, signal: AbortSignal): Promise<TensorListing> {
    return this.#open.use(input, signal, async ({ weights }) => listingOf(weights));
  }

  readText({ name, ...input }: TensorInput, signal: AbortSignal): Promise<WeightsTextRead> {
    return this.#open.use(input, signal, async ({ weights }) => {
      const found = weights.texts.find((one) => one.name === name);
      if (found === undefined)
        throw Problem.of('ENTRY_MISSING', { archive: placeOf(input), path: name, nearest: null });
      const text = (await found.read()).toString('utf8');
      return { text: text.slice(0, mostTextLength), isWhole: text.length <= mostTextLength };
    });
  }

  statistics({ name, ...input }: TensorInput, options: JobOptions): Promise<TensorStats> {
    return this.#open.use(input, options.signal, ({ weights, content }) =>
      this.#stats.get(JSON.stringify([content, name]), () => {
        const tensor = tensorOf(weights, name, input);
        // Its bins are known after a first pass.
        return measured('reading', 2 * tensor.bytes, name, options, (measure) => measure.statistics(tensor));
      }),
    );
  }

  async export({ name, to, force, ...input }: ExportTensorInput, options: JobOptions): Promise<Saved> {
    await assertReportPath(to, [input.path]);
    return this.#open.use(input, options.signal, async ({ weights }) => {
      await exportNpy(tensorOf(weights, name, input), to, { ...options, force });
      return { path: to };
    });
  }

  difference(input: TensorPairInput, options: JobOptions): Promise<TensorDifference> {
    const { beforeName, afterName } = input;
    const before = { path: input.before, entry: input.beforeEntry };
    const after = { path: input.after, entry: input.afterEntry };
    const between = (old: OpenedWeights, now: OpenedWeights) => {
      const key = JSON.stringify([old.content, beforeName, now.content, afterName]);
      return this.#differences.get(key, () => {
        const pair = [
          tensorOf(old.weights, beforeName, before),
          tensorOf(now.weights, afterName, after),
        ] as const;
        const bytes = pair[0].bytes + pair[1].bytes;
        return measured('comparing', bytes, afterName, options, (measure) => measure.difference(...pair));
      });
    };
    return this.#open.use(before, options.signal, (old) =>
      this.#open.use(after, options.signal, (now) => between(old, now)),
    );
  }

  close(): Promise<void> {
    return this.#open.close();
  }
}

const placeOf = ({ path, entry }: WeightsInput) => (entry === null ? path : `${path}!${entry}`);

/** By its name; of two with one name the first, as the listing tells them. */
function tensorOf({ tensors }: Weights, name: string, input: WeightsInput): Tensor {
  const tensor = tensors.find((one) => one.name === name);
  if (tensor !== undefined) return tensor;
  const names = tensors.map((one) => one.name);
  throw Problem.of('TENSOR_MISSING', { path: placeOf(input), name, nearest: nearest(name, names) });
}

async function measured<T>(
  phase: string,
  totalBytes: number,
  name: string,
  { signal, onProgress }: JobOptions,
  work: (measure: Measure) => Promise<T>,
): Promise<T> {
  const meter = new ProgressMeter(onProgress, phase, totalBytes);
  meter.entry(name);
  const measure = new Measure({ signal, onBytes: (bytes) => meter.add(bytes) });
  try {
    const result = await work(measure);
    meter.finish();
    return result;
  } finally {
    await measure.close();
  }
}
