/** What goes into ONNX's graph and comes out of it, by name and type. */
import type { NamedText } from './about.ts';
import { onnxTypes } from './onnx-tensor.ts';
import { type BinaryReader, readMessage } from './protobuf.ts';

/** ValueInfoProto, such as "image" of the type "float32 [batch, 3, 224, 224]". */
export function graphValue(bytes: Uint8Array): NamedText {
  let [name, type] = ['', 'of no type told'];
  readMessage(bytes, {
    1: (reader) => {
      name = reader.string();
    },
    2: (reader) => {
      type = typeOf(reader.bytes());
    },
  });
  return { name, value: type };
}

/** TypeProto. */
function typeOf(bytes: Uint8Array): string {
  let words = 'unknown';
  const named = (name: string) => (reader: BinaryReader) => {
    reader.bytes();
    words = name;
  };
  const tensor = (prefix: string) => (reader: BinaryReader) => {
    words = prefix + tensorType(reader.bytes());
  };
  readMessage(bytes, {
    1: tensor(''),
    4: named('sequence'),
    5: named('map'),
    8: tensor('sparse '),
    9: named('optional'),
  });
  return words;
}

function tensorType(bytes: Uint8Array): string {
  let dtype = 'undefined';
  let shape: string[] | null = null;
  readMessage(bytes, {
    1: (reader) => {
      const type = reader.int32();
      dtype = onnxTypes[type] ?? `type ${type}`;
    },
    2: (reader) => {
      shape = dimensionsOf(reader.bytes());
    },
  });
  return shape === null ? dtype : `${dtype} [${(shape as string[]).join(', ')}]`;
}

function dimensionsOf(bytes: Uint8Array): string[] {
  const dimensions: string[] = [];
  readMessage(bytes, {
    1: (reader) => {
      let size = '?';
      readMessage(reader.bytes(), {
        1: (inner) => {
          size = String(inner.int64());
        },
        2: (inner) => {
          size = inner.string();
        },
      });
      dimensions.push(size);
    },
  });
  return dimensions;
}
