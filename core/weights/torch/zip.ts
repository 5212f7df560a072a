/** torch.save since 1.6, TorchScript and its mobile form: a ZIP of a pickle and of storages, each a record. */

import type { ArchiveEntry } from '../../archive.ts';
import type { WeightsFormat, WeightsProblem } from '../../contract/weights.ts';
import { aboutText } from '../about.ts';
import type { WeightsContent } from '../content.ts';
import { readPickle } from '../pickle/machine.ts';
import { Turns } from '../pickle/turns.ts';
import { fileProblem, type Records, recordProblem } from '../records.ts';
import type { Tensor, WeightsText } from '../tensor.ts';
import { codeIn } from './code.ts';
import { pickleProblems } from './pickle-problems.ts';
import { missingStorage, resolveTensors, type Storages } from './tensors.ts';
import { findTensors } from './walk.ts';

/** A pickle of names and shapes; models of a hundred thousand tensors have 20 MB of it. */
const mostPickleBytes = 64 * 1024 * 1024;

export async function readTorchZip(records: Records, format: WeightsFormat): Promise<WeightsContent> {
  const main = records.archive.entries.find(({ name }) => /^[^/]+\/data\.pkl$/.test(name));
  const root = main?.name.slice(0, -'data.pkl'.length) ?? '';
  const order = await readSmall(records, `${root}byteorder`);
  const littleEndian = order !== 'big';
  const tensors: Tensor[] = [];
  const problems: WeightsProblem[] = [];
  // Of TorchScript the tensors that its code names stand in a pickle and a folder of their own.
  for (const [name, folder, prefix] of [
    ['data.pkl', 'data', ''],
    ['constants.pkl', 'constants', 'constants'],
  ] as const) {
    const entry = records.find(root + name);
    if (entry === undefined) continue;
    const storages = storagesIn(records, `${root}${folder}/`, littleEndian);
    const read = await readRecord(records, entry, storages, prefix);
    for (const tensor of read.tensors) tensors.push(tensor);
    problems.push(...read.problems);
  }
  const version = await readSmall(records, `${root}version`);
  return { format, tensors, about: aboutOf({ version, order }), texts: textsOf(records, root), problems };
}

async function readRecord(
  records: Records,
  entry: ArchiveEntry,
  storages: Storages,
  prefix: string,
): Promise<{ readonly tensors: readonly Tensor[]; readonly problems: readonly WeightsProblem[] }> {
  let record: { readonly bytes: Buffer; readonly problem: WeightsProblem | null };
  try {
    record = await records.readAnyway(entry, mostPickleBytes);
  } catch (error) {
    return { tensors: [], problems: [fileProblem(error)] };
  }
  const pickle = await readPickle(record.bytes, 0, { turns: new Turns(records.signal) });
  const { found, cut } = findTensors(pickle.value, { prefix });
  const tensors = await resolveTensors(found, storages);
  const problems = pickleProblems(entry.name, pickle, cut);
  return { tensors, problems: record.problem === null ? problems : [record.problem, ...problems] };
}

function storagesIn(records: Records, folder: string, littleEndian: boolean): Storages {
  return {
    littleEndian,
    async find(key) {
      const record = folder + key;
      const entry = records.find(record);
      if (entry === undefined) return missingStorage(record);
      try {
        return await records.storage(entry);
      } catch (error) {
        return recordProblem(error);
      }
    },
  };
}

/** A record of a few letters; null where there is none that can be read. */
async function readSmall(records: Records, name: string): Promise<string | null> {
  const entry = records.find(name);
  if (entry === undefined || entry.size > 1024) return null;
  try {
    return (await records.read(entry, 1024)).toString('utf8').trim();
  } catch (error) {
    recordProblem(error);
    return null;
  }
}

function aboutOf({
  version,
  order,
}: {
  version: string | null;
  order: string | null;
}): WeightsContent['about'] {
  return [
    ...(version === null ? [] : [{ name: 'version', value: aboutText(version) }]),
    ...(order === null ? [] : [{ name: 'byte order', value: aboutText(order) }]),
  ];
}

/** TorchScript's code; what only debuggers read is left out. */
function textsOf(records: Records, root: string): WeightsText[] {
  const folder = `${root}code/`;
  return codeIn(records, root, (name) => name.startsWith(folder));
}
