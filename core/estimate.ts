/** How large an archive will be and how long it will take: from samples, so both are estimates and say so. */
import type { ArchiveFormat, PackEstimate } from './contract/model.ts';
import { sampledBytes } from './deflate/pays.ts';
import type { Plan, PlannedFile } from './mar/plan.ts';
import { smallBytes } from './zip/writer.ts';

/** Of disks as they are in servers; everything is written once and read back once. */
const diskBytesPerSecond = 400e6;
/** Fewer sampled bytes tell more about opening files than about compressing them. */
const tellingBytes = 256 * 1024;

export class Estimate {
  readonly #format: ArchiveFormat;
  #bytes = 0;
  #inputBytes = 0;
  #toDeflate = 0;
  #sampled = 0;
  #sampledMs = 0;
  #largeFiles = 0;

  constructor({ format }: Pick<Plan, 'format'>) {
    this.#format = format;
    // The directory's end, or two blocks of zeros.
    if (format !== 'no-archive') this.#bytes += 22;
  }

  add({ name, size }: PlannedFile, bytes: number, ms: number): void {
    const isLarge = size > smallBytes;
    this.#bytes += bytes + this.#headBytes(name);
    this.#inputBytes += size;
    if (this.#format === 'no-archive') return;
    if (isLarge) this.#largeFiles++;
    if (bytes < size) this.#toDeflate += size;
    this.#sampled += isLarge ? sampledBytes : size;
    this.#sampledMs += ms;
  }

  /** A ZIP tells each name twice; in a tar the head is a block that shrinks to little. */
  #headBytes(name: string): number {
    if (this.#format === 'no-archive') return 0;
    return this.#format === 'tgz' ? 64 : 76 + 2 * Buffer.byteLength(name);
  }

  get result(): PackEstimate {
    const rate = this.#sampled >= tellingBytes ? this.#sampled / Math.max(1, this.#sampledMs) : null;
    const compressing = rate === null ? 0 : this.#toDeflate / rate / 1000;
    const copying = (this.#inputBytes + this.#bytes) / diskBytesPerSecond;
    return {
      size: this.#bytes,
      seconds: Math.round((compressing + copying) * 10) / 10,
      how: this.#words(),
    };
  }

  #words(): string {
    if (this.#format === 'no-archive') return 'Files are copied as they are; the time assumes 400 MB/s.';
    const large =
      this.#largeFiles === 0
        ? 'all files are small and were compressed as they will be'
        : `of each file above 1 MiB eight samples of 32 KiB were compressed, and smaller ones whole`;
    return `An estimate: ${large}; the time goes by their speed, and 400 MB/s for writing and reading back.`;
  }
}
