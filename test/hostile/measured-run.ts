/** Runs the bundled command line with a limit of time, and tells the most memory that it took. */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { cliPath } from '../cli/command-line.ts';

export interface MeasuredRun {
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly peakBytes: number;
}

const reportPeak =
  "import{writeSync}from'node:fs';process.on('exit',()=>writeSync(3,String(process.resourceUsage().maxRSS*1024)))";

export async function runMeasured(args: readonly string[], limitMs: number): Promise<MeasuredRun> {
  const preload = `data:text/javascript,${encodeURIComponent(reportPeak)}`;
  const child = spawn(process.execPath, ['--import', preload, cliPath, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    timeout: limitMs,
    killSignal: 'SIGKILL',
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) =>
      signal === 'SIGKILL' ? reject(new Error(`no answer within ${limitMs} ms`)) : resolve(code),
    );
  });
  const outputs = [1, 2, 3].map((at) => text(child.stdio[at] as Readable));
  const [exit, stdout = '', stderr = '', peak] = await Promise.all([ended, ...outputs]);
  return { exit, stdout: stdout as string, stderr: stderr as string, peakBytes: Number(peak) };
}
