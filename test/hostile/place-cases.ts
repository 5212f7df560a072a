/** What stands where an archive should, and archives too big to be kept: holes on the disk stand for their bytes. */
import {
  error,
  good,
  goodEntries,
  type HostileCase,
  handlerText,
  manifestName,
  manifestText,
  refuse,
  refusedAs,
  warning,
} from './case.ts';
import { deflatedZeros } from './good-cases.ts';
import { crcOfZeros, sizeOf } from './pieces.ts';
import {
  deflated,
  max32,
  wide,
  wideOffsets,
  withDescriptor,
  type ZipEntry,
  zip,
  zip64Extra,
  zipEntry,
} from './zip-builder.ts';

const over4GiB = 4.4e9;
const mebibytes = 4200;
const lastEntry = deflated('notes.txt', 'last\n'.repeat(20));
/** The same past 4 GiB, where only a Zip64 field can tell its place. */
const lastPast4GiB = deflated('notes.txt', 'last\n'.repeat(20), { central: { offset: 'zip64' } });

const holeEntry = (bytes: number) => zipEntry('data.bin', [{ holeBytes: bytes }], wide(bytes, bytes));

const zeroBytes = mebibytes * 2 ** 20;
const zerosEntry = () => {
  const data = [deflatedZeros(mebibytes)];
  return zipEntry('data.bin', '', {
    method: 8,
    data,
    both: { crc32: crcOfZeros(zeroBytes) },
    ...wide(zeroBytes, sizeOf(data)),
  });
};

/** Too many bytes to read in a test that runs often; opening them must still be quick. */
const onlyOpened = { huge: true, verify: null, extract: null } as const;

const modelFiles = (prefix: string) => ({
  [`${prefix}${manifestName}`]: manifestText,
  [`${prefix}handler.py`]: handlerText,
});

export const placeCases: readonly HostileCase[] = [
  refuse('INPUT_NOT_REGULAR', 'fifo', {
    row: 78,
    because: 'Whoever opens it waits for a writer that never comes.',
    contents: () => ({ kind: 'fifo' }),
  }),
  refuse('INPUT_NOT_REGULAR', 'device', {
    row: 78,
    because: 'A file without an end.',
    contents: () => ({ kind: 'link', target: '/dev/zero' }),
  }),
  refuse('INPUT_MISSING', 'broken-link', {
    row: 78,
    because: 'A link to nothing.',
    contents: () => ({ kind: 'link', target: 'gone.mar' }),
  }),
  good('folder-named-mar', {
    row: 78,
    because: 'A folder is read as a folder, whatever its name.',
    contents: () => ({ kind: 'folder', files: modelFiles('') }),
  }),
  good('folder-in-a-folder', {
    because: 'TorchServe takes the one folder inside for the model.',
    extension: '',
    contents: () => ({ kind: 'folder', files: modelFiles('model/') }),
    also: ['TS_FOLDER_ROOT'],
  }),
  warning('FOLDER_LINK', 'to-a-neighbour', {
    because: 'Followed where it lies, and an empty file once it is in a tar.',
    extension: '',
    contents: () => ({ kind: 'folder', files: modelFiles(''), links: { 'twin.py': 'handler.py' } }),
    ...refusedAs('ENTRY_TYPE'),
  }),
  error('LINK_FORBIDDEN', 'folder-link-out', {
    row: 73,
    because: 'TorchServe would serve a file of its own machine as a part of the model.',
    extension: '',
    contents: () => ({ kind: 'folder', files: modelFiles(''), links: { 'labels.txt': '/etc/passwd' } }),
  }),
  error('FOLDER_TYPE', 'fifo', {
    row: 73,
    because: 'Whoever reads it waits for ever.',
    extension: '',
    contents: () => ({ kind: 'folder', files: modelFiles(''), fifos: ['data'] }),
  }),

  good('stored-over-4-gib', {
    table: '4.4 GB STORED, Zip64 local extra (Python writer)',
    because: 'Large weights are what this format is for.',
    contents: () => zip([...goodEntries, holeEntry(over4GiB), lastPast4GiB], wideOffsets),
    ...onlyOpened,
  }),
  good('deflated-over-4-gib', {
    table: '4.4 GB DEFLATE zeros, Zip64 local extra (Python writer)',
    because: 'Sizes past 32 bits that pack into a few megabytes.',
    contents: () => zip([...goodEntries, zerosEntry(), lastEntry]),
    ...onlyOpened,
  }),
  error('TS_STORED_DESCRIPTOR', 'over-4-gib', {
    row: 22,
    table: '4.4 GB STORED by yazl (descriptor)',
    because: 'A streaming writer stored large weights; Java refuses them at once.',
    contents: () =>
      zip([...goodEntries, streamed(holeEntry(over4GiB), over4GiB, over4GiB), lastPast4GiB], wideOffsets),
    also: ['ZIP_DESCRIPTOR', 'TS_ZIP64_DESCRIPTOR'],
    ...onlyOpened,
    extract: { exit: 2, code: 'TS_STORED_DESCRIPTOR' },
  }),
  warning('ZIP_DESCRIPTOR', 'over-4-gib', {
    row: 24,
    table: '4.4 GB zeros DEFLATE by yazl, then small files (offset < 4 GiB)',
    because: 'Here the sizes need eight bytes each, and Java reads them so.',
    contents: () => {
      const entry = zerosEntry();
      return zip([...goodEntries, streamed(entry, zeroBytes, sizeOf(entry.data)), lastEntry]);
    },
    ...onlyOpened,
  }),
  error('TS_ZIP64_DESCRIPTOR', 'past-4-gib', {
    row: 23,
    table: '4.4 GB random DEFLATE by yazl, then small files',
    because: 'A small entry that begins past 4 GiB gets sizes of eight bytes, and JDK 17 loses it.',
    contents: () =>
      zip([...goodEntries, holeEntry(over4GiB), withDescriptor(lastPast4GiB, { wide: true })], wideOffsets),
    also: ['ZIP_DESCRIPTOR'],
    ...onlyOpened,
    extract: { exit: 2, code: 'TS_ZIP64_DESCRIPTOR' },
  }),
  refuse('LIMIT_OUTPUT', 'stored-201-gb', {
    row: 59,
    because: 'More than any model holds; 201 GB of zeros in no room at all.',
    contents: () => zip([...goodEntries, holeEntry(201e9)], wideOffsets),
    ...onlyOpened,
    inspect: { exit: 0, code: null },
    extract: { exit: 2, code: 'LIMIT_OUTPUT' },
  }),
];

/** A streaming writer does not know the sizes yet when it writes the local header. */
function streamed(entry: ZipEntry, size: number, compressedSize: number): ZipEntry {
  const { local, ...described } = withDescriptor(entry, { wide: true, size, compressedSize });
  return {
    ...described,
    local: local && { ...local, size: max32, compressedSize: max32, extra: zip64Extra(0, 0) },
  };
}
