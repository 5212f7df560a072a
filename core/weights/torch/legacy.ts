/**
 * torch.save before 1.6: a magic number, a version, what is known of the machine, the object and the keys of its
 * storages, each a pickle; then the storages, each after the count of its numbers.
 */
import type { WeightsProblem } from '../../contract/weights.ts';
import { partOf } from '../bytes.ts';
import type { ReadContext, WeightsContent } from '../content.ts';
import { bitsOf } from '../dtypes.ts';
import { isPickleObject, type PickleValue } from '../pickle/values.ts';
import type { WeightsBytes } from '../tensor.ts';
import { problemOf, type Storage } from '../tensor-of.ts';
import { itemsOf, numberOf } from './arguments.ts';
import { pickleProblems } from './pickle-problems.ts';
import { PickleStream } from './stream.ts';
import { resolveTensors, type Storages } from './tensors.ts';
import { storageDtype } from './types.ts';
import { findTensors } from './walk.ts';

export async function readTorchLegacy(bytes: WeightsBytes, context: ReadContext): Promise<WeightsContent> {
  const stream = new PickleStream(bytes, context, 'torch');
  await stream.pickle();
  const version = await stream.pickle();
  await stream.pickle();
  // A storage does not tell how wide its numbers are; whoever refers to it does.
  const dtypes = new Map<string, string | null>();
  const object = await stream.pickle(() => ({
    persistent(id) {
      const [what, type, key] = itemsOf(id) ?? [];
      if (what === 'storage' && typeof key === 'string' && !dtypes.has(key))
        dtypes.set(key, storageDtype(type));
    },
  }));
  const problems = pickleProblems('', object, null);
  const { found, cut } = findTensors(object.value);
  problems.push(...pickleProblems('', { ...object, isComplete: true }, cut));
  const places = object.isComplete
    ? await placeStorages(stream, dtypes)
    : { storages: new Map(), problems: [] };
  problems.push(...places.problems);
  const tensors = await resolveTensors(found, new LegacyStorages(places.storages));
  const about = typeof version.value === 'number' ? [{ name: 'version', value: `${version.value}` }] : [];
  return { format: 'torch-legacy', tensors, about, texts: [], problems };
}

interface Places {
  readonly storages: ReadonlyMap<string, Storage>;
  readonly problems: readonly WeightsProblem[];
}

/** Where each storage begins is only known when all before it are: a list that can't be followed ends there. */
async function placeStorages(
  stream: PickleStream,
  dtypes: ReadonlyMap<string, string | null>,
): Promise<Places> {
  const { bytes } = stream;
  const storages = new Map<string, Storage>();
  const list = await stream.pickle();
  const keys = itemsOf(list.value);
  const ended = (why: string): Places => ({ storages, problems: [problemOf('WEIGHTS_STORAGES', why)] });
  if (keys === null) return ended('no list of storages follows the pickle');
  for (const [index, key] of keys.entries()) {
    if (stream.at + 8 > bytes.size) {
      return ended(`the file is cut off before storage ${index + 1} of ${keys.length}`);
    }
    const width = bitsOf(dtypes.get(String(key)) ?? '');
    if (typeof key !== 'string' || width === null) {
      return ended(`nothing tells how wide the numbers of storage ${index + 1} of ${keys.length} are`);
    }
    const size = Math.ceil(((await stream.uint64()) * width) / 8);
    const there = Math.min(size, bytes.size - stream.at);
    storages.set(key, { bytes: partOf(bytes, stream.at, there), where: key, offset: stream.at });
    if (there < size) {
      const count = (value: number) => value.toLocaleString('en-US');
      return ended(
        `storage ${index + 1} of ${keys.length} claims ${count(size)} bytes, and ${count(there)} are there`,
      );
    }
    stream.at += size;
  }
  return { storages, problems: [] };
}

class LegacyStorages implements Storages {
  readonly littleEndian = true;
  readonly #roots: ReadonlyMap<string, Storage>;
  readonly #views = new Map<string, Storage>();

  constructor(roots: ReadonlyMap<string, Storage>) {
    this.#roots = roots;
  }

  /** ('storage', class, key, device, how many, None or (key of the view, offset, how many)) */
  async find(key: string, id: readonly PickleValue[]): Promise<Storage | WeightsProblem> {
    const root = this.#roots.get(key);
    if (root === undefined)
      return problemOf('TENSOR_STORAGE', `its storage ${key.slice(0, 100)} is not in the file`);
    const view = id[5];
    if (view === undefined || !isPickleObject(view)) return root;
    const [name, offset, count] = itemsOf(view) ?? [];
    const width = (bitsOf(storageDtype(id[1]) ?? '') ?? 8) / 8;
    const [start, size] = [numberOf(offset) * width, numberOf(count) * width];
    const isIn = Number.isSafeInteger(start) && start >= 0 && size >= 0 && start + size <= root.bytes.size;
    if (!isIn) return problemOf('TENSOR_RANGE', 'it is a view of more than its storage holds');
    const known = this.#views.get(`${key}/${String(name)}/${start}/${size}`);
    if (known !== undefined) return known;
    const part = { ...root, bytes: partOf(root.bytes, start, size), offset: (root.offset ?? 0) + start };
    this.#views.set(`${key}/${String(name)}/${start}/${size}`, part);
    return part;
  }
}
