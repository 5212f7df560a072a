/** Settings, recents and marks: a JSON file each in a folder of this user. What can't be read is kept aside, never lost. */

import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { StateName, StateRead } from '../contract/api.ts';
import { Problem } from '../contract/errors.ts';
import { writeFileAtomically } from '../fs/atomic.ts';
import { outputProblem } from '../fs/system-error.ts';

const largestBytes = 8 * 1024 * 1024;

export class StateFiles {
  readonly #folder: string;
  #writing: Promise<unknown> = Promise.resolve();

  constructor(folder: string) {
    this.#folder = folder;
  }

  async read(name: StateName): Promise<StateRead> {
    const path = this.#pathOf(name);
    const seen = await stat(path).catch(() => null);
    if (seen === null) return { value: null, keptAside: null, revision: '' };
    try {
      if (seen.size > largestBytes) throw new RangeError('too large');
      const bytes = await readFile(path);
      return { value: JSON.parse(bytes.toString('utf8')), keptAside: null, revision: revisionOf(bytes) };
    } catch {
      const aside = `${path}.unreadable-${Date.now()}`;
      await rename(path, aside).catch((error) => {
        throw outputProblem(error, path);
      });
      return { value: null, keptAside: aside, revision: '' };
    }
  }

  /** One after the other, and each only over what its window has read: two may save at the same moment. */
  write(name: StateName, value: unknown, over: string): Promise<string> {
    const writing = this.#writing.then(() => this.#write(name, value, over));
    this.#writing = writing.catch(() => {});
    return writing;
  }

  async #write(name: StateName, value: unknown, over: string): Promise<string> {
    const bytes = Buffer.from(`${JSON.stringify(value ?? null, null, 1)}\n`);
    if (bytes.length > largestBytes) {
      throw Problem.of('CALL_INVALID', { detail: `${name} would take ${bytes.length} bytes` });
    }
    const path = this.#pathOf(name);
    const there = await readFile(path).catch(() => null);
    if ((there === null ? '' : revisionOf(there)) !== over) throw Problem.of('STATE_CHANGED', { name });
    await mkdir(this.#folder, { recursive: true, mode: 0o700 }).catch((error) => {
      throw outputProblem(error, this.#folder);
    });
    const options = { force: true, expectedBytes: bytes.length, signal: undefined };
    await writeFileAtomically(
      path,
      options,
      (out) => out.write(bytes),
      async () => {},
    );
    return revisionOf(bytes);
  }

  #pathOf(name: StateName): string {
    return join(this.#folder, `${name}.json`);
  }
}

const revisionOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64url');
