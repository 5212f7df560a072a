/** Opens archives in a child process, which can be killed when it hangs, and whose memory can be told. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Opened, Question } from './opened.ts';

const childPath = fileURLToPath(import.meta.resolve('./open-in-child.ts'));

export class Opener {
  #child: ChildProcess | null = null;

  /** Rejects when no answer comes in time, or when the process dies of the question. */
  async ask(question: Question, limitMs: number): Promise<Opened> {
    this.#child ??= fork(childPath, { execArgv: [] });
    const child = this.#child;
    return new Promise<Opened>((answered, failed) => {
      const fail = (error: Error) => {
        settle();
        this.#child = null;
        child.kill('SIGKILL');
        failed(error);
      };
      const onExit = (code: number | null, signal: string | null) =>
        fail(new Error(`the process that opens archives ended with ${code ?? signal}`));
      const onMessage = (opened: Opened) => {
        settle();
        answered(opened);
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
