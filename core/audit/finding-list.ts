/** Gathers findings. A hostile archive breaks one rule at every entry, so each rule speaks a bounded number of times. */
import type { Finding, Severity } from '../contract/model.ts';
import { compareNames } from '../names.ts';
import { findingOf, type Report, type Rule } from './rule.ts';

export const mostOfARule = 100;

export class FindingList {
  readonly #findings: Finding[] = [];
  readonly #counts = new Map<Rule, number>();

  readonly report: Report = (rule, path, message, hint) => {
    const count = (this.#counts.get(rule) ?? 0) + 1;
    this.#counts.set(rule, count);
    if (count <= mostOfARule) this.#findings.push(findingOf(rule, path, message, hint));
  };

  /** What was reported, in its order, and how much of it was left out. */
  get findings(): Finding[] {
    const left = [...this.#counts].filter(([, count]) => count > mostOfARule);
    return [
      ...this.#findings,
      ...left.map(([rule, count]) => {
        const more = (count - mostOfARule).toLocaleString('en-US');
        return findingOf(rule, null, `${more} more entries have the same fault`);
      }),
    ];
  }
}

const rank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

export function bySeverityThenPath(a: Finding, b: Finding): number {
  return (
    rank[a.severity] - rank[b.severity] ||
    compareNames(a.path ?? '', b.path ?? '') ||
    compareNames(a.code, b.code) ||
    compareNames(a.message, b.message)
  );
}
