/** ONNX: a protobuf message of which the graph's initialisers are the weights; they are walked over, not read. */
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import { formatCount } from '../contract/format.ts';
import type { WeightsProblem } from '../contract/weights.ts';
import { aboutText } from './about.ts';
import { Cursor } from './bytes.ts';
import type { ReadContext, WeightsContent } from './content.ts';
import { ExternalFiles } from './onnx-external.ts';
import { aboutValue, nodeTable } from './onnx-graph.ts';
import { readSparse, readTensor } from './onnx-tensor.ts';
import { type Field, fieldsOf, MessageFlaw, readMessage, readPair, WireType } from './protobuf.ts';
import type { Tensor, WeightsBytes } from './tensor.ts';

const mostTensors = 1_000_000;
/** A text or a description of an input. */
const mostSmallBytes = 1024 * 1024;
const shownValues = 100;
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
  readonly #about: { name: string; value: string }[] = [];
  readonly #opsets: string[] = [];
  readonly #inputs: string[] = [];
  readonly #outputs: string[] = [];
  #nodes = 0;
  #functions = 0;
  #graph: Field | null = null;

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
      else if (field.number === opsetImport) this.#opsets.push(opsetOf(await this.#small(field)));
      else if (field.number === metadataProps) this.#about.push(aboutPair(await this.#small(field)));
      else if (field.number === functions) this.#functions++;
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
    if (this.#opsets.length > 0) about.push({ name: 'opset', value: this.#opsets.join(', ') });
    if (this.#inputs.length > 0) about.push({ name: 'inputs', value: aboutText(this.#inputs.join('; ')) });
    if (this.#outputs.length > 0) about.push({ name: 'outputs', value: aboutText(this.#outputs.join('; ')) });
    about.push({ name: 'nodes', value: `${this.#nodes}` });
    if (this.#functions > 0) about.push({ name: 'functions', value: `${this.#functions}` });
    const { tensors, problems } = this;
    const [graph, bytes] = [this.#graph, this.#bytes];
    const texts =
      graph === null || this.#nodes === 0
        ? []
        : [{ name: 'nodes', language: 'plain' as const, read: () => nodeTable(bytes, graph) }];
    return { format: 'onnx', tensors, about, texts, problems, close: () => this.close() };
  }

  /** GraphProto. */
  async #readGraph(graph: Field): Promise<void> {
    this.#graph = graph;
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

  async #describe(list: string[], field: Field): Promise<void> {
    if (list.length < shownValues) list.push(aboutValue(await this.#small(field)));
    else if (list.length === shownValues) list.push('…');
  }

  async #small({ number, length }: Field): Promise<Buffer> {
    if (length > mostSmallBytes)
      throw new MessageFlaw(`the field ${number} has ${formatCount(length, 'byte')}`);
    return this.#cursor.take(length);
  }
}

/** OperatorSetIdProto: the empty domain is ONNX's own. */
function opsetOf(bytes: Buffer): string {
  let [domain, version] = ['', 0];
  readMessage(bytes, {
    1: (reader) => {
      domain = reader.string();
    },
    2: (reader) => {
      version = Number(reader.int64());
    },
  });
  return `${domain === '' ? 'ai.onnx' : domain} ${version}`;
}

function aboutPair(bytes: Buffer): { name: string; value: string } {
  const [name, value] = readPair(bytes);
  return { name: aboutText(name), value: aboutText(value) };
}
