/** A result as it may be handed on: where its files lay on this machine is nobody's business, unless it is asked for. */
import { basename, resolve } from 'node:path';
import type { CodeChange, DiffEntry, DiffResult } from '../contract/diff.ts';

export interface ReportOptions {
  /** Keep the paths of this machine, which are reduced to file names otherwise. */
  readonly fullPaths?: boolean;
}

export function withoutLocalPaths(result: DiffResult, { fullPaths = false }: ReportOptions = {}): DiffResult {
  if (fullPaths) return result;
  const paths = [result.before.path, result.after.path, ...(result.policy ? [result.policy.path] : [])];
  // The longest first: one path may begin with another.
  const shortened = new Map(
    paths
      .flatMap((path) => [path, resolve(path)])
      .filter((path) => path !== nameOf(path))
      .sort((a, b) => b.length - a.length)
      .map((path) => [path, nameOf(path)]),
  );
  const clean = (text: string) => {
    let cleaned = text;
    for (const [path, name] of shortened) cleaned = cleaned.replaceAll(path, () => name);
    return cleaned;
  };
  return {
    ...result,
    before: { ...result.before, path: nameOf(result.before.path) },
    after: { ...result.after, path: nameOf(result.after.path) },
    verdict: result.verdict.map((part) => ({ ...part, text: clean(part.text) })),
    entries: result.entries.map((entry) => cleanEntry(entry, clean)),
    findings: result.findings.map((finding) => ({
      ...finding,
      message: clean(finding.message),
      hint: clean(finding.hint),
    })),
    policy: result.policy && {
      ...result.policy,
      path: nameOf(result.policy.path),
      rules: result.policy.rules.map((rule) => ({
        ...rule,
        broken: rule.broken.map((item) => ({ ...item, message: clean(item.message) })),
      })),
    },
  };
}

const nameOf = (path: string) => basename(resolve(path));

/** Members of nested archives tell of their problems in the same words, a few levels down. */
function cleanEntry(entry: DiffEntry, clean: (text: string) => string): DiffEntry {
  const { problem, fallback, members, code } = entry.details;
  if ([problem, fallback, members, code].every((told) => told === undefined)) return entry;
  return {
    ...entry,
    details: {
      ...entry.details,
      ...(fallback === undefined ? {} : { fallback: clean(fallback) }),
      ...(problem === undefined ? {} : { problem: { ...problem, message: clean(problem.message) } }),
      ...(code === undefined ? {} : { code: code.map((file) => cleanFile(file, clean)) }),
      ...(members === undefined
        ? {}
        : { members: { ...members, entries: members.entries.map((member) => cleanEntry(member, clean)) } }),
    },
  };
}

const cleanFile = (file: CodeChange, clean: (text: string) => string): CodeChange =>
  file.fallback === undefined ? file : { ...file, fallback: clean(file.fallback) };
