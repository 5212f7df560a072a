/** What stands in the YAML of a policy, read as what a rule asks for, or refused with its place. */
import { isScalar, isSeq, type Node, type Pair, type YAMLMap } from 'yaml';
import type { Problem } from '../contract/errors.ts';
import { nearest } from '../suggest.ts';

/** Makes the problem; a node stands for its place, a number for an offset. */
export type Refuse = (
  place: number | Node | null | undefined,
  detail: string,
  suggestion?: string,
) => Problem;

export interface Growth {
  readonly amount: number;
  readonly unit: 'bytes' | 'percent';
  /** As the policy has it. */
  readonly written: string;
}

const longestText = 500;

export type Fields = ReadonlyMap<string, { readonly key: Node; readonly value: Node | null }>;

export function readFields(map: YAMLMap, known: readonly string[], what: string, refuse: Refuse): Fields {
  const fields = new Map<string, { key: Node; value: Node | null }>();
  for (const { key, value } of map.items as Pair<Node, Node | null>[]) {
    const name = isScalar(key) ? String(key.value) : '';
    if (!known.includes(name)) {
      const meant = nearest(name, [...known]);
      throw refuse(
        key,
        `${JSON.stringify(name.slice(0, longestText))} is not a key of ${what}`,
        meant === null ? `the keys are ${known.join(', ')}` : `did you mean ${meant}?`,
      );
    }
    fields.set(name, { key, value });
  }
  return fields;
}

export function readChoices(
  node: Node | null,
  field: string,
  choices: readonly string[],
  refuse: Refuse,
): string[] {
  return readTexts(node, field, refuse).map(({ text, item }) => {
    if (choices.includes(text)) return text;
    const meant = nearest(text, [...choices]);
    throw refuse(
      item,
      `${field} can't be ${JSON.stringify(text)}`,
      meant === null ? `choose from ${choices.join(', ')}` : `did you mean ${meant}?`,
    );
  });
}

export function readTexts(
  node: Node | null,
  field: string,
  refuse: Refuse,
): { text: string; item: Node | null }[] {
  const items = isSeq(node) ? (node.items as (Node | null)[]) : [node];
  if (items.length === 0) throw refuse(node, `${field} has an empty list`);
  return items.map((item) => ({ text: readText(item, field, refuse), item }));
}

export function readText(node: Node | null, field: string, refuse: Refuse): string {
  const value = isScalar(node) ? node.value : null;
  if (typeof value !== 'string' || value.trim() === '') throw refuse(node, `${field} must be a text`);
  if (value.length > longestText) throw refuse(node, `${field} is longer than ${longestText} characters`);
  return value.trim();
}

const units: ReadonlyMap<string, number> = new Map([
  ['', 1],
  ['b', 1],
  ['kib', 2 ** 10],
  ['mib', 2 ** 20],
  ['gib', 2 ** 30],
  ['tib', 2 ** 40],
  ['kb', 1e3],
  ['mb', 1e6],
  ['gb', 1e9],
  ['tb', 1e12],
]);

export function readGrowth(node: Node | null, refuse: Refuse): Growth {
  const written = isScalar(node) ? String(node.value) : '';
  const match = /^(\d{1,15}(?:\.\d{1,6})?) ?(%|[KMGT]?i?B|)$/i.exec(written);
  const unit = match?.[2]?.toLowerCase() ?? '';
  const factor = unit === '%' ? 1 : units.get(unit);
  if (match === null || factor === undefined)
    throw refuse(node, 'by must be a number of bytes, such as 4096 or 5 MiB, or a percentage, such as 10%');
  const amount = Number(match[1]) * factor;
  const shown = unit === '' ? `${Number(written).toLocaleString('en-US')} bytes` : written;
  return { amount, unit: unit === '%' ? 'percent' : 'bytes', written: shown };
}
