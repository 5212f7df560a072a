/** NumPy's own files: .npy holds one array, .npz is a ZIP of such. */
import type { ArchiveEntry } from '../archive.ts';
import { Problem } from '../contract/errors.ts';
import { formatCount, showName } from '../contract/format.ts';
import type { WeightsProblem } from '../contract/weights.ts';
import type { WeightsContent } from './content.ts';
import { numpyDtype } from './numpy-dtype.ts';
import { pythonLiteral } from './python-literal.ts';
import { type Records, recordProblem } from './records.ts';
import type { Tensor, WeightsBytes } from './tensor.ts';
import { contiguousStrides, problemOf, type Storage, tensorOf } from './tensor-of.ts';

/** NumPy itself refuses longer ones unless told otherwise; structured types with many fields stay far below. */
const mostHeaderBytes = 1024 * 1024;

export async function readNpy(bytes: WeightsBytes, path: string): Promise<WeightsContent> {
  const tensor = await readArray({ bytes, where: '', offset: 0 }, 'array');
  if (typeof tensor === 'string')
    throw Problem.of('WEIGHTS_BROKEN', { path, format: 'NumPy', detail: tensor });
  return { format: 'npy', tensors: [tensor], about: [], texts: [], problems: [] };
}

export async function readNpz(records: Records): Promise<WeightsContent> {
  const tensors: Tensor[] = [];
  const problems: WeightsProblem[] = [];
  for (const entry of records.archive.entries) {
    if (entry.type !== 'file') continue;
    const name = entry.name.replace(/\.npy$/, '');
    const tensor = await readMember(entry, name, records);
    if (typeof tensor === 'string')
      problems.push(problemOf('WEIGHTS_MEMBER', `${showName(entry.name)}: ${tensor}`));
    else tensors.push(tensor);
  }
  return { format: 'npz', tensors, about: [], texts: [], problems };
}

async function readMember(entry: ArchiveEntry, name: string, records: Records): Promise<Tensor | string> {
  try {
    return await readArray(await records.storage(entry), name);
  } catch (error) {
    return recordProblem(error).message;
  }
}

/** The array, or what is wrong with the file as a whole. */
async function readArray(storage: Storage, name: string): Promise<Tensor | string> {
  const { bytes } = storage;
  const start = await bytes.read(0, 12);
  if (start.length < 10 || start.toString('latin1', 0, 6) !== '\x93NUMPY')
    return 'it does not begin as an array';
  const version = start[6] as number;
  if (version < 1 || version > 3) return `its version is ${version}, and 1 to 3 are known`;
  const lengthBytes = version === 1 ? 2 : 4;
  if (start.length < 8 + lengthBytes) return 'it is cut off within its header';
  const headerBytes = lengthBytes === 2 ? start.readUInt16LE(8) : start.readUInt32LE(8);
  const dataStart = 8 + lengthBytes + headerBytes;
  if (headerBytes > mostHeaderBytes) return `its header claims ${formatCount(headerBytes, 'byte')}`;
  if (dataStart > bytes.size) return 'it is cut off within its header';
  const header = (await bytes.read(8 + lengthBytes, headerBytes)).toString(version === 3 ? 'utf8' : 'latin1');
  const fields = pythonLiteral(header);
  if (!(fields instanceof Map)) return 'its header is no dictionary of Python';
  const shape = fields.get('shape');
  if (!Array.isArray(shape) || !shape.every((size) => typeof size === 'number'))
    return 'its header has no shape';
  const { dtype, littleEndian, problem } = numpyDtype(fields.get('descr'));
  const inFortranOrder = fields.get('fortran_order') === true && shape.length <= 64;
  const strides = inFortranOrder ? contiguousStrides(shape.toReversed()).toReversed() : undefined;
  return tensorOf({
    ...{ name, dtype, shape, storage, start: dataStart, littleEndian, problem },
    ...(strides === undefined ? {} : { strides }),
  });
}
