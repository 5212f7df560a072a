/** Progress on a terminal: one line that is rewritten, never wider than the terminal, gone at the end. */
import type { WriteStream } from 'node:tty';
import { formatBytes, formatDuration } from '../core/contract/format.ts';
import type { Progress } from '../core/contract/progress.ts';

/** What the last seconds say about the speed. */
export class Throughput {
  readonly #samples: { readonly seconds: number; readonly bytes: number }[] = [];
  readonly #windowSeconds = 5;

  add(seconds: number, bytes: number): void {
    this.#samples.push({ seconds, bytes });
    // One sample older than the window stays, so that the mean spans the whole of it.
    while ((this.#samples[1]?.seconds ?? seconds) <= seconds - this.#windowSeconds) this.#samples.shift();
  }

  /** Bytes a second over the last five, or null before there is anything to divide. */
  get mean(): number | null {
    return this.#meanSince(0);
  }

  /** The time left is worth showing once two seconds are seen and their later half runs as the whole does. */
  get stable(): boolean {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.seconds - first.seconds < 2) return false;
    const half = (first.seconds + last.seconds) / 2;
    const whole = this.mean ?? 0;
    const recent = this.#meanSince(this.#samples.findIndex((sample) => sample.seconds >= half)) ?? 0;
    return whole > 0 && Math.abs(recent - whole) <= whole / 4;
  }

  #meanSince(index: number): number | null {
    const first = this.#samples[index];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined || last.seconds <= first.seconds) return null;
    return (last.bytes - first.bytes) / (last.seconds - first.seconds);
  }
}

/** What each part may come to take: the share, the bytes beside their total, the speed and the time left. */
const widest = { share: 5, done: '1023.9 MiB of '.length, speed: 12, left: '59 min 59 s left'.length - 1 };
const leastBar = 8;

/**
 * The widest form that fits: parts are left out from the right, then the bar. Room is kept for what comes to
 * be known later, so that the bar has one width from the first line to the last.
 */
export function renderProgress(progress: Progress, throughput: Throughput, columns: number): string {
  const { phase, doneBytes, totalBytes } = progress;
  // The last column stays free: some terminals wrap as soon as it is written.
  const room = Math.max(0, columns - 1);
  const speed = throughput.mean;
  const speedText = speed === null ? '' : `${formatBytes(Math.round(speed))}/s`;
  if (totalBytes === null) {
    return joinParts([phase, doneBytes === 0 ? '' : formatBytes(doneBytes), speedText], room);
  }

  const share = totalBytes === 0 ? 1 : Math.min(1, doneBytes / totalBytes);
  const total = formatBytes(totalBytes);
  const isTimed = speed !== null && doneBytes < totalBytes && throughput.stable;
  const parts = [
    `${String(Math.floor(100 * share)).padStart(3)} %`,
    `${formatBytes(doneBytes)} of ${total}`,
    speedText,
    isTimed ? `${formatDuration(Math.ceil((totalBytes - doneBytes) / speed))} left` : '',
  ];
  const widths = [widest.share, widest.done + total.length, widest.speed, widest.left];
  const spare = () => widths.reduce((rest, width) => rest - width - 2, room - phase.length - 2);
  while (widths.length > 1 && spare() < leastBar) widths.pop();
  const barWidth = Math.min(30, spare());
  if (barWidth < leastBar) return joinParts([phase, ...parts], room);
  const filled = Math.round(barWidth * share);
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
  return joinParts([phase, bar, ...parts.slice(0, widths.length)], room);
}

function joinParts(parts: readonly string[], room: number): string {
  const kept = parts.filter((part) => part !== '');
  while (kept.length > 2 && kept.join('  ').length > room) kept.pop();
  return kept.join('  ').slice(0, room);
}

export class ProgressBar {
  readonly #stream: WriteStream;
  #throughput = new Throughput();
  #phase = '';
  #shown = false;

  constructor(stream: WriteStream) {
    this.#stream = stream;
  }

  report(progress: Progress): void {
    if (progress.phase !== this.#phase) {
      this.#phase = progress.phase;
      this.#throughput = new Throughput();
    }
    this.#throughput.add(performance.now() / 1000, progress.doneBytes);
    const line = renderProgress(progress, this.#throughput, this.#stream.columns || 80);
    this.#stream.write(`\r\x1b[K${line}`);
    this.#shown = true;
  }

  clear(): void {
    if (this.#shown) this.#stream.write('\r\x1b[K');
    this.#shown = false;
  }
}
