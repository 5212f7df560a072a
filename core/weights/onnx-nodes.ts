/** The nodes of ONNX's graph: one after the other, each as what a person reads of it, and all of them as a table. */
import { createHash, hash } from 'node:crypto';
import type { GraphNode } from '../contract/diff.ts';
import { formatCount } from '../contract/format.ts';
import { Cursor } from './bytes.ts';
import { BinaryReader, type Field, fieldsOf, MessageFlaw, readMessage, WireType } from './protobuf.ts';
import type { StoredNode, WeightsBytes } from './tensor.ts';

/** What is larger within a node is a tensor or a graph of its own: it is told by its size and its checksum. */
const mostSmallBytes = 256 * 1024;
const mostTableLetters = 64 * 1024 * 1024;

/** A model may have several graphs, which are one to whoever reads it: its parts follow each other. */
export async function* nodesOf(bytes: WeightsBytes, graphs: readonly Field[]): AsyncGenerator<StoredNode> {
  for (const { start, length } of graphs) {
    const cursor = new Cursor(bytes, start);
    for await (const field of fieldsOf(cursor, start + length)) {
      if (field.number !== 1 || field.wire !== WireType.LengthDelimited) continue;
      yield { sum: () => sumOf(bytes, cursor, field), read: () => nodeAt(bytes, cursor, field) };
    }
  }
}

/** A line for each node: operator, name, inputs and outputs, attributes. */
export async function nodeTable(nodes: AsyncIterable<StoredNode>): Promise<string> {
  const lines: string[] = [];
  try {
    await addLines(nodes, lines);
  } catch (error) {
    if (!(error instanceof MessageFlaw)) throw error;
    lines.push(`… (the rest is broken: ${error.message})`);
  }
  return `${lines.join('\n')}\n`;
}

async function addLines(nodes: AsyncIterable<StoredNode>, lines: string[]): Promise<void> {
  let letters = 0;
  for await (const stored of nodes) {
    const node = await stored.read();
    const line = node === null ? '(a node that is broken)' : nodeLine(node);
    letters += line.length + 1;
    if (letters > mostTableLetters) {
      lines.push('… (the rest is left out)');
      return;
    }
    lines.push(line);
  }
}

function nodeLine({ operator, name, inputs, outputs, attributes }: GraphNode): string {
  const told = attributes.length === 0 ? '' : ` {${attributes.join(', ')}}`;
  // One node is one line, whatever its names hold.
  const line = `${operator} ${JSON.stringify(name)} (${inputs.join(', ')}) -> (${outputs.join(', ')})${told}`;
  return line.replaceAll(/[\r\n]/g, ' ');
}

const stepBytes = 1024 * 1024;

/** Of all its bytes, however many they are. */
export async function sumOf(
  bytes: WeightsBytes,
  cursor: Cursor,
  { start, length }: Pick<Field, 'start' | 'length'>,
): Promise<string> {
  cursor.at = start;
  if (length <= mostSmallBytes) return hash('sha256', await cursor.take(length), 'base64');
  const sum = createHash('sha256');
  for (let at = 0; at < length; at += stepBytes)
    sum.update(await bytes.read(start + at, Math.min(stepBytes, length - at)));
  return sum.digest('base64');
}

/** Null where it is broken. */
async function nodeAt(bytes: WeightsBytes, cursor: Cursor, field: Field): Promise<GraphNode | null> {
  cursor.at = field.start;
  try {
    if (field.length <= mostSmallBytes) return nodeOf(await cursor.take(field.length), []);
    const large: string[] = [];
    const small: Buffer[] = [];
    let [end, total, left] = [field.start, 0, 0];
    for await (const part of fieldsOf(cursor, field.start + field.length)) {
      const start = end;
      end = part.start + part.length;
      if (part.length > mostSmallBytes) {
        const sum = await sumOf(bytes, cursor, part);
        large.push(`an attribute of ${formatCount(part.length, 'byte')} (${shortSum(sum)})`);
      } else if (total + end - start <= 4 * mostSmallBytes) {
        total += end - start;
        cursor.at = start;
        small.push(await cursor.take(end - start));
      } else left += end - start;
    }
    // Two that differ only there would read alike otherwise.
    if (left > 0) {
      const sum = await sumOf(bytes, cursor, field);
      large.push(`${formatCount(left, 'more byte')} (${shortSum(sum)} of the node)`);
    }
    return nodeOf(Buffer.concat(small), large);
  } catch (error) {
    if (!(error instanceof MessageFlaw)) throw error;
    return null;
  }
}

/** NodeProto. */
function nodeOf(bytes: Buffer, large: readonly string[]): GraphNode {
  const [inputs, outputs, attributes]: [string[], string[], string[]] = [[], [], []];
  let [name, type, domain, overload] = ['', '', '', ''];
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
    8: (reader) => {
      overload = reader.string();
    },
  });
  const operator = `${domain === '' ? '' : `${domain}.`}${type}${overload === '' ? '' : `:${overload}`}`;
  return { name, operator, inputs, outputs, attributes: [...attributes, ...large] };
}

const shownItems = 16;
const shownLetters = 200;

/** AttributeProto, such as "axis=1". What is not told whole is told with its checksum: two that read alike are alike. */
function attributeOf(bytes: Uint8Array): string {
  let name = '';
  let count = 0;
  let isWhole = true;
  const items: string[] = [];
  const show = (item: string) => {
    count++;
    if (items.length < shownItems) items.push(item);
    else isWhole = false;
  };
  const list = (one: (reader: BinaryReader) => string) => (reader: BinaryReader, wire: WireType) => {
    if (wire !== WireType.LengthDelimited) {
      show(one(reader));
      return;
    }
    const packed = new BinaryReader(reader.bytes());
    while (packed.pos < packed.len) show(one(packed));
  };
  const float = (reader: BinaryReader) => floatText(reader.float());
  const text = (reader: BinaryReader) => {
    const stored = Buffer.from(reader.bytes());
    const told = stored.toString('utf8');
    if (told.length > shownLetters || !stored.equals(Buffer.from(told))) isWhole = false;
    return JSON.stringify(told.slice(0, shownLetters));
  };
  const large = (what: string) => (reader: BinaryReader) => {
    isWhole = false;
    show(`a ${what} of ${formatCount(reader.bytes().length, 'byte')}`);
  };
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
    14: large('type'),
    15: large('type'),
    21: (reader) => show(`the attribute ${JSON.stringify(reader.string())}`),
    22: large('sparse tensor'),
    23: large('sparse tensor'),
  });
  const more = count > items.length ? ', …' : '';
  const value = count === 1 ? items[0] : `[${items.join(', ')}${more}]`;
  return `${name}=${value}${isWhole ? '' : ` (${shortSum(hash('sha256', bytes, 'base64'))})`}`;
}

/** As short as tells it from every other float32. */
function floatText(value: number): string {
  for (const digits of [7, 8, 9]) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return String(short);
  }
  return String(value);
}

/** Half of it is as much as nobody finds a second content for. */
export const shortSum = (sum: string) => `SHA-256 ${Buffer.from(sum, 'base64').toString('hex', 0, 16)}…`;
