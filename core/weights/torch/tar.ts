/** torch.save before 0.1.10: a tar of storages, of tensors that look into them, and of a pickle that names those. */
import type { WeightsProblem } from '../../contract/weights.ts';
import { partOf } from '../bytes.ts';
import type { ReadContext, WeightsContent } from '../content.ts';
import { bitsOf, bytesOf } from '../dtypes.ts';
import { listTar } from '../pickle/forms.ts';
import { isPickleObject, type PickleObject, type PickleValue } from '../pickle/values.ts';
import type { Tensor, WeightsBytes } from '../tensor.ts';
import { type Storage, tensorOf } from '../tensor-of.ts';
import { itemsOf, numberOf } from './arguments.ts';
import { pickleProblems } from './pickle-problems.ts';
import { PickleStream } from './stream.ts';
import { storageDtype } from './types.ts';

interface Member {
  readonly start: number;
  readonly size: number;
}

interface TarStorage {
  readonly storage: Storage;
  readonly dtype: string;
}

const mostCount = 1_000_000;
/** Of the parts of what the pickle holds. */
const mostVisits = 2_000_000;

export async function readTorchTar(bytes: WeightsBytes, context: ReadContext): Promise<WeightsContent> {
  const members = await membersOf(bytes);
  const open = (name: string) => {
    const member = members.get(name);
    if (member === undefined) throw new PickleStream(bytes, context, 'torch').broken(`it has no ${name}`);
    return {
      stream: new PickleStream(partOf(bytes, member.start, member.size), context, 'torch'),
      start: member.start,
    };
  };
  const storages = await readStorages(open('storages'));
  const tensors = await readTensors(open('tensors').stream, storages);
  const named: Tensor[] = [];
  const pickle = await open('pickle').stream.pickle();
  nameTensors(pickle.value, '', { tensors, into: named, open: new Set(), left: mostVisits });
  const problems: WeightsProblem[] = pickleProblems('pickle', pickle, null);
  return { format: 'torch-tar', tensors: named, about: [], texts: [], problems };
}

/** Of two of one name the last one, as Python takes it. */
async function membersOf(bytes: WeightsBytes): Promise<Map<string, Member>> {
  const { members } = await listTar(bytes);
  const place = ({ start, size }: Member) => ({
    start,
    size: Math.min(size, Math.max(0, bytes.size - start)),
  });
  return new Map(members.map((member) => [member.name.replace(/^\.\//, ''), place(member)]));
}

/** A count, then for each a pickle (key, device, class), how many numbers, and the numbers. */
async function readStorages({
  stream,
  start,
}: {
  stream: PickleStream;
  start: number;
}): Promise<Map<string, TarStorage>> {
  const storages = new Map<string, TarStorage>();
  for (let left = await countIn(stream); left > 0; left--) {
    const [key = null, , type] = itemsOf(await wholePickle(stream)) ?? [];
    const dtype = storageDtype(type);
    if (dtype === null) throw stream.broken('a storage is of no type that is known');
    const size = bytesOf(await stream.uint64(), bitsOf(dtype) ?? 8);
    const there = Math.min(size, stream.bytes.size - stream.at);
    const bytes = partOf(stream.bytes, stream.at, there);
    const storage = { bytes, where: 'storages', offset: start + stream.at };
    storages.set(String(key), { storage, dtype });
    if (there < size) return storages;
    stream.at += size;
  }
  return storages;
}

type NamedLater = (name: string) => Tensor;

/** A count, then for each a pickle (key, storage, class), the number of dimensions, sizes, strides and the offset. */
async function readTensors(
  stream: PickleStream,
  storages: ReadonlyMap<string, TarStorage>,
): Promise<Map<string, NamedLater>> {
  const tensors = new Map<string, NamedLater>();
  for (let left = await countIn(stream); left > 0; left--) {
    const [key = null, of = null, type] = itemsOf(await wholePickle(stream)) ?? [];
    const dimensions = (await stream.take(8)).readUInt32LE(0);
    if (dimensions > 64) throw stream.broken(`a tensor has ${dimensions.toLocaleString('en-US')} dimensions`);
    const numbers = await stream.take(16 * dimensions + 8);
    const at = (index: number) => Number(numbers.readBigInt64LE(8 * index));
    const shape = Array.from({ length: dimensions }, (_, index) => at(index));
    const strides = Array.from({ length: dimensions }, (_, index) => at(dimensions + index));
    const known = storages.get(String(of));
    const dtype = known?.dtype ?? storageDtype(type) ?? 'unknown';
    const storage = known?.storage ?? { code: 'TENSOR_STORAGE', message: 'its storage is not in the file' };
    const start = bytesOf(at(2 * dimensions), bitsOf(dtype) ?? 8);
    tensors.set(String(key), (name) => tensorOf({ name, dtype, shape, strides, storage, start }));
  }
  return tensors;
}

/** What follows one that is broken can't be found, and each costs a look at up to 64 MiB: a million of them would take hours. */
async function wholePickle(stream: PickleStream): Promise<PickleValue> {
  const pickle = await stream.pickle();
  if (!pickle.isComplete) throw stream.broken('a pickle in it is broken');
  return pickle.value;
}

async function countIn(stream: PickleStream): Promise<number> {
  const count = numberOf(await wholePickle(stream));
  if (Number.isInteger(count) && count >= 0 && count <= mostCount) return count;
  throw stream.broken('it does not tell how many there are');
}

/** Dictionaries of what stands outside of the pickle: nothing else was saved in that form. */
interface Walk {
  readonly tensors: ReadonlyMap<string, NamedLater>;
  readonly into: Tensor[];
  /** What is being walked through: a container may hold itself. */
  readonly open: Set<PickleObject>;
  /** Parts may be shared, and each time be walked through again: twice in each of forty lists is a million millions. */
  left: number;
}

function nameTensors(value: PickleValue, name: string, walk: Walk): void {
  const { tensors, into, open } = walk;
  if (--walk.left < 0) return;
  if (!isPickleObject(value) || open.has(value) || open.size > 100 || into.length >= mostCount) return;
  open.add(value);
  const visit = (part: PickleValue, key: string) =>
    nameTensors(part, name === '' ? key : `${name}.${key}`, walk);
  if (value.kind === 'persistent') {
    const tensor = isPickleObject(value.id) ? undefined : tensors.get(String(value.id));
    if (tensor !== undefined) into.push(tensor(name === '' ? 'tensor' : name));
  } else if (value.kind === 'dict' || value.kind === 'call') {
    for (let at = 0; at + 1 < value.pairs.length; at += 2)
      visit(value.pairs[at + 1] ?? null, String(value.pairs[at]));
    if (value.kind === 'call' && value.state !== undefined) nameTensors(value.state, name, walk);
  } else if ('items' in value) {
    for (const [index, item] of value.items.entries()) visit(item, `${index}`);
  }
  open.delete(value);
}
