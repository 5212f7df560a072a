/** The same payloads in what holds pickles: torch's formats, NumPy, joblib, compression, other pickles, false names. */
import { deflateSync, gzipSync } from 'node:zlib';
import { little, op, pickle } from '../../support/pickle.ts';
import { zipOf } from '../../unit/weights/files.ts';
import { calling, type HostilePickle } from './payloads.ts';

const payload = calling('os', 'system');
const honest = pickle(op.PROTO(2), op.EMPTY_DICT(), op.STOP());
/** Each could be the begin of a name as the old protocols write it. */
const oneLetter = Buffer.from(`\0${'c'.repeat(900_000)}\0`);
/** What TorchScript calls its classes: data to it, and to Python a module of the archive. */
const ownClass = calling('__torch__.models', 'Net');
const magic = Buffer.from('\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.', 'latin1');
const legacyHead = [magic, pickle(op.PROTO(2), op.BININT2(1001), op.STOP()), honest];

function npy(type: string, content: Buffer): Buffer {
  const header = `{'descr': '${type}', 'fortran_order': False, 'shape': (1,), }`.padEnd(117);
  return Buffer.concat([
    Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
    little(118, 2),
    Buffer.from(`${header}\n`),
    content,
  ]);
}

/** A header of tar with one file in it. */
function tar(name: string, content: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0, 'latin1');
  header.write('0000644\0', 100);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('        ', 148);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  const padding = Buffer.alloc((512 - (content.length % 512)) % 512);
  return Buffer.concat([header, content, padding, Buffer.alloc(1024)]);
}

/** Begins with more than is inflated to tell what it is. */
const lateName = pickle(op.BINUNICODE('x'.repeat(100_000)), op.POP(), payload.subarray(2));

/** The header of lzma with a dictionary of 4096 bytes, and the begin of its code. */
const lzmaHead = Buffer.concat([
  Buffer.from([0x5d, 0x00, 0x10, 0x00, 0x00]),
  Buffer.alloc(8, 0xff),
  Buffer.from([0x00, 0x40, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06]),
]);

/** Python takes the sum of signed bytes too; the header has one that tells them apart. */
function signedTar(): Buffer {
  const bytes = Buffer.from(tar('pickle\0\xff', payload));
  const sum = Number.parseInt(bytes.toString('latin1', 148, 154), 8) - 256;
  bytes.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return bytes;
}

function octalTar(): Buffer {
  const bytes = Buffer.from(tar('pickle', payload));
  const sum = Number.parseInt(bytes.toString('latin1', 148, 154), 8);
  bytes.write(`0o${sum.toString(8).padStart(5, '0')}\0`, 148);
  return bytes;
}

/** A ZIP whose directory names the same stored bytes again and again. */
export function oneRecordManyTimes(content: Buffer, times: number): Buffer {
  const local = Buffer.alloc(31);
  local.write('PK\x03\x04', 'latin1');
  local.writeUInt32LE(content.length, 18);
  local.writeUInt32LE(content.length, 22);
  local.writeUInt16LE(1, 26);
  local.write('r', 30);
  const entry = Buffer.alloc(47);
  entry.write('PK\x01\x02', 'latin1');
  entry.writeUInt32LE(content.length, 20);
  entry.writeUInt32LE(content.length, 24);
  entry.writeUInt16LE(1, 28);
  entry.write('r', 46);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt32LE(entry.length * times, 12);
  end.writeUInt32LE(local.length + content.length, 16);
  return Buffer.concat([local, content, ...Array<Buffer>(times).fill(entry), end]);
}

/** Its name is the pickle. */
const tarThatRuns = () => tar(Buffer.from(payload).toString('latin1'), honest);

const bytesIn = (inner: Buffer) => pickle(op.PROTO(4), op.BINBYTES(inner), op.STOP());
/** Bytes as protocol 2 writes them: a text, a character for each. */
const textIn = (inner: Buffer) =>
  pickle(
    ...[op.PROTO(2), op.GLOBAL('_codecs', 'encode'), op.BINUNICODE(Buffer.from(inner.toString('latin1')))],
    ...[op.BINUNICODE('latin1'), op.TUPLE2(), op.REDUCE(), op.STOP()],
  );
const deep = (levels: number): Buffer => (levels === 0 ? payload : bytesIn(deep(levels - 1)));

/** joblib's stand-in for an array of bytes, whose content lies behind it: here opcodes, for who is not joblib. */
const joblibArray = (type: string, content: Buffer) =>
  pickle(
    ...[op.PROTO(3), op.GLOBAL('joblib.numpy_pickle', 'NumpyArrayWrapper'), op.EMPTY_TUPLE(), op.NEWOBJ()],
    ...[op.EMPTY_DICT(), op.MARK(), op.BINUNICODE('dtype'), op.GLOBAL('numpy', 'dtype'), op.BINUNICODE(type)],
    ...[op.NEWFALSE(), op.NEWTRUE(), op.TUPLE3(), op.REDUCE(), op.BINUNICODE('shape')],
    ...[op.BININT1(content.length), op.TUPLE1(), op.SETITEMS(), op.BUILD(), content],
    op.STOP(),
  );

const zipFlags = (zip: Buffer, change: (zip: Buffer, at: number) => void): Buffer => {
  const changed = Buffer.from(zip);
  for (let at = changed.indexOf('PK\x01\x02'); at !== -1; at = changed.indexOf('PK\x01\x02', at + 1))
    change(changed, at);
  return changed;
};

const torch = await zipOf({ 'm/data.pkl': payload, 'm/version': '3\n' });
const found = (
  name: string,
  bytes: Buffer,
  code: HostilePickle['code'] = 'PICKLE_DANGEROUS',
): HostilePickle => ({
  name,
  bytes,
  code,
});

export const wrappedPickles: readonly HostilePickle[] = [
  found('torch ZIP', torch),
  found(
    'torch ZIP, another record',
    await zipOf({ 'm/data.pkl': honest, 'm/data/0': payload, 'm/extra/x.bin': payload }),
  ),
  found('torch ZIP, a record without a suffix', await zipOf({ 'm/data.pkl': honest, 'm/version': payload })),
  found(
    'TorchScript ZIP, a class of its own in a pickle for Python',
    await zipOf({ 'm/data.pkl': honest, 'm/constants.pkl': honest, 'm/extra/x.pkl': ownClass }),
    'PICKLE_GLOBAL',
  ),
  found(
    'TorchScript ZIP, a class of its own in another folder',
    await zipOf({ 'm/constants.pkl': honest, 'n/data.pkl': ownClass }),
    'PICKLE_GLOBAL',
  ),
  found('TorchScript ZIP, its constants', await zipOf({ 'm/data.pkl': honest, 'm/constants.pkl': payload })),
  found(
    'torch ZIP with a wrong checksum',
    zipFlags(torch, (zip, at) => zip.writeUInt32LE(7, at + 16)),
  ),
  found(
    'torch ZIP that claims to be encrypted',
    zipFlags(torch, (zip, at) => zip.writeUInt16LE(1, at + 8)),
  ),
  found(
    'torch ZIP with odd flags',
    zipFlags(torch, (zip, at) => zip.writeUInt16LE(0x60, at + 8)),
  ),
  found('torch ZIP with bytes behind it', Buffer.concat([torch, Buffer.from('more')]), 'PICKLE_INCOMPLETE'),
  found('torch ZIP that ends early', torch.subarray(0, -30), 'PICKLE_INCOMPLETE'),
  found('torch ZIP in a ZIP', await zipOf({ 'inner.zip': torch })),
  found(
    'a storage that the file does not have',
    await zipOf({
      'm/data.pkl': pickle(
        ...[op.PROTO(2), op.MARK(), op.BINUNICODE('storage'), op.GLOBAL('torch', 'FloatStorage')],
        ...[
          op.BINUNICODE('../../7'),
          op.BINUNICODE('cpu'),
          op.BININT1(4),
          op.TUPLE(),
          op.BINPERSID(),
          op.STOP(),
        ],
      ),
      'm/data/0': Buffer.alloc(16),
    }),
    'PICKLE_EVASION',
  ),
  found('legacy torch', Buffer.concat([...legacyHead, payload, honest])),
  found('legacy torch, the system', Buffer.concat([...legacyHead.slice(0, 2), payload, honest, honest])),
  found('legacy torch, behind the storages', Buffer.concat([...legacyHead, honest, honest, payload])),
  found(
    'legacy torch that ends early',
    Buffer.concat([...legacyHead, payload.subarray(0, 6)]),
    'PICKLE_INCOMPLETE',
  ),
  found('torch’s tar', tar('pickle', payload)),
  found('a pickle that is a tar too', tarThatRuns()),
  found(
    'a pickle that begins like bzip2',
    Buffer.concat([Buffer.from('BZh\0\0'), Buffer.alloc(0x685a, 'x'), op.POP(), payload.subarray(2)]),
  ),
  found('a type that is spelled with escapes', npy(String.raw`|\x4f`, payload)),
  found(
    'a call of a module in other letters, then an error',
    Buffer.from('cмодуль\nrun\n(tR\xff'),
    'PICKLE_EVASION',
  ),
  found('array of objects', npy('|O', payload)),
  found('array of numbers, with a pickle for numbers', npy('<f4', payload)),
  found('arrays of objects in a ZIP', await zipOf({ 'a.npy': npy('|O', payload) })),
  found('zlib', deflateSync(payload)),
  found('gzip', gzipSync(payload)),
  found('gzip in gzip', gzipSync(gzipSync(payload))),
  found(
    'gzip that ends early',
    gzipSync(Buffer.concat([payload, Buffer.alloc(100_000, 'x')])).subarray(0, 60),
  ),
  found('bzip2', Buffer.from('BZh91AY&SY'), 'PICKLE_INCOMPLETE'),
  found('gzip, behind a long text', gzipSync(lateName)),
  found('deflated in a ZIP, behind a long text', await zipOf({ object: lateName }, true)),
  found('zstd', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 4, 0]), 'PICKLE_INCOMPLETE'),
  found('lzma with a small dictionary', lzmaHead, 'PICKLE_INCOMPLETE'),
  found('behind a pickle of two opcodes', Buffer.from("N.cos\nsystem\n(S'id'\ntR.")),
  found(
    'behind a thousand pickles of two opcodes',
    Buffer.from(`${'N.'.repeat(1000)}cos\nsystem\n(S'id'\ntR.`),
  ),
  found('tar whose checksum is of signed bytes', signedTar()),
  found('tar whose checksum is spelled as Python spells it', octalTar()),
  found('xz', Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0, 4]), 'PICKLE_INCOMPLETE'),
  found('7z', Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c, 0, 4]), 'PICKLE_INCOMPLETE'),
  found('joblib, where other loaders go on', joblibArray('u1', payload.subarray(2))),
  found('joblib, in the bytes of an array of objects', joblibArray('O8', bytesIn(payload))),
  found('in the bytes of a pickle', bytesIn(payload)),
  found('in the text of a pickle', textIn(payload)),
  found('four deep', deep(4)),
  found('six deep', deep(6), 'PICKLE_INCOMPLETE'),
  found('zlib in the bytes of a pickle', bytesIn(deflateSync(payload))),
  found('behind another pickle', Buffer.concat([honest, payload])),
  found('behind another pickle and one letter', Buffer.concat([honest, oneLetter, payload])),
  found('behind another pickle and noise', Buffer.concat([honest, Buffer.alloc(5000, 0xee), payload])),
  found(
    'protocol 0 behind another pickle',
    Buffer.concat([honest, Buffer.from('\0\0'), Buffer.from("cos\nsystem\n(S'id'\ntR.")]),
  ),
  found('protocol 0', Buffer.from("cos\nsystem\n(S'id'\ntR.")),
  found(
    'protocol 0, behind a long text',
    Buffer.from(`(lp0\nS'${'x'.repeat(200_000)}'\nacos\nsystem\n(S'id'\ntR.`),
  ),
  found(
    'protocol 1, behind a long text',
    pickle(op.BINSTRING('x'.repeat(200_000)), op.POP(), payload.subarray(2)),
  ),
  found('a pickle that is cut off', payload.subarray(0, 9), 'PICKLE_INCOMPLETE'),
  found('a pickle that lacks its STOP', honest.subarray(0, -1), 'PICKLE_INCOMPLETE'),
];
