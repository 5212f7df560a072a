/** What crosses a transport of anything thrown: the code and its words, never a stack. */
import type { ProblemData } from '../contract/api.ts';
import { Problem } from '../contract/errors.ts';

export function asProblemData(error: unknown): ProblemData {
  if (error instanceof Problem) {
    const { code, message, hint, path } = error;
    return { code, message, hint, path };
  }
  // A bug: its stack belongs to the log of the host.
  console.error(error);
  const detail =
    error instanceof Error ? (error.message.split('\n')[0] ?? error.name) : 'something else was thrown';
  return asProblemData(Problem.of('INTERNAL', { detail }));
}
