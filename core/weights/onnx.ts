/** ONNX: a protobuf message of which the graph's initialisers are the weights; they are walked over, not read. */
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import { formatCount } from '../contract/format.ts';
import type { WeightsProblem } from '../contract/weights.ts';
import { aboutText, type NamedText } from './about.ts';
import { Cursor } from './bytes.ts';
import type { ReadContext, WeightsContent } from './content.ts';
import { ExternalFiles } from './onnx-external.ts';
import { nodesOf, nodeTable, shortSum, sumOf } from './onnx-nodes.ts';
import { readSparse, readTensor } from './onnx-tensor.ts';
import { graphValue } from './onnx-values.ts';
import { type Field, fieldsOf, MessageFlaw, readMessage, readPair, WireType } from './protobuf.ts';
import type { Tensor, WeightsBytes } from './tensor.ts';

const mostTensors = 1_000_000;
/** A text or a description of an input. */
const mostSmallBytes = 1024 * 1024;
const shownValues = 100;
const mostValues = 10_000;
/** Beside the graph: versions, properties, functions. */
const mostFacts = 100_000;

/** ModelProto. */
const irVersion = 1;
const producerName = 2;
const producerVersion = 3;
const modelVersion = 5;
const graph = 7;
const opsetImport = 8;
const metadataProps = 14;
const functions = 25;

export async function readOnnx(bytes: WeightsBytes, context: ReadContext): Promise<WeightsContent> {
  const reader = new OnnxReader(bytes, context);
  try {
    await reader.readModel();
  } catch (error) {
    const { path } = context;
    const isFlaw = error instanceof MessageFlaw;
    const problem = isFlaw
      ? Problem.of('WEIGHTS_BROKEN', { path, format: 'ONNX', detail: error.message })
      : error;
    // What was met before a flaw is still listed.
    if (!isFlaw || reader.tensors.length === 0) {
      await reader.close();
      throw problem;
    }
    reader.problems.push({ code: (problem as Problem).code, message: (problem as Problem).message });
  }
  return reader.content();
}

class OnnxReader {
  readonly tensors: Tensor[] = [];
  readonly problems: WeightsProblem[] = [];
  readonly #bytes: WeightsBytes;
  readonly #signal: AbortSignal | undefined;
  readonly #cursor: Cursor;
  readonly #external: ExternalFiles;
  readonly #about: NamedText[] = [];
  readonly #opset: NamedText[] = [];
  readonly #inputs: NamedText[] = [];
  readonly #outputs: NamedText[] = [];
  readonly #functions: NamedText[] = [];
  readonly #graphs: Field[] = [];
  #nodes = 0;

  constructor(bytes: WeightsBytes, context: ReadContext) {
    this.#bytes = bytes;
    this.#signal = context.signal;
    this.#cursor = new Cursor(bytes);
    this.#external = new ExternalFiles(context);
  }

  async readModel(): Promise<void> {
    const texts: Readonly<Record<number, string>> = {
      [producerName]: 'producer',
      [producerVersion]: 'producer version',
    };
    let facts = 0;
    for await (const field of fieldsOf(this.#cursor, this.#cursor.end)) {
      if (++facts > mostFacts) throw new MessageFlaw(`it has more than ${formatCount(mostFacts, 'field')}`);
      if (field.number === irVersion) this.#about.push({ name: 'IR version', value: `${field.value}` });
      else if (field.number === modelVersion)
        this.#about.push({ name: 'model version', value: `${field.value}` });
      else if (field.number === opsetImport) this.#opset.push(opsetOf(await this.#small(field)));
      else if (field.number === metadataProps) this.#about.push(aboutPair(await this.#small(field)));
      else if (field.number === functions) this.#functions.push(await this.#function(field));
      else if (field.number === graph && field.wire === WireType.LengthDelimited)
        await this.#readGraph(field);
      const name = texts[field.number];
      if (name === undefined) continue;
      this.#about.push({ name, value: aboutText((await this.#small(field)).toString('utf8')) });
    }
  }

  close(): Promise<void> {
    return this.#external.close();
  }

  content(): WeightsContent {
    const about = [...this.#about];
    const opset = this.#opset.map(({ name, value }) => `${name} ${value}`);
    if (opset.length > 0) about.push({ name: 'opset', value: opset.join(', ') });
    const [inputs, outputs] = [this.#inputs, this.#outputs].map(valuesInWords) as [string, string];
    if (inputs !== '') about.push({ name: 'inputs', value: inputs });
    if (outputs !== '') about.push({ name: 'outputs', value: outputs });
    about.push({ name: 'nodes', value: `${this.#nodes}` });
    if (this.#functions.length > 0) about.push({ name: 'functions', value: `${this.#functions.length}` });
    const { tensors, problems } = this;
    const nodes = () => nodesOf(this.#bytes, this.#graphs);
    const read = async () => Buffer.from(await nodeTable(nodes()));
    const texts = this.#nodes === 0 ? [] : [{ name: 'nodes', language: 'plain' as const, read }];
    const graph = {
      ...{ inputs: this.#inputs, outputs: this.#outputs, opset: this.#opset },
      ...{ functions: this.#functions, nodes },
    };
    return { format: 'onnx', tensors, about, texts, graph, problems, close: () => this.close() };
  }

  /** GraphProto. */
  async #readGraph(graph: Field): Promise<void> {
    this.#graphs.push(graph);
    for await (const field of fieldsOf(this.#cursor, graph.start + graph.length)) {
      const [node, initializer, input, output, sparseInitializer] = [1, 5, 11, 12, 15];
      if (field.wire !== WireType.LengthDelimited) continue;
      if (field.number === node) this.#nodes++;
      else if (field.number === initializer) {
        this.#add(await readTensor(this.#bytes, this.#cursor, field, this.#external));
      } else if (field.number === sparseInitializer)
        this.#add(await readSparse(this.#bytes, this.#cursor, field));
      else if (field.number === input) await this.#describe(this.#inputs, field);
      else if (field.number === output) await this.#describe(this.#outputs, field);
    }
  }

  #add(tensor: Tensor): void {
    throwIfCancelled(this.#signal);
    if (this.tensors.length >= mostTensors)
      throw new MessageFlaw(`it has more than ${formatCount(mostTensors, 'tensor')}`);
    this.tensors.push(tensor);
  }

  async #describe(list: NamedText[], field: Field): Promise<void> {
    if (list.length > mostValues) return;
    if (list.length === mostValues) {
      list.push({ name: '…', value: `more than ${mostValues.toLocaleString('en-US')}` });
      return;
    }
    const { name, value } = graphValue(await this.#small(field));
    list.push({ name: aboutText(name), value: aboutText(value) });
  }

  /** FunctionProto: its name, its domain, and what it holds as a checksum. */
  async #function({ start, length }: Field): Promise<NamedText> {
    let [name, domain] = ['', ''];
    for await (const field of fieldsOf(this.#cursor, start + length)) {
      if (field.number === 1) name = (await this.#small(field)).toString('utf8');
      else if (field.number === 10) domain = (await this.#small(field)).toString('utf8');
    }
    const sum = await sumOf(this.#bytes, this.#cursor, { start, length });
    const about = `${formatCount(length, 'byte')} (${shortSum(sum)})`;
    return { name: aboutText(domain === '' ? name : `${domain}.${name}`), value: about };
  }

  async #small({ number, length }: Field): Promise<Buffer> {
    if (length > mostSmallBytes)
      throw new MessageFlaw(`the field ${number} has ${formatCount(length, 'byte')}`);
    return this.#cursor.take(length);
  }
}

function valuesInWords(values: readonly NamedText[]): string {
  const shown = values.slice(0, shownValues).map(({ name, value }) => `${name}: ${value}`);
  return aboutText([...shown, ...(values.length > shown.length ? ['…'] : [])].join('; '));
}

/** OperatorSetIdProto: the empty domain is ONNX's own. */
function opsetOf(bytes: Buffer): NamedText {
  let [domain, version] = ['', 0];
  readMessage(bytes, {
    1: (reader) => {
      domain = reader.string();
    },
    2: (reader) => {
      version = Number(reader.int64());
    },
  });
  return { name: aboutText(domain === '' ? 'ai.onnx' : domain), value: `${version}` };
}

function aboutPair(bytes: Buffer): NamedText {
  const [name, value] = readPair(bytes);
  return { name: aboutText(name), value: aboutText(value) };
}
