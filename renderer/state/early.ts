/** Fetches what a job knows before it is done, as it grows. What was missed while the link was lost comes after it. */
import type { EarlyPart } from '../../core/contract/api.ts';
import { app, isUnderWay } from './app.svelte.ts';

export function followEarly(id: number, take: (part: EarlyPart) => void): void {
  let from = 0;
  let seen = 0;
  let isAsking = false;

  const fetchRest = async (): Promise<void> => {
    for (;;) {
      const known = app.job(id)?.early ?? 0;
      if (known <= seen) return;
      let part: EarlyPart | null;
      do {
        part = await app.call('jobPart', { id, from });
        if (part === null) return;
        from += part.items.length;
        take(part);
      } while (from < part.total && part.items.length > 0);
      seen = known;
    }
  };

  const stop = app.onJob(id, (job) => {
    if (!isUnderWay(job)) stop();
    if (isAsking) return;
    isAsking = true;
    fetchRest()
      // Not asked any more, or not to be had: the next state of the job asks again.
      .catch(() => {})
      .finally(() => {
        isAsking = false;
      });
  });
}
