/** What an archive showed before it was refused: it can't be opened, and still be looked at. */
import type { Archive } from './archive.ts';

export interface Listing {
  readonly entries: Archive['entries'];
  /** Null where it can't be said what TorchServe would make of the archive. */
  readonly served: Archive['served'] | null;
}

const listings = new WeakMap<object, Listing>();

/** Remembers the listing with the problem that ended it, and returns that. */
export function withListing<E>(problem: E, listing: Listing): E {
  if (typeof problem === 'object' && problem !== null) listings.set(problem, listing);
  return problem;
}

/** What was listed before this problem was thrown, or undefined where nothing was. */
export function listingBefore(problem: object): Listing | undefined {
  return listings.get(problem);
}
