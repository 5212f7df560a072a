/** One Java process that unpacks any number of archives as TorchServe does, and tells what it wrote. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { onPath } from './commands.ts';
import type { FileFacts } from './readers.ts';
import { makeScratch, removeScratch } from './scratch.ts';
import { torchserveJars } from './venv.ts';

export interface JavaView {
  /** By name as seen from the target folder: one that begins with "../" was written outside of it. */
  readonly files: ReadonlyMap<string, FileFacts>;
  /** What ended the unpacking, or null. TorchServe then deletes what was written so far. */
  readonly error: string | null;
}

export interface JavaViews {
  /** Whether it runs TorchServe's own code, and so reads tar.gz too. */
  readonly isServer: boolean;
  view(form: 'zip' | 'tar.gz', path: string): Promise<JavaView>;
  stop(): Promise<void>;
}

const source = resolve(import.meta.dirname, 'JavaViews.java');

export async function startJavaViews(): Promise<JavaViews | { readonly missing: string }> {
  // Java compiles a single source by itself, with the compiler that javac is.
  if (!onPath('javac')) return { missing: 'no javac on PATH' };
  const jars = await torchserveJars();
  const scratch = await makeScratch();
  const libraries = 'path' in jars ? ['-cp', resolve(jars.path, '*')] : [];
  const child = spawn('java', ['-Xmx256m', '-XX:TieredStopAtLevel=1', ...libraries, source, scratch], {
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => reject(new Error(`java ended with ${code ?? signal}`)));
  });
  ended.catch(() => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();

  async function view(form: string, path: string): Promise<JavaView> {
    child.stdin.write(`${form} ${path}\n`);
    const files = new Map<string, FileFacts>();
    let error: string | null = null;
    for (;;) {
      const { value = 'end' } = await Promise.race([lines.next(), ended]);
      const [word, text = '', size, sha256 = ''] = String(value).split(' ');
      if (word === 'end') return { files, error };
      const decoded = Buffer.from(text, 'hex').toString('utf8');
      if (word === 'file') files.set(decoded, { size: Number(size), sha256 });
      else error = decoded;
    }
  }

  let last: Promise<unknown> = Promise.resolve();
  return {
    isServer: 'path' in jars,
    // One question at a time: the answers come in the order of the questions.
    view(form, path) {
      const answer = last.then(() => view(form, path));
      last = answer.catch(() => {});
      return answer;
    },
    async stop() {
      child.stdin.end();
      await ended.catch(() => {});
      await removeScratch(scratch);
    },
  };
}
