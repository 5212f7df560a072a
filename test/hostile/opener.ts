/** Opens or compares archives in a child process, which can be killed when it hangs, and whose memory can be told. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Opened, Question } from './opened.ts';

const childPath = fileURLToPath(import.meta.resolve('./open-in-child.ts'));

export class Opener<Asked extends object = Question, Answered = Opened> {
  readonly #childPath: string;
  readonly #env: NodeJS.ProcessEnv;
  readonly #execArgv: readonly string[];
  #child: ChildProcess | null = null;

  /** `heapMiB`: what lies on the heap beyond that ends the process. Without a limit the collector waits as long as it likes. */
  constructor(path = childPath, env: NodeJS.ProcessEnv = {}, heapMiB?: number) {
    this.#childPath = path;
    this.#env = env;
    this.#execArgv = heapMiB === undefined ? [] : [`--max-old-space-size=${heapMiB}`];
  }

  /** Rejects when no answer comes in time, or when the process dies of the question. */
  async ask(question: Asked, limitMs: number): Promise<Answered> {
    this.#child ??= fork(this.#childPath, {
      execArgv: [...this.#execArgv],
      env: { ...process.env, ...this.#env },
    });
    const child = this.#child;
    return new Promise<Answered>((resolve, failed) => {
      const fail = (error: Error) => {
        settle();
        this.#child = null;
        child.kill('SIGKILL');
        failed(error);
      };
      const onExit = (code: number | null, signal: string | null) =>
        fail(new Error(`the process that opens archives ended with ${code ?? signal}`));
      const onMessage = (answer: Answered) => {
        settle();
        resolve(answer);
      };
      const timer = setTimeout(() => fail(new Error(`no answer within ${limitMs} ms`)), limitMs);
      const settle = () => {
        clearTimeout(timer);
        child.off('exit', onExit).off('error', fail).off('message', onMessage);
      };
      child.once('exit', onExit).once('error', fail).once('message', onMessage);
      child.send(question);
    });
  }

  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (!child) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
}
