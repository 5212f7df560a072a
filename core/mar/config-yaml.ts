/** YAML as SnakeYAML and PyYAML's safe_load read it: version 1.1, no foreign types, with places for messages. */
import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from 'yaml';

export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface ConfigFault extends Place {
  readonly code: 'CONFIG_INVALID' | 'CONFIG_EMPTY' | 'YAML_UNSAFE';
  readonly message: string;
}

export interface ConfigEntry {
  /** Dotted, as `torchrun.nnodes`. */
  readonly path: string;
  readonly key: string;
  readonly value: unknown;
  /** A scalar as it stands in the file: 8.0 is no integer to TorchServe, but is one to JavaScript. */
  readonly written: string | null;
  readonly place: Place;
  readonly children: readonly ConfigEntry[];
}

export interface ConfigDocument {
  readonly entries: readonly ConfigEntry[];
  readonly duplicates: readonly (Place & { readonly key: string })[];
}

export const maxConfigBytes = 1_000_000;
/** SnakeYAML refuses a document with more aliases to lists and maps than this. */
const mostAliases = 50;
const mostNodes = 20_000;

export function parseConfigYaml(text: string): ConfigDocument | ConfigFault {
  const parsed = parseBoundedYaml(text);
  if ('code' in parsed) return parsed;
  try {
    return readDocument(parsed);
  } catch (error) {
    if (error instanceof Unresolvable)
      return { code: 'CONFIG_INVALID', ...error.place, message: error.message };
    throw error;
  }
}

/** A document that is safe to unfold: of bounded size, without foreign types, its aliases replaced by what they name. */
export interface BoundedYaml {
  readonly document: Document.Parsed;
  readonly placeOf: (offset: number) => Place;
}

export function parseBoundedYaml(text: string): BoundedYaml | ConfigFault {
  if (Buffer.byteLength(text) > maxConfigBytes) {
    return unsafe(
      start,
      `has ${Buffer.byteLength(text).toLocaleString('en-US')} bytes, and at most 1,000,000 are read`,
    );
  }
  if (isNestedAbsurdly(text)) return unsafe(start, 'is nested too deeply to be read');
  const lines = new LineCounter();
  const document = parseDocument(text, {
    version: '1.1',
    lineCounter: lines,
    uniqueKeys: false,
    prettyErrors: false,
    stringKeys: false,
  });
  return boundDocument(document, text, lines);
}

const start: Place = { line: 1, column: 1 };

/** An alias without an anchor, or a merge of what is no map: found only when values are asked for. */
class Unresolvable extends Error {
  readonly place: Place;

  constructor(place: Place, cause: unknown) {
    const detail = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    super(`is not valid YAML: ${detail}`, { cause });
    this.place = place;
  }
}

const deepestNesting = 200;

/** The parser calls itself for every level, so depth is bounded before it begins; brackets in texts count too. */
export function isNestedAbsurdly(text: string): boolean {
  if (new RegExp(`(?:[-?:][ \\t]+){${deepestNesting}}`).test(text)) return true;
  let depth = 0;
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = bracket === '[' || bracket === '{' ? depth + 1 : Math.max(0, depth - 1);
    if (depth > deepestNesting) return true;
  }
  return false;
}

function unsafe(place: Place, message: string): ConfigFault {
  return { code: 'YAML_UNSAFE', ...place, message };
}

function boundDocument(
  document: Document.Parsed,
  text: string,
  lines: LineCounter,
): BoundedYaml | ConfigFault {
  const placeOf = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const foreign = document.warnings.find((warning) => warning.code === 'TAG_RESOLVE_FAILED');
  if (foreign) {
    const tag = /^[^\s,[\]{}]+/.exec(text.slice(foreign.pos[0]))?.[0] ?? '!';
    return unsafe(placeOf(foreign.pos[0]), `asks for an object of the type ${tag}`);
  }
  const [error] = document.errors;
  if (error) {
    const message = error.message.split('\n')[0]?.replace(/\.$/, '') ?? '';
    return { code: 'CONFIG_INVALID', ...placeOf(error.pos[0]), message: `is not valid YAML: ${message}` };
  }

  const { nodes, aliases, targets } = expandedSize(document);
  if (aliases > mostAliases) return unsafe(start, `has more than ${mostAliases} aliases to lists and maps`);
  if (nodes > mostNodes)
    return unsafe(start, `unfolds to more than ${mostNodes.toLocaleString('en-US')} values`);
  // From here on no alias has to be looked up, for which the library walks the whole document each time.
  visit(document, { Alias: (_, alias) => targets.get(alias) });
  return { document, placeOf };
}

function readDocument({ document, placeOf }: BoundedYaml): ConfigDocument | ConfigFault {
  const root = document.contents as unknown;
  if (root === null || (isScalar(root) && root.value === null)) {
    return { code: 'CONFIG_EMPTY', ...start, message: 'holds no key' };
  }
  if (!isMap(root)) {
    const kind = isSeq(root) ? 'a list' : 'a single value';
    return { code: 'CONFIG_INVALID', ...start, message: `is ${kind}, not a map of keys` };
  }
  const duplicates: (Place & { key: string })[] = [];
  return { entries: readMap(root, '', document, placeOf, duplicates), duplicates };
}

type PlaceOf = BoundedYaml['placeOf'];

function readMap(
  map: unknown,
  parent: string,
  document: Document.Parsed,
  placeOf: PlaceOf,
  duplicates: (Place & { key: string })[],
): ConfigEntry[] {
  if (!isMap(map)) return [];
  // Of equal keys the last one counts, for both of TorchServe's readers.
  const entries = new Map<string, ConfigEntry>();
  for (const pair of map.items) {
    const keyNode = isNode(pair.key) ? pair.key : undefined;
    const keyValue = isScalar(pair.key) ? pair.key.value : pair.key;
    // Version 1.1 makes a symbol of the key that merges.
    const key = typeof keyValue === 'symbol' ? '<<' : String(keyValue);
    const place = placeOf(keyNode?.range?.[0] ?? 0);
    const path = parent === '' ? key : `${parent}.${key}`;
    const node = resolved(pair.value, place);
    if (key === '<<') {
      for (const merged of isSeq(node) ? node.items : [node]) {
        const target = resolved(merged, place);
        for (const entry of readMap(target, parent, document, placeOf, [])) {
          if (!entries.has(entry.key)) entries.set(entry.key, entry);
        }
      }
      continue;
    }
    if (entries.has(key)) duplicates.push({ key: path, ...place });
    entries.delete(key);
    entries.set(key, {
      path,
      key,
      value: readValue(node, document, place),
      written: isScalar(node) && typeof node.source === 'string' ? node.source : null,
      place,
      children: readMap(node, path, document, placeOf, duplicates),
    });
  }
  return [...entries.values()];
}

/** The aliases that are left are those without an anchor. */
function resolved(node: unknown, place: Place): unknown {
  if (isAlias(node)) throw new Unresolvable(place, new Error(`no anchor for the alias *${node.source}`));
  return node;
}

function readValue(node: unknown, document: Document.Parsed, place: Place): unknown {
  if (!isNode(node)) return null;
  try {
    // The size was bounded before, so unfolding is safe.
    return node.toJS(document, { maxAliasCount: -1 });
  } catch (error) {
    throw new Unresolvable(place, error);
  }
}

interface ExpandedSize {
  readonly nodes: number;
  /** Those to lists and maps, as SnakeYAML counts them. */
  readonly aliases: number;
  readonly targets: ReadonlyMap<Alias, Node>;
}

/** What the document would unfold to, counted without unfolding it and no further than past a bound. */
function expandedSize(document: Document.Parsed): ExpandedSize {
  let aliases = 0;
  const known = new Map<unknown, number>();
  // The walk is in the order of the text, so an anchor here is the last one before the alias.
  const anchors = new Map<string, Node>();
  const targets = new Map<Alias, Node>();
  const sizeOf = (node: unknown): number => {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (!target) return 1;
      targets.set(node, target);
      if (isMap(target) || isSeq(target)) aliases++;
      return known.get(target) ?? 1;
    }
    if ((isCollection(node) || isScalar(node)) && node.anchor) anchors.set(node.anchor, node);
    // An alias inside its own anchor would otherwise be followed for ever.
    known.set(node, mostNodes + 1);
    let size = 1;
    for (const part of partsOf(node)) {
      if (size > mostNodes || aliases > mostAliases) break;
      size += sizeOf(part);
    }
    known.set(node, size);
    return size;
  };
  return { nodes: sizeOf(document.contents), aliases, targets };
}

function partsOf(node: unknown): readonly unknown[] {
  if (isMap(node) || isSeq(node)) return node.items;
  return isPair(node) ? [node.key, node.value] : [];
}
