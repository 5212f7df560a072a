/** Runs the programs that the tests compare with, and never takes a failed run for an answer. */
import { type ChildProcess, spawn } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Where the program stands on PATH, or null. */
export function onPath(program: string): string | null {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const path = join(folder, process.platform === 'win32' ? `${program}.exe` : program);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {}
  }
  return null;
}

export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Streams what a command prints through `take`, with `input` on its standard input. Rejects, with what it
 * said on standard error, when it ends otherwise than with exit code 0.
 */
export async function runThrough(
  command: Command,
  take: (stdout: Readable) => Promise<void>,
  input?: (() => Readable) | undefined,
): Promise<void> {
  const { program, args, env } = command;
  // Names in archives are UTF-8, and most programs ask the locale before they print them.
  const child = spawn(program, args, {
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...env },
    stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
  });
  const errors: Buffer[] = [];
  child.stderr?.on('data', (chunk: Buffer) => errors.push(chunk));
  const ended = exitOf(child).then((status) => {
    if (status === 0) return;
    const said = Buffer.concat(errors).toString('utf8').trim().slice(-2000);
    throw new Error(`${program} ${args.join(' ')} ended with ${status}: ${said}`);
  });
  const feed = input && child.stdin ? pipeline(input(), child.stdin).catch(ignoreClosedPipe) : undefined;
  try {
    const results = await Promise.allSettled([ended, take(child.stdout as Readable), feed]);
    // The command's own words say more than the broken stream that followed from them.
    for (const result of results) if (result.status === 'rejected') throw result.reason;
  } finally {
    child.kill('SIGKILL');
  }
}

export async function outputOf(command: Command, input?: () => Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  const collect = async (stdout: Readable) => {
    for await (const chunk of stdout) chunks.push(chunk as Buffer);
  };
  await runThrough(command, collect, input);
  return Buffer.concat(chunks);
}

function exitOf(child: ChildProcess): Promise<number | NodeJS.Signals | null> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? signal));
  });
}

/** A reader may stop before the end of its input: a zip's central directory is nothing to a streaming one. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}
