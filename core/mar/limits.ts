/** What our own reader would refuse is not written either. */
import { Problem } from '../contract/errors.ts';

export const maxEntries = 200_000;

/** What is unpacked at most: larger models are served from folders. */
export const mostBytes = 200e9;

export function assertEntryCount(count: number): void {
  if (count > maxEntries) throw Problem.of('LIMIT_ENTRIES', { limit: maxEntries });
}
