/** diffoscope, in a virtual environment of the bench's own: no test needs it. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { benchFolder } from './inputs.ts';
import type { Peer } from './peers.ts';

const version = '332';

export async function findDiffoscope(say: (line: string) => void): Promise<Peer> {
  const name = 'diffoscope';
  // Scripts in a virtual environment hold its absolute path, so it is made where it stays.
  const folder = join(benchFolder, `diffoscope-${version}`);
  const path = join(folder, 'bin', 'diffoscope');
  const run = promisify(execFile);
  try {
    if (!existsSync(path)) {
      say(`installing diffoscope ${version}`);
      await rm(folder, { recursive: true, force: true });
      await mkdir(benchFolder, { recursive: true });
      await run('python3', ['-m', 'venv', folder]);
      const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--retries', '1'];
      await run(join(folder, 'bin', 'python'), [...pip, `diffoscope==${version}`], { timeout: 300_000 });
    }
    const { stdout } = await run(path, ['--version']);
    return { name, path, version: stdout.trim() };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    const { stderr, message } = error as Error & { stderr?: string };
    return { name, path: null, version: (stderr || message).trim().split('\n').at(-1) ?? '' };
  }
}
