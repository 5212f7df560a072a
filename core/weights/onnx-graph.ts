/** What a person reads of ONNX's graph: its inputs and outputs, and its nodes as a table. */
import { formatCount } from '../contract/format.ts';
import { Cursor } from './bytes.ts';
import { onnxTypes } from './onnx-tensor.ts';
import { BinaryReader, type Field, fieldsOf, MessageFlaw, readMessage, WireType } from './protobuf.ts';
import type { WeightsBytes } from './tensor.ts';

/** A node that is larger holds a tensor or a graph of its own, and is told by its size. */
const mostNodeBytes = 256 * 1024;
const mostTableLetters = 64 * 1024 * 1024;

/** ValueInfoProto, such as "image: float32 [batch, 3, 224, 224]". */
export function aboutValue(bytes: Uint8Array): string {
  let [name, type] = ['', 'of no type told'];
  readMessage(bytes, {
    1: (reader) => {
      name = reader.string();
    },
    2: (reader) => {
      type = typeOf(reader.bytes());
    },
  });
  return `${name}: ${type}`;
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

/** A line for each node: operator, name, inputs and outputs, attributes. Two models are compared by it. */
export async function nodeTable(bytes: WeightsBytes, graph: Field): Promise<string> {
  const lines: string[] = [];
  try {
    await addLines(bytes, graph, lines);
  } catch (error) {
    if (!(error instanceof MessageFlaw)) throw error;
    lines.push(`… (the rest is broken: ${error.message})`);
  }
  return `${lines.join('\n')}\n`;
}

async function addLines(bytes: WeightsBytes, graph: Field, lines: string[]): Promise<void> {
  const cursor = new Cursor(bytes, graph.start);
  let letters = 0;
  for await (const field of fieldsOf(cursor, graph.start + graph.length)) {
    if (field.number !== 1 || field.wire !== WireType.LengthDelimited) continue;
    const line =
      field.length > mostNodeBytes
        ? `(a node of ${formatCount(field.length, 'byte')})`
        : nodeLine(await cursor.take(field.length));
    letters += line.length + 1;
    if (letters > mostTableLetters) {
      lines.push('… (the rest is left out)');
      return;
    }
    lines.push(line);
  }
}

/** NodeProto. */
function nodeLine(bytes: Buffer): string {
  const [inputs, outputs, attributes]: [string[], string[], string[]] = [[], [], []];
  let [name, type, domain] = ['', '', ''];
  try {
    readMessage(bytes, {
      1: (reader) => inputs.push(reader.string()),
      2: (reader) => outputs.push(reader.string()),
      3: (reader) => {
        name = reader.string();
      },
      4: (reader) => {
        type = reader.string();
      },
      5: (reader) => attributes.push(attributeOf(reader.bytes())),
      7: (reader) => {
        domain = reader.string();
      },
    });
  } catch (error) {
    if (!(error instanceof MessageFlaw)) throw error;
    return '(a node that is broken)';
  }
  const operator = domain === '' ? type : `${domain}.${type}`;
  const told = attributes.length === 0 ? '' : ` {${attributes.join(', ')}}`;
  // One node is one line, whatever its names hold.
  const line = `${operator} ${JSON.stringify(name)} (${inputs.join(', ')}) -> (${outputs.join(', ')})${told}`;
  return line.replaceAll(/[\r\n]/g, ' ');
}

const shownItems = 16;

/** AttributeProto. */
function attributeOf(bytes: Uint8Array): string {
  let name = '';
  let count = 0;
  const items: string[] = [];
  const show = (item: string) => {
    count++;
    if (items.length < shownItems) items.push(item);
  };
  const list = (one: (reader: BinaryReader) => string) => (reader: BinaryReader, wire: WireType) => {
    if (wire !== WireType.LengthDelimited) {
      show(one(reader));
      return;
    }
    const packed = new BinaryReader(reader.bytes());
    while (packed.pos < packed.len) show(one(packed));
  };
  const float = (reader: BinaryReader) => String(Number(reader.float().toPrecision(8)));
  const text = (reader: BinaryReader) =>
    JSON.stringify(Buffer.from(reader.bytes()).toString('utf8').slice(0, 200));
  const large = (what: string) => (reader: BinaryReader) =>
    show(`a ${what} of ${formatCount(reader.bytes().length, 'byte')}`);
  readMessage(bytes, {
    1: (reader) => {
      name = reader.string();
    },
    2: (reader) => show(float(reader)),
    3: (reader) => show(String(reader.int64())),
    4: (reader) => show(text(reader)),
    5: large('tensor'),
    6: large('graph'),
    7: list(float),
    8: list((reader) => String(reader.int64())),
    9: (reader) => show(text(reader)),
    10: large('tensor'),
    11: large('graph'),
    22: large('sparse tensor'),
  });
  const more = count > items.length ? ', …' : '';
  return `${name}=${count === 1 ? items[0] : `[${items.join(', ')}${more}]`}`;
}
