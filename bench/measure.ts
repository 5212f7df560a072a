/**
 * Runs one command as a whole process and says what it took. GNU time stands in between: it reads the
 * kernel's own accounts, and being small it adds nothing to the peak of what it starts.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface BenchCommand {
  readonly program: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** The exit code of a run that did its work: 0, where nothing else is said. */
  readonly exitCode?: number;
  /** After so long the run is ended, and has failed. */
  readonly limitSeconds?: number;
}

export interface Measurement {
  readonly seconds: number;
  /** User and system time of the process and all that it started, or null where it can't be had. */
  readonly cpuSeconds: number | null;
  /** The resident set of the largest process at its peak, or null where it can't be had. */
  readonly peakBytes: number | null;
}

/** A measurement with what the command printed. */
export interface Outcome extends Measurement {
  readonly printed: string;
}

const gnuTime = promisify(execFile)('time', ['--version']).then(
  ({ stdout, stderr }) => `${stdout}${stderr}`.includes('GNU'),
  () => false,
);

/** Null, or why CPU time and memory are missing from the tables. */
export async function accountsMissing(): Promise<string | null> {
  return (await gnuTime) ? null : 'CPU time and peak memory are missing: there is no GNU time on PATH';
}

/** Rejects, with the last that the command said, when it does not end as it should. */
export async function measure(command: BenchCommand): Promise<Outcome> {
  const folder = await mkdtemp(join(tmpdir(), 'mar-studio-bench-'));
  const accounts = join(folder, 'accounts');
  // Into a file: a pipe would let this process's pace count.
  const printedTo = join(folder, 'printed');
  const stdout = await open(printedTo, 'w');
  try {
    const { program, args } = command;
    const timed = (await gnuTime)
      ? { program: 'time', args: ['-q', '-o', accounts, '-f', '%U %S %M', program, ...args] }
      : { program, args };
    const started = performance.now();
    await run({ ...command, ...timed }, stdout.fd);
    const seconds = (performance.now() - started) / 1000;
    const printed = await readFile(printedTo, 'utf8');
    if (!(await gnuTime)) return { seconds, cpuSeconds: null, peakBytes: null, printed };
    const [user = 0, system = 0, peakKib = 0] = (await readFile(accounts, 'utf8')).split(' ').map(Number);
    return { seconds, cpuSeconds: user + system, peakBytes: peakKib * 1024, printed };
  } finally {
    await stdout.close();
    await rm(folder, { recursive: true, force: true });
  }
}

function run(
  { program, args, cwd, exitCode = 0, limitSeconds }: BenchCommand,
  stdout: number,
): Promise<void> {
  return new Promise((resolve, reject) => {
    // A group of its own, so that all that it started can be ended with it.
    const detached = limitSeconds !== undefined && process.platform !== 'win32';
    const child = spawn(program, args, { cwd, detached, stdio: ['ignore', stdout, 'pipe'] });
    let said = '';
    let ranOut = false;
    const end = () => {
      ranOut = true;
      if (detached && child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      else child.kill('SIGKILL');
    };
    const timer = limitSeconds === undefined ? undefined : setTimeout(end, limitSeconds * 1000);
    child.stderr?.on('data', (chunk) => {
      said = `${said}${chunk}`.slice(-500);
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (ranOut) reject(new Error(`had not ended after ${limitSeconds} s`));
      else if (code === exitCode) resolve();
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
