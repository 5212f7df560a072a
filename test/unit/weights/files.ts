/** Weights files small enough to read, with the bytes that tell their kinds. */
import { Writable } from 'node:stream';
import yazl from 'yazl';

export async function zipOf(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const zip = new yazl.ZipFile();
  for (const [name, content] of Object.entries(files)) {
    zip.addBuffer(Buffer.from(content as string), name, { compress: false });
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

export const stateDictPickle = latin1(
  '\x80\x02ccollections\nOrderedDict\nq\x00)Rq\x01X\x06\x00\x00\x00weightctorch._utils\n_rebuild_tensor_v2\nq\x02u.',
);
const modulePickle = latin1('\x80\x02c__main__\nNet\nq\x00)\x81q\x01}q\x02ccollections\nOrderedDict\nu.');
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
  'model/data.pkl': latin1('\x80\x02c__torch__\nNet\nq\x00)\x81.'),
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
export const legacy = Buffer.concat([legacyMagic, latin1('\x80\x02M\xe9\x03.'), stateDictPickle]);
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
export const gguf = latin1('GGUF\x03\x00\x00\x00');
export const gzip = latin1('\x1f\x8b\x08\x00\x00\x00\x00\x00');
export const executorch = latin1('\x30\x00\x00\x00ET12\x00\x00');
export const plainPickle = latin1('\x80\x04\x95\x05\x00\x00\x00\x00\x00\x00\x00}\x94.');
export const html = '<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>\n';
export const lfsPointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 102400\n';
