/** Where the two views of a ZIP differ: its local headers, which Java reads, and its directory. */

import { crc32, deflateRawSync } from 'node:zlib';
import {
  error,
  evilText,
  goodEntries,
  type HostileCase,
  handlerEntry,
  handlerText,
  manifestEntry,
  refusedAs,
} from './case.ts';
import { sizeOf } from './pieces.ts';
import { type EntryChanges, flag, mode, type ZipEntry, zip, zipEntry } from './zip-builder.ts';
import { offsetOf } from './zip-overlap-cases.ts';

/** A model whose handler is changed as told, with a file after it. */
const withHandler =
  (changes: EntryChanges, body = handlerText) =>
  () =>
    zip([manifestEntry, zipEntry('handler.py', body, changes), zipEntry('notes.txt', 'last\n')]);

const mismatch = (
  slug: string,
  because: string,
  changes: EntryChanges,
  more: Partial<HostileCase> = {},
): HostileCase =>
  error('ZIP_VIEW_MISMATCH', slug, { row: 14, because, contents: withHandler(changes), ...more });

const longBody = handlerText.repeat(8);
const shortSizes = { compressedSize: 13, size: 13, crc32: crc32(longBody.slice(0, 13)) };

export const zipHeaderCases: readonly HostileCase[] = [
  error('ZIP_GAP', 'sixteen-zeros-between-entries', {
    row: 10,
    table: '16 zero bytes between entries',
    because: 'Java stops at the first bytes that are no header, and says nothing.',
    contents: () => zip([manifestEntry, { ...handlerEntry, before: Buffer.alloc(16) }]),
    also: ['MANIFEST_DANGLING'],
  }),
  error('ZIP_GAP', 'one-byte-between-entries', {
    row: 10,
    because: 'One byte hides the handler from TorchServe.',
    contents: () => zip([manifestEntry, { ...handlerEntry, before: Buffer.from('\n') }]),
    also: ['MANIFEST_DANGLING'],
  }),
  error('ZIP_GAP', 'before-the-directory', {
    row: 10,
    because: 'No reader minds these bytes, and none looks at them: a place to carry something.',
    contents: () => zip(goodEntries, { beforeDirectory: Buffer.alloc(64, 'x') }),
  }),
  error('ZIP_GAP', 'header-behind-junk', {
    row: 10,
    because: 'A local entry that no reader reaches, and that a repair tool would bring back.',
    contents: () =>
      zip([...goodEntries, zipEntry('hidden.py', evilText, { unlisted: true, before: Buffer.alloc(8) })]),
    also: ['ZIP_UNLISTED_ENTRY'],
  }),

  error('ZIP_UNLISTED_ENTRY', 'second-handler', {
    row: 11,
    table: 'extra local handler.py not in directory',
    because: 'TorchServe overwrites the handler that everyone reviewed with one that nobody sees.',
    contents: () => zip([...goodEntries, zipEntry('handler.py', evilText, { unlisted: true })]),
    also: ['ZIP_DUPLICATE_NAME'],
  }),
  error('ZIP_UNLISTED_ENTRY', 'sitecustomize', {
    row: 11,
    table: 'extra local sitecustomize.py not in directory',
    because: 'Python runs this file by itself at start.',
    contents: () => zip([...goodEntries, zipEntry('sitecustomize.py', evilText, { unlisted: true })]),
    also: ['LOAD_MODULE_SHADOWS'],
  }),
  error('ZIP_UNLISTED_ENTRY', 'first-of-all', {
    row: 11,
    because: 'The unlisted entry stands before all others.',
    contents: () => zip([zipEntry('torch.py', evilText, { unlisted: true }), ...goodEntries]),
    also: ['ZIP_PREFIX', 'LOAD_MODULE_SHADOWS'],
  }),
  error('ZIP_UNLISTED_ENTRY', 'between', {
    row: 11,
    because: 'The unlisted entry stands between two listed ones.',
    contents: () => zip([manifestEntry, zipEntry('torch.py', evilText, { unlisted: true }), handlerEntry]),
    also: ['LOAD_MODULE_SHADOWS'],
  }),
  error('ZIP_UNLISTED_ENTRY', 'descriptor-hides-it', {
    row: 11,
    because: 'Its sizes stand behind its data, so only its deflate stream tells where it ends.',
    contents: () => {
      const data = [deflateRawSync(Buffer.from(evilText))];
      const hidden = zipEntry('torch.py', evilText, {
        method: 8,
        unlisted: true,
        data,
        local: { flags: flag.descriptor, crc32: 0, compressedSize: 0, size: 0 },
        descriptor: descriptorOf(evilText, sizeOf(data)),
      });
      return zip([...goodEntries, hidden]);
    },
    also: ['ZIP_GAP', 'ZIP_DESCRIPTOR', 'LOAD_MODULE_SHADOWS'],
  }),

  error('ZIP_DANGLING_ENTRY', 'beyond-the-end', {
    row: 12,
    table: 'directory entry whose local header is out of range',
    because: 'Listed by every tool, and silently missing on the server.',
    contents: () =>
      zip([...goodEntries, zipEntry('notes.txt', 'x', { absent: true, central: { offset: 0x7fff_0000 } })]),
  }),
  error('ZIP_DANGLING_ENTRY', 'inside-data', {
    row: 12,
    because: 'The offset points into the handler, where no header stands.',
    contents: () => {
      const inside = offsetOf(goodEntries, 1) + 45;
      return zip([...goodEntries, zipEntry('notes.txt', 'x', { absent: true, central: { offset: inside } })]);
    },
    also: ['ZIP_OVERLAP'],
  }),
  error('ZIP_DANGLING_ENTRY', 'at-the-directory', {
    row: 12,
    because: 'The offset points at the directory itself.',
    contents: () => zip([...goodEntries, zipEntry('notes.txt', 'x', { absent: true })]),
    also: ['ZIP_OVERLAP'],
  }),
  error('ZIP_DANGLING_ENTRY', 'wrong-signature', {
    row: 12,
    because: 'A header whose first bytes are broken ends the list for Java, without an error.',
    contents: () =>
      zip([manifestEntry, zipEntry('handler.py', handlerText, { local: { signature: 0x04034b51 } })]),
    also: ['ZIP_GAP', 'MANIFEST_DANGLING'],
  }),

  error('ZIP_VIEW_MISMATCH', 'name', {
    row: 13,
    table: 'local name handler.py, central name readme.txt',
    because: 'A text file to everyone who looks, the handler to TorchServe.',
    contents: () =>
      zip([
        ...goodEntries,
        zipEntry('handler.py', evilText, { central: { name: Buffer.from('readme.txt') } }),
      ]),
    also: ['ZIP_DUPLICATE_NAME'],
  }),
  error('ZIP_VIEW_MISMATCH', 'name-by-case', {
    row: 13,
    because: 'handler.py in one header, Handler.py in the other.',
    contents: () =>
      zip([
        manifestEntry,
        zipEntry('handler.py', handlerText, { central: { name: Buffer.from('Handler.py') } }),
      ]),
    also: ['MANIFEST_DANGLING'],
  }),
  error('ZIP_VIEW_MISMATCH', 'name-by-length', {
    row: 13,
    because: 'The local name is longer, so the data begins elsewhere.',
    contents: () =>
      zip([
        ...goodEntries,
        zipEntry('site-packages/torch.py', 'x = 1\n', { central: { name: Buffer.from('a.txt') } }),
      ]),
  }),
  error('ZIP_VIEW_MISMATCH', 'name-that-climbs', {
    row: 13,
    because: 'A harmless name in the directory, one that leaves the folder in the header that is served.',
    contents: () =>
      zip([
        ...goodEntries,
        zipEntry('../torch.py', 'x = 1\n', { central: { name: Buffer.from('a-torch.py') } }),
      ]),
    also: ['PATH_TRAVERSAL'],
  }),

  mismatch(
    'crc-in-directory',
    'Only the directory is wrong: Python refuses, Java loads.',
    { central: { crc32: 1 } },
    { table: 'wrong CRC in directory only', also: ['ZIP_CRC'] },
  ),
  mismatch(
    'crc-in-local-header',
    'Only the local header is wrong: Java refuses, Python loads.',
    { local: { crc32: 1 } },
    {
      table: 'wrong CRC in local only',
    },
  ),
  mismatch(
    'method-99-in-local-header',
    'Java knows no method 99.',
    { local: { method: 99 } },
    {
      table: 'local method 99, central 0',
      also: ['ZIP_METHOD', 'ZIP_ENCRYPTED'],
      ...refusedAs('ZIP_METHOD'),
    },
  ),
  mismatch(
    'method-deflate-in-directory',
    'Stored for Java, deflated for Python: the same bytes can be two files.',
    { central: { method: 8 } },
    { also: ['ZIP_DEFLATE'] },
  ),
  mismatch(
    'stored-size-short-in-local-header',
    'Java reads 13 bytes, meets no header and drops the rest of the archive.',
    { local: shortSizes },
    {
      table: 'local STORED size 13, central 260',
      contents: withHandler({ local: shortSizes }, longBody),
      also: ['ZIP_GAP'],
    },
  ),
  mismatch(
    'stored-size-short-in-directory',
    'Java writes the whole file, Python shows a part of it.',
    { central: { compressedSize: 20, size: 20 } },
    { table: 'central size 0..7 of 8, local right (malo store_cdsize)', also: ['ZIP_GAP', 'ZIP_CRC'] },
  ),
  mismatch(
    'deflate-size-short-in-directory',
    'The directory tells a smaller size than the stream gives.',
    { method: 8, central: { size: 20 } },
    { table: 'central size smaller than deflate output', also: ['ZIP_SIZE'] },
  ),
  mismatch('size-in-local-header', 'The stream is longer than its local header tells.', {
    method: 8,
    local: { size: 20 },
  }),
  mismatch(
    'compressed-size-long-in-local-header',
    'By the local header the data reaches over the entry that follows.',
    { method: 8, local: { compressedSize: 120 } },
    { also: ['ZIP_OVERLAP', 'ZIP_GAP', 'ZIP_UNLISTED_ENTRY'] },
  ),
  mismatch(
    'descriptor-flag-in-local-header',
    'Only Java is told that sizes follow the data.',
    { method: 8, local: { flags: flag.descriptor } },
    { also: ['ZIP_DESCRIPTOR', 'ZIP_DESCRIPTOR_MISMATCH', 'ZIP_GAP', 'ZIP_OVERLAP'] },
  ),
  mismatch(
    'descriptor-flag-in-directory',
    'Only the directory tells of sizes behind the data.',
    { method: 8, central: { flags: flag.descriptor } },
    { also: ['ZIP_DESCRIPTOR'] },
  ),
  mismatch(
    'utf8-flag-in-local-header',
    'The same bytes, read as UTF-8 by one reader and as CP437 by another.',
    {},
    {
      contents: () => zip([...goodEntries, zipEntry('caf\u00e9.txt', 'x', { central: { flags: 0 } })]),
      also: ['NAME_ENCODING'],
      ...refusedAs('NAME_ENCODING'),
    },
  ),
  error('ZIP_VIEW_MISMATCH', 'order', {
    row: 14,
    because: 'The directory tells another order than the file has, so "the last one wins" has two meanings.',
    contents: () => zip(goodEntries, { order: (records) => [...records].reverse() }),
  }),

  error('ZIP_DUPLICATE_NAME', 'same-order', {
    row: 15,
    table: 'duplicate handler.py, same order',
    because: 'Most readers take the last, some the first.',
    contents: () => zip([...goodEntries, zipEntry('handler.py', evilText)]),
  }),
  error('ZIP_DUPLICATE_NAME', 'order-swapped', {
    row: 15,
    table: 'duplicate, directory order swapped',
    because: 'The last in the directory is the good one, the last in the file is what TorchServe keeps.',
    contents: () =>
      zip([manifestEntry, handlerEntry, zipEntry('handler.py', evilText)], {
        order: ([first, second, third]) => [first, third, second] as Buffer[],
      }),
    also: ['ZIP_VIEW_MISMATCH'],
  }),
  error('ZIP_DUPLICATE_NAME', 'same-content', {
    row: 15,
    because: 'Equal twins do no harm today, and hide the next one that differs.',
    contents: () => zip([...goodEntries, handlerEntry]),
  }),
  error('ZIP_DUPLICATE_NAME', 'manifest', {
    row: 15,
    because: 'Two manifests in one archive.',
    contents: () => zip([...goodEntries, manifestEntry]),
  }),

  error('LINK_FORBIDDEN', 'zip-link-out', {
    row: 53,
    table: 'symlink entry -> /etc/passwd',
    because: 'unzip makes a real link; TorchServe a text file with the path in it.',
    contents: () => zip([...goodEntries, link('labels.txt', '/etc/passwd')]),
  }),
  error('LINK_FORBIDDEN', 'zip-link-inside', {
    row: 53,
    because: 'A link to a neighbour is no better: TorchServe would serve its path as the content.',
    contents: () => zip([...goodEntries, link('model.py', 'handler.py')]),
  }),
  error('LINK_FORBIDDEN', 'zip-write-through-link', {
    row: 53,
    table: 'symlink then write through it',
    because: 'First a link that leaves the folder, then a file that goes through it.',
    contents: () => zip([...goodEntries, link('data', '../..'), zipEntry('data/torch.py', 'x = 1\n')]),
    also: ['NAME_FILE_DIR_CONFLICT'],
  }),
];

function link(name: string, target: string): ZipEntry {
  return zipEntry(name, target, { central: { externalAttributes: mode(0o120777) } });
}

function descriptorOf(text: string, compressedSize: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeUInt32LE(0x08074b50, 0);
  bytes.writeUInt32LE(crc32(text), 4);
  bytes.writeUInt32LE(compressedSize, 8);
  bytes.writeUInt32LE(text.length, 12);
  return bytes;
}
