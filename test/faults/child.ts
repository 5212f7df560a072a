/** Starts test/faults/pack-child.ts, which packs in a process of its own. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { PackInput } from '../../core/contract/model.ts';

function startChild(inputs: readonly PackInput[], times: number): ChildProcess {
  const script = fileURLToPath(import.meta.resolve('./pack-child.ts'));
  const argument = JSON.stringify({ inputs, times });
  return spawn(process.execPath, [script, argument], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** What each run came to: "packed", or the code of its problem. */
export async function packInChild(inputs: readonly PackInput[], times: number): Promise<string[]> {
  const child = startChild(inputs, times);
  const closed = once(child, 'close');
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stdout as NodeJS.ReadableStream })) {
    if (line !== 'start') said.push(line);
  }
  const [code] = await closed;
  return code === 0 ? said : [...said, `ended with ${code}`];
}

/** Kills the process with SIGKILL so long after its first pack began; true if that pack was then under way. */
export async function killWhilePacking(input: PackInput, afterMs: number): Promise<boolean> {
  const child = startChild([input], 1);
  const closed = once(child, 'close');
  let said = '';
  await new Promise<void>((resolve) =>
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      resolve();
    }),
  );
  await sleep(afterMs);
  child.kill('SIGKILL');
  await closed;
  return said === 'start\n';
}
