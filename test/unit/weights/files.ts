/** Weights files small enough to read, with the bytes that tell their kinds. */
import { Writable } from 'node:stream';
import yazl from 'yazl';
import { little, op, pickle } from '../../support/pickle.ts';

export async function zipOf(
  files: Readonly<Record<string, string | Buffer>>,
  compress = false,
): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const [name, content] of Object.entries(files)) {
    zip.addBuffer(Buffer.from(content as string), name, { compress });
  }
  zip.end();
  const parts: Buffer[] = [];
  await new Promise<void>((resolve, reject) => {
    const sink = new Writable({
      write(chunk: Buffer, _, done) {
        parts.push(chunk);
        done();
      },
      final(done) {
        done();
        resolve();
      },
    });
    zip.outputStream.on('error', reject).pipe(sink);
  });
  return Buffer.concat(parts);
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');

/** What torch.save writes for `{'weight': tensor}` with the four numbers of the storage "0". */
function stateDictOf(...viewMetadata: Buffer[]): Buffer {
  const numbers = [op.BININT1(4), op.TUPLE1(), op.BININT1(1), op.TUPLE1(), op.NEWFALSE()];
  const names = [op.BINUNICODE('storage'), op.GLOBAL('torch', 'FloatStorage'), op.BINUNICODE('0')];
  return pickle(
    op.PROTO(2),
    ...[op.GLOBAL('collections', 'OrderedDict'), op.EMPTY_TUPLE(), op.REDUCE(), op.BINPUT(0), op.MARK()],
    ...[op.BINUNICODE('weight'), op.GLOBAL('torch._utils', '_rebuild_tensor_v2'), op.MARK(), op.MARK()],
    ...[...names, op.BINUNICODE('cpu'), op.BININT1(4), ...viewMetadata, op.TUPLE(), op.BINPERSID()],
    ...[op.BININT1(0), ...numbers, op.GLOBAL('collections', 'OrderedDict'), op.EMPTY_TUPLE(), op.REDUCE()],
    ...[op.TUPLE(), op.REDUCE(), op.SETITEMS(), op.STOP()],
  );
}

export const stateDictPickle = stateDictOf();
/** An object of a class of its own, with nothing in it. */
const modulePickle = pickle(
  ...[op.PROTO(2), op.GLOBAL('__main__', 'Net'), op.EMPTY_TUPLE(), op.NEWOBJ(), op.EMPTY_DICT()],
  ...[op.BINUNICODE('training'), op.NEWTRUE(), op.SETITEM(), op.BUILD(), op.STOP()],
);
const legacyMagic = latin1('\x80\x02\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19.');

export const stateDict = await zipOf({
  'model/data.pkl': stateDictPickle,
  'model/byteorder': 'little',
  'model/data/0': Buffer.alloc(16),
  'model/version': '3\n',
});
export const wholeModule = await zipOf({
  'net/data.pkl': modulePickle,
  'net/data/0': Buffer.alloc(4),
  'net/version': '3\n',
});
export const torchscript = await zipOf({
  'model/data.pkl': pickle(
    op.PROTO(2),
    op.GLOBAL('__torch__', 'Net'),
    op.EMPTY_TUPLE(),
    op.NEWOBJ(),
    op.STOP(),
  ),
  'model/code/__torch__.py': 'class Net(Module):\n  pass\n',
  'model/constants.pkl': latin1('\x80\x02).'),
  'model/version': '3\n',
});
export const torchPackage = await zipOf({
  'm/.data/extern_modules': 'torch',
  'm/.data/version': '6\n',
  'm/model/model.pkl': '',
});
export const exported = await zipOf({ 'model/archive_format': 'pt2', 'model/models/model.json': '{}' });
export const legacy = Buffer.concat([
  legacyMagic,
  pickle(op.PROTO(2), op.BININT2(1001), op.STOP()),
  pickle(op.PROTO(2), op.EMPTY_DICT(), op.STOP()),
  stateDictOf(op.NONE()),
  pickle(op.PROTO(2), op.EMPTY_LIST(), op.BINUNICODE('0'), op.APPEND(), op.STOP()),
  little(4, 8),
  Buffer.alloc(16),
]);
export const plainZip = await zipOf({ 'notes.txt': 'hello' });

const header = JSON.stringify({ weight: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } });
const length = Buffer.alloc(8);
length.writeBigUInt64LE(BigInt(header.length));
export const safetensors = Buffer.concat([length, latin1(header), Buffer.alloc(4)]);

/** ir_version 8, producer "pytorch", a graph of four bytes, one operator set. */
export const onnx = latin1('\x08\x08\x12\x07pytorch\x3a\x04\x0a\x02ab\x42\x04\x0a\x00\x10\x11');
export const library = Buffer.concat([latin1('\x7fELF\x02\x01\x01'), Buffer.alloc(57)]);
export const machLibrary = Buffer.concat([Buffer.from([0xcf, 0xfa, 0xed, 0xfe]), Buffer.alloc(28)]);
export const hdf5 = latin1('\x89HDF\r\n\x1a\n\x00\x00');
export const numpy = latin1("\x93NUMPY\x01\x00v\x00{'descr': '<f4'}");
export const npz = await zipOf({ 'a.npy': numpy, 'b.npy': numpy });
export const unpackedIntoModel = await zipOf({
  'MAR-INF/MANIFEST.json': '{}',
  'weights/data.pkl': stateDictPickle,
});
export const gguf = latin1('GGUF\x03\x00\x00\x00');
export const gzip = latin1('\x1f\x8b\x08\x00\x00\x00\x00\x00');
export const executorch = latin1('\x30\x00\x00\x00ET12\x00\x00');
export const plainPickle = latin1('\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00}\x94.');
export const html = '<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>\n';
export const lfsPointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 102400\n';
