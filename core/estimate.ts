/** How large an archive will be and how long it will take: from samples and trials, so both are estimates and say so. */
import type { ArchiveFormat, PackEstimate } from './contract/model.ts';
import type { Plan, PlannedFile } from './mar/plan.ts';
import { smallBytes } from './zip/writer.ts';

/** Of disks as they are in servers; everything is read once, written once and read back from memory. */
const diskBytesPerSecond = 500e6;
/** What a file takes beside its bytes; in a folder each is synced by itself. */
const secondsPerFile = { archive: 0.0002, folder: 0.001 };

/** A content as the writer is expected to keep it. */
export interface Foreseen {
  readonly bytes: number;
  /** How long compressing it will take. */
  readonly seconds: number;
}

export class Estimate {
  readonly #format: ArchiveFormat;
  #bytes = 0;
  #inputBytes = 0;
  #files = 0;
  #largeFiles = 0;
  #seconds: number;

  /** `preparing` is what planning and judging took, which packing does once more. */
  constructor({ format }: Pick<Plan, 'format'>, preparing: number) {
    this.#format = format;
    this.#seconds = preparing;
    // The directory's end, or two blocks of zeros.
    if (format !== 'no-archive') this.#bytes += 22;
  }

  add({ name, size }: Pick<PlannedFile, 'name' | 'size'>, { bytes, seconds }: Foreseen): void {
    this.#bytes += bytes + this.#headBytes(name);
    this.#inputBytes += size;
    this.#seconds += seconds;
    this.#files++;
    if (size > smallBytes) this.#largeFiles++;
  }

  /** A ZIP tells each name twice; in a tar the head is a block that shrinks to little. */
  #headBytes(name: string): number {
    if (this.#format === 'no-archive') return 0;
    return this.#format === 'tgz' ? 64 : 76 + 2 * Buffer.byteLength(name);
  }

  get result(): PackEstimate {
    const each = this.#format === 'no-archive' ? secondsPerFile.folder : secondsPerFile.archive;
    const copying = (this.#inputBytes + this.#bytes) / diskBytesPerSecond;
    const seconds = this.#seconds + this.#files * each + copying;
    return { size: this.#bytes, seconds: Math.round(seconds * 10) / 10, how: this.#words() };
  }

  #words(): string {
    const rate = `${diskBytesPerSecond / 1e6} MB/s`;
    if (this.#format === 'no-archive') {
      return `Files are copied as they are; the time is an estimate, for a disk with ${rate}.`;
    }
    const sized =
      this.#largeFiles === 0
        ? 'all files are small and were compressed as they will be'
        : 'of each file above 1 MiB eight samples of 32 KiB were compressed, and smaller ones whole';
    return `An estimate: ${sized}; the time goes by how fast parts of them are compressed here, and by a disk with ${rate}. It may take half as long, or twice.`;
  }
}
