/**
 * Runs one command as a whole process and says what it took. GNU time stands in between: it reads the
 * kernel's own accounts, and being small it adds nothing to the peak of what it starts.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface BenchCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
}

export interface Measurement {
  readonly seconds: number;
  /** User and system time of the process and all that it started, or null where it can't be had. */
  readonly cpuSeconds: number | null;
  /** The resident set of the largest process at its peak, or null where it can't be had. */
  readonly peakBytes: number | null;
}

const gnuTime = promisify(execFile)('time', ['--version']).then(
  ({ stdout, stderr }) => `${stdout}${stderr}`.includes('GNU'),
  () => false,
);

/** Null, or why CPU time and memory are missing from the tables. */
export async function accountsMissing(): Promise<string | null> {
  return (await gnuTime) ? null : 'CPU time and peak memory are missing: there is no GNU time on PATH';
}

/** Rejects, with the last that the command said, when it does not end with exit code 0. */
export async function measure({ program, args, cwd }: BenchCommand): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), 'mar-studio-bench-'));
  try {
    const accounts = join(folder, 'accounts');
    const timed = (await gnuTime)
      ? { program: 'time', args: ['-o', accounts, '-f', '%U %S %M', program, ...args] }
      : { program, args };
    const started = performance.now();
    await run(timed.program, timed.args, cwd);
    const seconds = (performance.now() - started) / 1000;
    if (!(await gnuTime)) return { seconds, cpuSeconds: null, peakBytes: null };
    const [user = 0, system = 0, peakKib = 0] = (await readFile(accounts, 'utf8')).split(' ').map(Number);
    return { seconds, cpuSeconds: user + system, peakBytes: peakKib * 1024 };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function run(program: string, args: readonly string[], cwd: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-500);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new Error(`ended with ${code ?? signal}: ${said.trim()}`));
    });
  });
}

/** Writes what the last run left unwritten, so that no run pays for the one before it. */
export async function settle(): Promise<void> {
  await promisify(execFile)('sync').catch(() => {}); // Windows has no such program.
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  const median = sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
  return { median, min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}
