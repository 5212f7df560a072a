/** Judges what changed by the rules of a policy. Every rule must hold by itself; what breaks one is named. */
import type {
  DiffEntry,
  DiffResult,
  PolicyResult,
  PolicyRuleResult,
  RequirementChange,
} from '../contract/diff.ts';
import { formatBytes, formatPercent } from '../contract/format.ts';
import { compareVersions, parseVersion } from '../python/pep440.ts';
import type { Growth } from './policy-fields.ts';
import type { Policy, PolicyRule, Selector } from './policy-schema.ts';

export { type Policy, parsePolicy } from './policy-schema.ts';
export { starterPolicy, starterPolicyFrom } from './policy-starter.ts';

type Broken = PolicyRuleResult['broken'][number];

export function judgePolicy(policy: Policy, result: DiffResult): PolicyResult {
  const rules = policy.rules.map((rule) => {
    const broken = judge(rule, result);
    return { name: rule.name, ok: broken.length === 0, asks: asksOf(rule), broken };
  });
  return { ok: rules.every(({ ok }) => ok), path: policy.path, rules };
}

function judge(rule: PolicyRule, result: DiffResult): Broken[] {
  switch (rule.kind) {
    case 'allow':
      return changed(result)
        .filter((entry) => !sidesOf(entry).every((side) => rule.selectors.some((one) => fits(one, side))))
        .map((entry) => about(entry, `${describe(entry)}, which no item of the rule allows`));
    case 'forbid':
      return changed(result)
        .filter((entry) => rule.selectors.some((selector) => selects(selector, entry)))
        .map((entry) => about(entry, describe(entry)));
    case 'max-growth':
      return rule.of === 'total' ? totalGrowth(rule.by, result) : entryGrowth(rule.by, rule.selector, result);
    case 'require-version-bump':
      return versionBump(result);
    case 'forbid-downgrade':
      return downgrades(rule.names, result);
    case 'require-proof':
      return proof(result);
    case 'forbid-new-errors':
      return result.findings
        .filter(({ severity }) => severity === 'error')
        .map(({ code, path, message }) => ({ path, message: `${code}: ${message}` }));
  }
}

/** The same file in another role is a change as well: the manifest may name other weights that were there before. */
const changed = ({ entries }: DiffResult) =>
  entries.filter(({ change, fromRole }) => change !== 'unchanged' || fromRole !== undefined);

const about = ({ path }: DiffEntry, message: string): Broken => ({ path, message });

function describe({ change, from, role, fromRole, kind }: DiffEntry): string {
  if (change === 'unchanged') return `the same content, now ${role}, was ${fromRole}`;
  const what = role === 'extra' ? kind : role === kind ? role : `${role}, ${kind}`;
  return change === 'renamed' && from !== null ? `renamed from ${from} (${what})` : `${change} (${what})`;
}

/** An entry is meant by what it was as well: else a new name or role would take it out of a rule's reach. */
const selects = (selector: Selector, entry: DiffEntry) => sidesOf(entry).some((side) => fits(selector, side));

/** What is allowed must be so on both sides: else weights could move to where documents may change. */
const sidesOf = (entry: DiffEntry): DiffEntry[] => [
  entry,
  { ...entry, path: entry.from ?? entry.path, role: entry.fromRole ?? entry.role },
];

function fits({ role, path, kind, change }: Selector, entry: DiffEntry): boolean {
  return (
    (role === undefined || role.includes(entry.role)) &&
    (kind === undefined || kind.includes(entry.kind)) &&
    (change === undefined || change.includes(entry.change)) &&
    (path === undefined || path.some((pattern) => pattern.fits(entry.path)))
  );
}

function totalGrowth(by: Growth, { summary: { bytesBefore, bytesAfter } }: DiffResult): Broken[] {
  const message = growthBeyond(by, bytesBefore, bytesAfter);
  return message === null ? [] : [{ path: null, message: `the contents grew ${message}` }];
}

function entryGrowth(by: Growth, selector: Selector, result: DiffResult): Broken[] {
  return changed(result).flatMap((entry) => {
    if (entry.after === null || !selects(selector, entry)) return [];
    // A new entry grew by all that it is, but by no percentage of nothing.
    if (entry.before === null && by.unit === 'percent') return [];
    const message = growthBeyond(by, entry.before?.size ?? 0, entry.after.size);
    return message === null ? [] : [about(entry, `grew ${message}`)];
  });
}

function growthBeyond({ amount, unit, written }: Growth, before: number, after: number): string | null {
  const growth = after - before;
  const most = unit === 'bytes' ? amount : (before * amount) / 100;
  if (growth <= most) return null;
  const share = before === 0 ? '' : ` (${formatPercent(growth, before)})`;
  return `by ${formatBytes(growth)}${share}, from ${formatBytes(before)} to ${formatBytes(after)}; at most ${written} may be`;
}

/** What packing again changes by itself asks for no new version. */
const selfChanging = new Set(['createdOn', 'archiverVersion', 'model.modelVersion']);

function versionBump(result: DiffResult): Broken[] {
  const content = changed(result).find(({ role }) => role !== 'manifest');
  const field = result.manifest.find(({ path }) => !selfChanging.has(path));
  if (content === undefined && field === undefined) return [];
  const what = content === undefined ? `${field?.path} of the manifest` : content.path;
  const [before, after] = [result.before.modelVersion, result.after.modelVersion];
  const broken = (message: string) => [{ path: content?.path ?? null, message }];
  if (after === null) return broken(`${what} changed, and the new archive has no modelVersion`);
  if (before === null) return [];
  if (before === after) return broken(`${what} changed, and modelVersion is still ${after}`);
  const order = orderOf(before, after);
  if (order === null)
    return broken(`modelVersion went from ${before} to ${after}, and nothing tells which of them is higher`);
  return order < 0 ? [] : broken(`modelVersion went from ${before} to ${after}, which is not higher`);
}

function downgrades(names: 'all' | readonly string[], result: DiffResult): Broken[] {
  const isMeant = (name: string) => names === 'all' || names.includes(name);
  const found = isMeant('modelVersion') ? modelDowngrade(result) : [];
  if (names !== 'all' && names.every((name) => name === 'modelVersion')) return found;
  for (const entry of changed(result)) {
    if (entry.kind !== 'requirements' && entry.role !== 'requirements') continue;
    const { problem, changes, fallback } = entry.details;
    const isUnread = problem !== undefined || (entry.change === 'modified' && changes === undefined);
    if (isUnread) {
      const why = problem?.message ?? fallback ?? 'its packages were not compared';
      found.push(about(entry, `a downgrade can't be ruled out: ${why}`));
    }
    for (const change of changes ?? []) {
      if (!isRequirement(change) || change.how !== 'downgraded' || !isMeant(change.name)) continue;
      found.push(about(entry, `${change.name} went from ${change.before} to ${change.after}`));
    }
  }
  return found;
}

const isRequirement = (change: object): change is RequirementChange => 'name' in change;

/** Model versions are free text; most are numbers with dots. Null where one of them has no order. */
function orderOf(before: string, after: string): number | null {
  const [old, now] = [parseVersion(before), parseVersion(after)];
  return old === null || now === null ? null : compareVersions(old, now);
}

function modelDowngrade({ before, after }: DiffResult): Broken[] {
  if (before.modelVersion === null || after.modelVersion === null) return [];
  const order = orderOf(before.modelVersion, after.modelVersion);
  if (order === null || order <= 0) return [];
  return [{ path: null, message: `modelVersion went from ${before.modelVersion} to ${after.modelVersion}` }];
}

function proof({ proof }: DiffResult): Broken[] {
  if (proof === 'sha256') return [];
  return [{ path: null, message: 'equal contents rest on CRC-32 and size only; compare with --verify' }];
}

function asksOf(rule: PolicyRule): string {
  switch (rule.kind) {
    case 'allow':
      return `nothing may change but ${rule.selectors.map(inWords).join(', or ')}`;
    case 'forbid':
      return `no change of ${rule.selectors.map(inWords).join(', or ')}`;
    case 'max-growth':
      return rule.of === 'total'
        ? `all contents together grow by at most ${rule.by.written}`
        : `no entry of ${inWords(rule.selector)} grows by more than ${rule.by.written}`;
    case 'require-version-bump':
      return 'a higher modelVersion where anything else changed';
    case 'forbid-downgrade':
      return rule.names === 'all'
        ? 'no lower version of any package, nor of the model'
        : `no lower version of ${rule.names.join(', ')}`;
    case 'require-proof':
      return 'equal contents are proven by SHA-256';
    case 'forbid-new-errors':
      return 'no error-level finding that the old archive did not have';
  }
}

function inWords({ role, path, kind, change }: Selector): string {
  const parts = [
    ...(role === undefined ? [] : [`role ${role.join(' or ')}`]),
    ...(path === undefined ? [] : [`path ${path.map(({ pattern }) => pattern).join(' or ')}`]),
    ...(kind === undefined ? [] : [`kind ${kind.join(' or ')}`]),
    ...(change === undefined ? [] : [change.join(' or ')]),
  ];
  return parts.length === 0 ? 'any kind' : parts.join(' and ');
}
