/** What came out of a contest, as a table and as targets. */
import { formatBytes } from '../core/contract/format.ts';
import type { Table, Target } from './bench.ts';
import type { Contest, Result } from './contest.ts';
import type { Spread } from './measure.ts';

/** A process's peak differs by a few MiB from run to run; memory that grows with the archive would show far more. */
const peakNoise = 1.1;

interface Column {
  readonly title: string;
  readonly cell: (result: Result, reference: Result | undefined) => string;
}

const usualColumns: readonly Column[] = [
  { title: 'seconds', cell: ({ seconds }) => formatSpread(seconds, (value) => value.toFixed(2)) },
  {
    title: 'faster',
    cell: ({ seconds }, reference) =>
      reference === undefined ? '' : `${formatRatio(reference.seconds.median / seconds.median)} ×`,
  },
  { title: 'CPU s', cell: ({ cpuSeconds }) => cpuSeconds?.median.toFixed(2) ?? '' },
  {
    title: 'peak memory',
    cell: ({ peakBytes }) => (peakBytes === null ? '' : formatBytes(peakBytes.max)),
  },
];

export function contestTable(title: string, { results }: Contest, more: readonly Column[] = []): Table {
  const columns = [...usualColumns, ...more];
  const rows = results.map((result) => {
    const reference = results.find(({ contender: { name } }) => name === result.contender.against);
    return [result.contender.name, ...columns.map(({ cell }) => cell(result, reference))];
  });
  return { title, columns: ['', ...columns.map((column) => column.title)], rows };
}

/** With the size of what each made. */
export function archiveTable(title: string, contest: Contest): Table {
  return contestTable(title, contest, [
    { title: 'archive bytes', cell: ({ madeBytes }) => madeBytes.toLocaleString('en-US') },
    {
      title: 'size',
      cell: ({ madeBytes }, reference) =>
        reference === undefined ? '' : formatDifference(madeBytes, reference.madeBytes),
    },
  ]);
}

/** With the bytes a second, of so many bytes that each had to look at. */
export function throughputTable(title: string, contest: Contest, bytes: number): Table {
  const cell = ({ seconds }: Result) => `${(bytes / seconds.median / 1e6).toFixed(0)} MB/s`;
  return contestTable(title, contest, [{ title: 'throughput', cell }]);
}

export function resultOf({ results }: Contest, name: string): Result | undefined {
  return results.find(({ contender }) => contender.name === name);
}

export function fasterTarget(
  contest: Contest,
  name: string,
  against: string,
  times: number,
  where: string,
): Target {
  const [ours, reference] = [resultOf(contest, name), resultOf(contest, against)];
  const ratio = ours && reference ? reference.seconds.median / ours.seconds.median : null;
  return {
    text: `${name} at least ${times} × as fast as ${against} ${where}`,
    measured: ratio === null ? 'one of them did not run' : `${formatRatio(ratio)} ×`,
    met: ratio === null ? null : ratio >= times,
  };
}

export function secondsTarget(contest: Contest, name: string, seconds: number, where: string): Target {
  const median = resultOf(contest, name)?.seconds.median;
  return {
    text: `${name} ${where} under ${seconds < 1 ? `${1000 * seconds} ms` : `${seconds} s`}`,
    measured: median === undefined ? 'it did not run' : `${(1000 * median).toFixed(0)} ms`,
    met: median === undefined ? null : median < seconds,
  };
}

export function throughputTarget(
  contest: Contest,
  name: string,
  bytes: number,
  wantedPerSecond: number,
  where: string,
): Target {
  const median = resultOf(contest, name)?.seconds.median;
  const perSecond = median === undefined ? null : bytes / median;
  return {
    text: `${name} ${where} at ${wantedPerSecond / 1e9} GB/s or better`,
    measured: perSecond === null ? 'it did not run' : `${(perSecond / 1e9).toFixed(2)} GB/s`,
    met: perSecond === null ? null : perSecond >= wantedPerSecond,
  };
}

/** Ours alone, of all contests. */
export function peakTarget(contests: readonly Contest[], limitBytes: number, where: string): Target {
  const ours = contests
    .flatMap(({ results }) => results)
    .filter(({ contender }) => contender.name.startsWith('mar-studio'));
  const peaks = ours.flatMap(({ peakBytes }) => peakBytes?.max ?? []);
  const most = peaks.length === 0 ? null : Math.max(...peaks);
  return {
    text: `peak memory under ${limitBytes / 1e6} MB, ${where}`,
    measured: most === null ? 'not measured' : `at most ${(most / 1e6).toFixed(0)} MB`,
    met: most === null ? null : most < limitBytes,
  };
}

/** Whether memory stays where it is when the archive grows. */
export function flatTarget(small: Contest, large: Contest | null, largeText: string): Target {
  const pairs = (large?.results ?? []).flatMap(({ contender, peakBytes }) => {
    const before = resultOf(small, contender.name)?.peakBytes;
    const isOurs = contender.name.startsWith('mar-studio');
    return isOurs && before && peakBytes ? { before: before.max, after: peakBytes.max } : [];
  });
  return {
    text: `peak memory not more for ${largeText} (within a tenth)`,
    measured:
      pairs.map(({ before, after }) => `${formatBytes(before)} → ${formatBytes(after)}`).join(', ') || '-',
    met: pairs.length === 0 ? null : pairs.every(({ before, after }) => after <= before * peakNoise),
  };
}

export function formatSpread({ median, min, max }: Spread, format: (value: number) => string): string {
  return `${format(median)} (${format(min)}–${format(max)})`;
}

function formatRatio(ratio: number): string {
  return ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(1);
}

export function formatDifference(bytes: number, reference: number): string {
  const percent = (bytes / reference - 1) * 100;
  return `${percent > 0 ? '+' : ''}${percent.toFixed(2)} %`;
}
