/** What a reader must know of the machine before a number means anything. */
import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { formatBytes } from '../core/contract/format.ts';

export function describeMachine(): string[] {
  const models = new Set(cpus().map(({ model }) => model.trim()));
  return [
    `- Machine: ${cpus().length} cores (${[...models].join(', ')}), ${formatBytes(totalmem())} of memory, ${type()} ${release()}`,
    `- Date: ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    `- Commit: ${commit()}`,
  ];
}

/** A number beside 0 says how much else the machine had to do. */
export function describeLoad(): string {
  return loadavg()[0]?.toFixed(1) ?? 'unknown';
}

function commit(): string {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: import.meta.dirname, encoding: 'utf8' });
  try {
    const hash = git('rev-parse', '--short=12', 'HEAD').trim();
    const changed = git('status', '--porcelain', '--', '../core', '../cli', '../package-lock.json').trim();
    return changed === '' ? hash : `${hash}, with changes in core or cli`;
  } catch {
    return 'unknown';
  }
}
