/** The only shape of progress. `doneBytes` never goes back within one job. */
export interface Progress {
  readonly phase: string;
  readonly doneBytes: number;
  readonly totalBytes: number | null;
  readonly entry?: string;
}

export type OnProgress = (progress: Progress) => void;

/** What every long verb takes beside its input. The signal is the only way to cancel. */
export interface JobOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onProgress?: OnProgress | undefined;
}

const minIntervalMs = 100;

/** Thins a job's progress to ten reports a second; the last one is always sent. */
export class ProgressMeter {
  readonly #report: OnProgress | undefined;
  #totalBytes: number | null;
  #phase: string;
  #entry: string | undefined;
  #doneBytes = 0;
  #lastSent = Number.NEGATIVE_INFINITY;

  constructor(report: OnProgress | undefined, phase: string, totalBytes: number | null) {
    this.#report = report;
    this.#phase = phase;
    this.#totalBytes = totalBytes;
  }

  phase(name: string): void {
    this.#phase = name;
    this.#entry = undefined;
  }

  entry(name: string): void {
    this.#entry = name;
  }

  /** There is more to do than was known. */
  expect(bytes: number): void {
    if (this.#totalBytes !== null) this.#totalBytes += bytes;
  }

  add(bytes: number): void {
    this.#doneBytes += bytes;
    if (this.#report && performance.now() - this.#lastSent >= minIntervalMs) this.#send();
  }

  /** Sends the closing report: all is done, whatever the estimate of the total was. */
  finish(): void {
    if (this.#totalBytes !== null) this.#doneBytes = this.#totalBytes;
    this.#entry = undefined;
    this.#send();
  }

  #send(): void {
    this.#lastSent = performance.now();
    this.#report?.({
      phase: this.#phase,
      doneBytes: Math.min(Math.round(this.#doneBytes), this.#totalBytes ?? Number.MAX_SAFE_INTEGER),
      totalBytes: this.#totalBytes,
      ...(this.#entry === undefined ? {} : { entry: this.#entry }),
    });
  }
}
