/**
 * Files dropped into a window. A browser tells no path, so their bytes come here, each into a folder of its own within
 * the private one: no name can meet another, and what breaks off leaves nothing.
 */
import { mkdir, open } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Problem } from '../core/contract/errors.ts';
import { assertSpace, remove } from '../core/fs/atomic.ts';
import { outputProblem } from '../core/fs/system-error.ts';
import { judgeName } from '../core/names.ts';
import type { HostLimits } from './limits.ts';

export class Uploads {
  readonly #folder: string;
  readonly #limits: HostLimits;
  readonly #underway = new Set<Promise<string>>();
  #files = 0;
  #bytes = 0;

  constructor(folder: string, limits: HostLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /** The path of the complete file. `name` is what the request calls it, still encoded. */
  receive(request: IncomingMessage, name: string): Promise<string> {
    const upload = this.#receive(request, name);
    this.#underway.add(upload);
    const done = () => this.#underway.delete(upload);
    upload.then(done, done);
    return upload;
  }

  async settled(): Promise<void> {
    await Promise.allSettled(this.#underway);
  }

  async #receive(request: IncomingMessage, encoded: string): Promise<string> {
    const name = safeName(encoded);
    const size = Number(request.headers['content-length']);
    const release = this.#reserve(name, size);
    const folder = join(this.#folder, `${this.#files}`);
    const path = join(folder, name);
    try {
      await assertSpace(path, this.#folder, size);
      await mkdir(folder, { mode: 0o700 });
      await writeNew(path, request);
      return path;
    } catch (error) {
      await remove(folder);
      release();
      throw outputProblem(error, name);
    }
  }

  /** Counted before a byte is read, since many may come at once. A file that came stays counted: it stays. */
  #reserve(name: string, size: number): () => void {
    const { uploads, uploadBytes } = this.#limits;
    const leftBytes = uploadBytes - this.#bytes;
    if (size > leftBytes) throw Problem.of('UPLOAD_TOO_LARGE', { path: name, size, left: leftBytes });
    if (this.#files >= uploads) throw Problem.of('UPLOAD_TOO_MANY', { path: name, limit: uploads });
    this.#bytes += size;
    this.#files += 1;
    return () => {
      this.#bytes -= size;
    };
  }
}

async function writeNew(path: string, request: IncomingMessage): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    // Where the disk is full, the request must outlive it to be answered.
    await file.writeFile(request.iterator({ destroyOnReturn: false }));
  } finally {
    await file.close();
  }
}

/** One part of a path, as the system of this computer takes it. */
function safeName(encoded: string): string {
  let name: string;
  try {
    name = decodeURIComponent(encoded);
  } catch {
    throw Problem.of('UPLOAD_NAME', {
      path: encoded,
      detail: 'it is not encoded as names in an address are',
    });
  }
  const isUnfit = (code: string) => process.platform === 'win32' && code === 'NAME_WINDOWS';
  const flaw = judgeName(name).find(({ severity, code }) => severity === 'error' || isUnfit(code));
  if (flaw !== undefined) throw Problem.of('UPLOAD_NAME', { path: name, detail: flaw.message });
  if (name.includes('/')) throw Problem.of('UPLOAD_NAME', { path: name, detail: 'it names a folder too' });
  return name;
}
