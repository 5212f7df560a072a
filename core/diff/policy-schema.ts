/**
 * A policy: rules of what may differ between two archives, in YAML. docs/policy.md describes it. Every fault is refused
 * with its place, since a rule that is misread is worse than none.
 */
import { isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, visit, type YAMLError } from 'yaml';
import { contentKinds } from '../contract/diff.ts';
import { Problem } from '../contract/errors.ts';
import { compileGlob } from '../glob-match.ts';
import { isNestedAbsurdly } from '../mar/config-yaml.ts';
import {
  type Fields,
  type Growth,
  type Refuse,
  readChoices,
  readFields,
  readGrowth,
  readText,
  readTexts,
} from './policy-fields.ts';

export interface Policy {
  readonly path: string;
  readonly rules: readonly PolicyRule[];
}

export type PolicyRule = { readonly name: string } & Demand;

type Demand =
  | { readonly kind: 'allow' | 'forbid'; readonly selectors: readonly Selector[] }
  | {
      readonly kind: 'max-growth';
      readonly of: 'each' | 'total';
      readonly by: Growth;
      readonly selector: Selector;
    }
  | { readonly kind: 'forbid-downgrade'; readonly names: 'all' | readonly string[] }
  | { readonly kind: 'require-version-bump' | 'require-proof' | 'forbid-new-errors' };

/** Entries for which every field holds that is given; of a field's values one is enough. */
export interface Selector {
  readonly role?: readonly string[];
  readonly path?: readonly { readonly pattern: string; readonly fits: (name: string) => boolean }[];
  readonly kind?: readonly string[];
  readonly change?: readonly string[];
}

const selectorFields = {
  role: ['manifest', 'handler', 'model', 'weights', 'config', 'requirements', 'extra'],
  path: null,
  kind: contentKinds,
  change: ['added', 'removed', 'modified', 'renamed'],
} as const satisfies Record<keyof Selector, readonly string[] | null>;
const fieldNames = Object.keys(selectorFields) as (keyof Selector)[];

const ruleKinds = [
  'allow',
  'forbid',
  'max-growth',
  'require-version-bump',
  'forbid-downgrade',
  'require-proof',
  'forbid-new-errors',
] as const;

export const maxPolicyBytes = 256 * 1024;
const mostRules = 200;

export function parsePolicy(text: string, path: string): Policy {
  const lines = new LineCounter();
  const refuse: Refuse = (place, detail, suggestion) => {
    const { line, col } = lines.linePos(typeof place === 'number' ? place : (place?.range?.[0] ?? 0));
    const data = { path, line: Math.max(1, line), column: Math.max(1, col), detail };
    return Problem.of('POLICY_INVALID', suggestion === undefined ? data : { ...data, suggestion });
  };
  if (Buffer.byteLength(text) > maxPolicyBytes) throw refuse(0, 'a policy has at most 256 KiB');
  if (isNestedAbsurdly(text)) throw refuse(0, 'is nested too deeply for a policy');

  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const fault = document.errors[0] ?? document.warnings[0];
  if (fault) throw refuse(fault.pos[0], faultSentence(fault));
  visit(document, {
    Alias: (_, alias) => {
      throw refuse(alias, 'a policy has no aliases', 'write out what the alias stands for');
    },
  });
  const root = document.contents as Node | null;
  if (!isMap(root)) throw refuse(root, 'a policy is a map with the key rules', 'begin with "rules:"');
  const fields = readFields(root, ['rules'], 'a policy', refuse);
  const rules = fields.get('rules')?.value ?? null;
  if (!isSeq(rules) || rules.items.length === 0)
    throw refuse(
      rules ?? root,
      'rules must be a list with at least one rule',
      'begin each rule with "- name:"',
    );
  if (rules.items.length > mostRules) throw refuse(rules, `a policy has at most ${mostRules} rules`);
  return { path, rules: readRules(rules.items as (Node | null)[], refuse) };
}

function faultSentence({ code, message }: YAMLError): string {
  if (code === 'MULTIPLE_DOCS') return 'a policy is one document, and here a second one begins';
  if (code === 'DUPLICATE_KEY') return 'this key stands here for the second time';
  return message.charAt(0).toLowerCase() + message.slice(1).replace(/\.$/, '');
}

function readRules(items: readonly (Node | null)[], refuse: Refuse): PolicyRule[] {
  const rules: PolicyRule[] = [];
  const names = new Set<string>();
  for (const item of items) {
    const rule = readRule(item, refuse);
    if (names.has(rule.name)) throw refuse(item, `two rules have the name ${JSON.stringify(rule.name)}`);
    names.add(rule.name);
    // Each rule must hold by itself, so two of them would allow only what both name: hardly what was meant.
    if (rule.kind === 'allow' && rules.some(({ kind }) => kind === 'allow'))
      throw refuse(
        item,
        'a policy has one allow rule, and this is a second',
        'put both into one list under allow',
      );
    rules.push(rule);
  }
  return rules;
}

function readRule(item: Node | null, refuse: Refuse): PolicyRule {
  if (!isMap(item)) throw refuse(item, 'a rule is a map with a name and one kind of rule');
  const fields = readFields(item, ['name', ...ruleKinds], 'a rule', refuse);
  const nameField = fields.get('name');
  if (nameField === undefined)
    throw refuse(item, 'this rule has no name', 'give it one, such as - name: Weights stay');
  const name = readText(nameField.value, 'name', refuse);
  const kinds = ruleKinds.filter((kind) => fields.has(kind));
  const [kind, second] = kinds;
  if (kind === undefined)
    throw refuse(
      item,
      `the rule ${JSON.stringify(name)} asks for nothing`,
      `give it one of ${ruleKinds.join(', ')}`,
    );
  if (second !== undefined)
    throw refuse(
      fields.get(second)?.key,
      `the rule ${JSON.stringify(name)} has both ${kind} and ${second}`,
      'make them two rules',
    );
  return { name, ...readDemand(kind, fields.get(kind)?.value ?? null, refuse) };
}

function readDemand(kind: (typeof ruleKinds)[number], node: Node | null, refuse: Refuse): Demand {
  switch (kind) {
    case 'allow':
    case 'forbid': {
      const selectors = isSeq(node) ? (node.items as (Node | null)[]) : [node];
      if (selectors.length === 0) throw refuse(node, `${kind} has an empty list`);
      return { kind, selectors: selectors.map((item) => readSelector(item, kind, refuse)) };
    }
    case 'max-growth':
      return readGrowthRule(node, refuse);
    case 'forbid-downgrade':
      return { kind, names: readNames(node, refuse) };
    case 'require-proof':
      if (!isScalar(node) || node.value !== 'sha256')
        throw refuse(node, 'require-proof must be sha256, since CRC-32 is known without being asked for');
      return { kind };
    default:
      if (!isScalar(node) || node.value !== true)
        throw refuse(node, `${kind} must be true`, 'leave the rule out to not ask for it');
      return { kind };
  }
}

function readSelector(node: Node | null, kind: string, refuse: Refuse): Selector {
  if (!isMap(node) || node.items.length === 0)
    throw refuse(
      node,
      `${kind} takes a map with one or more of ${fieldNames.join(', ')}, or a list of such maps`,
    );
  return selectorOf(readFields(node, fieldNames, kind, refuse), refuse);
}

function selectorOf(fields: Fields, refuse: Refuse): Selector {
  const selector: { -readonly [field in keyof Selector]: Selector[field] } = {};
  for (const field of ['role', 'kind', 'change'] as const) {
    const given = fields.get(field);
    if (given) selector[field] = readChoices(given.value, field, selectorFields[field], refuse);
  }
  const path = fields.get('path');
  if (path)
    selector.path = readTexts(path.value, 'path', refuse).map(({ text, item }) => {
      if (/^[./]*$/.test(text))
        throw refuse(item, `path ${JSON.stringify(text)} names no entry`, 'write ** for all entries');
      return { pattern: text, fits: compileGlob(text) };
    });
  return selector;
}

function readGrowthRule(node: Node | null, refuse: Refuse): Demand {
  if (!isMap(node)) throw refuse(node, 'max-growth is a map, such as { of: total, by: 10% }');
  const fields = readFields(node, ['of', 'by', ...fieldNames], 'max-growth', refuse);
  const [of] = fields.has('of')
    ? readChoices(fields.get('of')?.value ?? null, 'of', ['each', 'total'], refuse)
    : [];
  if (of === undefined) throw refuse(node, 'max-growth needs of: each or of: total');
  const by = fields.get('by');
  if (by === undefined) throw refuse(node, 'max-growth needs by, such as by: 10% or by: 5 MiB');
  const extra = fieldNames.find((field) => fields.has(field));
  if (of === 'total' && extra !== undefined)
    throw refuse(
      fields.get(extra)?.key,
      `with of: total, ${extra} can't be given`,
      'use of: each to pick entries',
    );
  return {
    kind: 'max-growth',
    of: of as 'each' | 'total',
    by: readGrowth(by.value, refuse),
    selector: selectorOf(fields, refuse),
  };
}

function readNames(node: Node | null, refuse: Refuse): 'all' | readonly string[] {
  if (isScalar(node) && node.value === 'all') return 'all';
  return readTexts(node, 'forbid-downgrade', refuse).map(({ text, item }) => {
    if (text === 'all') throw refuse(item, 'all stands alone: forbid-downgrade: all');
    return text === 'modelVersion' ? text : text.toLowerCase().replace(/[-_.]+/g, '-');
  });
}
