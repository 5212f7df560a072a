/** Two works at once, of which neither outlives the other's failure: what both read is closed afterwards. */
import { throwIfCancelled } from './contract/errors.ts';

type Work<T> = (signal: AbortSignal) => Promise<T>;

/** The first failure stops the other work, which is waited for, and is thrown. */
export async function sideBySide<A, B>(
  signal: AbortSignal | undefined,
  first: Work<A>,
  second: Work<B>,
): Promise<[A, B]> {
  const failing = new AbortController();
  const either = signal ? AbortSignal.any([signal, failing.signal]) : failing.signal;
  const stopOther = (error: unknown) => {
    failing.abort();
    throw error;
  };
  const [one, other] = await Promise.allSettled([
    first(either).catch(stopOther),
    second(either).catch(stopOther),
  ]);
  throwIfCancelled(signal);
  if (one.status === 'rejected' && other.status === 'rejected') {
    // The second one to fail was only stopped by the first.
    throw isCancelled(one.reason) ? other.reason : one.reason;
  }
  if (one.status === 'rejected') throw one.reason;
  if (other.status === 'rejected') throw other.reason;
  return [one.value, other.value];
}

const isCancelled = (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === 'CANCELLED';
