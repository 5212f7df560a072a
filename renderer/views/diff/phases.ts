/** What a comparison is doing, in words that name its object. */
import type { Job } from '../../../core/contract/api.ts';

const words: Readonly<Record<string, string>> = {
  waiting: 'Opening both archives',
  reading: 'Reading contents that have no checksum yet, on both sides',
  comparing: 'Comparing what differs, each by its kind',
  stopping: 'Stopping',
};

export function phaseWords(job: Job | null): string {
  if (job === null) return 'Opening both archives';
  if (job.status === 'queued') return 'Waiting for another job to end';
  return words[job.phase] ?? job.phase;
}
