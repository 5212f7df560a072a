/** Runs the real, bundled command line, as a user would. */
import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureBundle } from '../../build/bundle.ts';

await ensureBundle();
export const root = fileURLToPath(new URL('../..', import.meta.url));
export const cliPath = fileURLToPath(new URL('../../dist/mar-studio.cjs', import.meta.url));
export const recipePath = fileURLToPath(new URL('../../examples/digits/recipe.yaml', import.meta.url));

export interface Run {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly bytes: Buffer;
  readonly stdout: string;
  readonly stderr: string;
}

interface Setting {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly node?: string;
  /** Called with the running process as soon as it has said something on standard error. */
  readonly onStderr?: (said: string, child: ChildProcess) => void;
}

/** What the tests inherit about colours must not decide what they see. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const { NO_COLOR, FORCE_COLOR, SOURCE_DATE_EPOCH, NODE_OPTIONS, ...rest } = process.env;
  return rest;
}

export async function marStudio(args: readonly string[], setting: Setting = {}): Promise<Run> {
  const child = spawn(setting.node ?? process.execPath, [cliPath, ...args], {
    cwd: setting.cwd,
    env: { ...plainEnvironment(), ...setting.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const out: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    setting.onStderr?.(stderr, child);
  });
  const { code, signal } = await new Promise<Pick<Run, 'code' | 'signal'>>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const bytes = Buffer.concat(out);
  return { code, signal, bytes, stdout: bytes.toString('utf8'), stderr };
}
