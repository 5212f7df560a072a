/** JSON and YAML read into one form, or else why not, with the place. */
import { isMap, isPair, isScalar, isSeq, type Node, type Pair, type Scalar } from 'yaml';
import { type JsonNode, readJson } from '../json/check-json.ts';
import { type BoundedYaml, parseBoundedYaml } from '../mar/config-yaml.ts';
import { clipped, type Forest, type Tree } from './tree.ts';

/** Why a text can't be compared by its keys. */
export interface Unreadable {
  readonly why: string;
}

/** The values take several times the text; what is longer is compared as text. */
const maxJsonLength = 10_000_000;

export function readJsonTree(text: string, forest: Forest): Tree | Unreadable {
  if (text.length > maxJsonLength)
    return {
      why: `is too long to be compared by its keys (${text.length.toLocaleString('en-US')} characters)`,
    };
  const { flaws, root } = readJson(text);
  // Of two equal keys one reader takes the first and another the last, so there is no one meaning to compare.
  const flaw =
    flaws.find(({ kind }) => kind === 'syntax') ??
    flaws.find(({ kind }) => kind === 'duplicate key' || kind === 'too deep');
  if (flaw) {
    const what = flaw.kind === 'syntax' ? 'is not valid JSON' : "can't be compared by its keys";
    return { why: `${what}: ${clipped(flaw.detail, 200)} (line ${flaw.line}, column ${flaw.column})` };
  }
  return root === null ? { why: 'is not valid JSON' } : jsonTree(root, forest);
}

/** The depth was bounded by the reader. */
function jsonTree(node: JsonNode, forest: Forest): Tree {
  if (node.kind === 'string') return forest.string(node.value);
  if (node.kind === 'array') return forest.list(node.items.map((item) => jsonTree(item, forest)));
  if (node.kind === 'object') {
    const members = new Map<string, Tree>();
    for (const [key, value] of node.members) members.set(key, jsonTree(value, forest));
    return forest.map(members);
  }
  if (node.source === 'null') return forest.leaf('null', 'null', null);
  if (node.source === 'true' || node.source === 'false')
    return forest.leaf('boolean', node.source, node.source === 'true');
  return /[.eE]/.test(node.source) ? forest.float(Number(node.source)) : forest.integer(node.source);
}

export function readYamlTree(text: string, forest: Forest): Tree | Unreadable {
  const parsed = parseBoundedYaml(text);
  if ('code' in parsed) return { why: `${parsed.message} (line ${parsed.line}, column ${parsed.column})` };
  try {
    return new YamlReader(parsed, forest).read(parsed.document.contents, 0);
  } catch (error) {
    if (error instanceof Unmeaning) return { why: error.message };
    throw error;
  }
}

/** Aliases can stack what the text nests, so the depth is bounded once more. */
const deepest = 300;

class Unmeaning extends Error {}

class YamlReader {
  readonly #yaml: BoundedYaml;
  readonly #forest: Forest;

  constructor(yaml: BoundedYaml, forest: Forest) {
    this.#yaml = yaml;
    this.#forest = forest;
  }

  read(node: unknown, depth: number): Tree {
    if (depth > deepest) this.#stop('is nested too deeply to be compared by its keys', node);
    if (node === null || node === undefined) return this.#forest.leaf('null', 'null', null);
    if (isMap(node)) return this.#forest.map(this.#members(node.items, depth));
    // The types of ordered maps and of pairs are lists of pairs.
    if (isSeq(node))
      return this.#forest.list(
        node.items.map((item) =>
          isPair(item) ? this.#forest.map(this.#members([item], depth + 1)) : this.read(item, depth + 1),
        ),
      );
    if (isScalar(node)) return this.#scalar(node);
    return this.#stop('refers to an anchor that does not exist', node);
  }

  #members(pairs: readonly Pair[], depth: number): Map<string, Tree> {
    const members = new Map<string, Tree>();
    const merged = new Map<string, Tree>();
    for (const pair of pairs) {
      if (!isScalar(pair.key)) this.#stop('has a key that is itself a list or a map', pair.key);
      const { value } = pair.key;
      if (typeof value === 'symbol' || value === '<<') {
        this.#merge(pair.value, depth, merged);
        continue;
      }
      const key = typeof value === 'string' ? value : String(pair.key.source ?? value);
      if (members.has(key))
        this.#stop(`has the key ${JSON.stringify(clipped(key, 200))} a second time`, pair.key);
      members.set(key, this.read(pair.value, depth + 1));
    }
    // What a map says itself counts more than what is merged into it.
    for (const [key, value] of merged) if (!members.has(key)) members.set(key, value);
    return members;
  }

  #merge(node: unknown, depth: number, merged: Map<string, Tree>): void {
    for (const source of isSeq(node) ? node.items : [node]) {
      if (!isMap(source)) this.#stop('merges what is no map', source);
      const tree = this.read(source, depth + 1);
      if (tree.kind !== 'map') continue;
      for (const [key, value] of tree.members) if (!merged.has(key)) merged.set(key, value);
    }
  }

  #scalar(scalar: Scalar): Tree {
    const { value } = scalar;
    if (typeof value === 'string') return this.#forest.string(value);
    if (typeof value === 'boolean') return this.#forest.leaf('boolean', String(value), value);
    if (typeof value === 'number') return this.#number(value, scalar);
    if (value instanceof Date) return this.#forest.leaf('date', dateText(value));
    if (value instanceof Uint8Array) return this.#forest.leaf('bytes', Buffer.from(value).toString('base64'));
    if (value === null || value === undefined) return this.#forest.leaf('null', 'null', null);
    return this.#stop('holds a value of an unknown kind', scalar);
  }

  /** 8.0 is no integer to TorchServe, and a long integer is more than a number of JavaScript holds. */
  #number(value: number, { source = '' }: Scalar): Tree {
    const digits = source.replaceAll('_', '');
    if (!Number.isInteger(value) || /^[-+]?\d*\.\d*(?:e|$)|^[-+]?\d+e/i.test(digits))
      return this.#forest.float(value);
    if (Number.isSafeInteger(value)) return this.#forest.integer(String(value));
    return this.#forest.integer(/^[-+]?[1-9]\d*$/.test(digits) ? digits : BigInt(value).toString());
  }

  #stop(why: string, node: unknown): never {
    const offset = (node as Node | null | undefined)?.range?.[0];
    const place = offset === undefined ? null : this.#yaml.placeOf(offset);
    throw new Unmeaning(place ? `${why} (line ${place.line}, column ${place.column})` : why);
  }
}

const dateText = (date: Date) => (Number.isNaN(date.getTime()) ? 'no date' : date.toISOString());
