/** JSON and YAML as a tree that unfolds step by step: nothing below a closed branch is ever made. */
import { isAlias, isMap, isScalar, isSeq, parseDocument, type Node as YamlNode } from 'yaml';

export interface Branch {
  readonly key: string;
  readonly kind: 'object' | 'list' | 'text' | 'number' | 'boolean' | 'null' | 'other';
  /** A value in words; of an object or a list how much is in it. */
  readonly text: string;
  readonly count: number;
  children(from: number, to: number): readonly Branch[];
}

const longestText = 2000;
/** YAML takes microseconds a character, while nothing else can be done; beyond this the text itself is shown. */
const mostYaml = 64 * 1024;

/** Null where it can't be read as a tree. */
export function readTree(text: string, language: 'json' | 'yaml'): Branch | null {
  try {
    if (language === 'json') return branchOf('', JSON.parse(text));
    if (text.length > mostYaml) return null;
    const document = parseDocument(text, { logLevel: 'silent', uniqueKeys: false });
    return document.errors.length > 0 ? null : yamlBranch('', document.contents);
  } catch {
    return null;
  }
}

const none = () => [];

function leaf(key: string, kind: Branch['kind'], text: string): Branch {
  const shown = text.length > longestText ? `${text.slice(0, longestText)} …` : text;
  return { key, kind, text: shown, count: 0, children: none };
}

function branchOf(key: string, value: unknown): Branch {
  if (Array.isArray(value)) {
    const children = (from: number, to: number) =>
      value.slice(from, to).map((one, at) => branchOf(String(from + at), one));
    return { key, kind: 'list', text: words(value.length, 'item', 'items'), count: value.length, children };
  }
  if (typeof value === 'object' && value !== null) {
    const names = Object.keys(value);
    const children = (from: number, to: number) =>
      names.slice(from, to).map((name) => branchOf(name, (value as Record<string, unknown>)[name]));
    return { key, kind: 'object', text: words(names.length, 'key', 'keys'), count: names.length, children };
  }
  if (typeof value === 'string') return leaf(key, 'text', JSON.stringify(value.slice(0, longestText + 1)));
  if (typeof value === 'number') return leaf(key, 'number', String(value));
  if (typeof value === 'boolean') return leaf(key, 'boolean', String(value));
  return leaf(key, 'null', 'null');
}

/** From the parsed text and not from values: an alias stays an alias, however often it is used. */
function yamlBranch(key: string, node: unknown): Branch {
  if (isMap(node)) {
    const { items } = node;
    const children = (from: number, to: number) =>
      items.slice(from, to).map((pair) => yamlBranch(keyWords(pair.key), pair.value));
    return { key, kind: 'object', text: words(items.length, 'key', 'keys'), count: items.length, children };
  }
  if (isSeq(node)) {
    const { items } = node;
    const children = (from: number, to: number) =>
      items.slice(from, to).map((one, at) => yamlBranch(String(from + at), one));
    return { key, kind: 'list', text: words(items.length, 'item', 'items'), count: items.length, children };
  }
  if (isAlias(node)) return leaf(key, 'other', `*${node.source}`);
  if (isScalar(node)) return branchOf(key, scalarValue(node.value));
  return leaf(key, 'null', 'null');
}

const scalarValue = (value: unknown) =>
  value === null || ['string', 'number', 'boolean'].includes(typeof value) ? value : String(value);

const keyWords = (key: unknown) =>
  isScalar(key) ? String(key.value) : String((key as YamlNode | null)?.tag ?? '?');

const words = (count: number, one: string, many: string) =>
  `${count.toLocaleString('en-US')} ${count === 1 ? one : many}`;
