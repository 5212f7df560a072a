/** Which of two archives a problem is about. */
import type { ProblemData } from '../../../core/contract/api.ts';

interface Sides {
  readonly before: string;
  readonly after: string;
}

/** By the path that the problem names, else by the words; null where it is about neither, or about both. */
export function guiltySide(
  { path, message }: ProblemData,
  { before, after }: Sides,
): 'before' | 'after' | null {
  const isOf = (side: string) =>
    path !== null
      ? path === side || path.startsWith(`${side}!`) || path.startsWith(`${side}/`)
      : message.includes(side);
  const [old, now] = [isOf(before), isOf(after)];
  // One may lie in the other, or be named like its beginning.
  if (old && now)
    return before.length > after.length ? 'before' : before.length < after.length ? 'after' : null;
  return old ? 'before' : now ? 'after' : null;
}
