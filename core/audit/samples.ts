/**
 * What the rules will ask of entries, kept while their bytes pass once: to read an entry of a tar.gz again
 * is to inflate all that stands before it, and a deflated file has no end that could be looked at alone.
 */
import type { RandomAccess } from './rule.ts';

/** Large enough for what rules read of any file, small enough to be kept for a thousand of them. */
const headBytes = 64 * 1024;
/** Source files, configs and lists of requirements are looked at as a whole. */
const wholeBytes = 2 * 1024 * 1024;
/** The directory of a ZIP file within the archive, such as torch writes: it stands at the end. */
const tailBytes = 1024 * 1024;
/** For all samples together. What finds no room is read again when a rule asks for it. */
const budgetBytes = 32 * 1024 * 1024;

/** Heads are laid side by side in blocks: a hundred thousand buffers would weigh more than what they hold. */
const blockBytes = 1024 * 1024;

export class Samples {
  #leftBytes = budgetBytes;
  #block = Buffer.alloc(0);
  #blockUsed = 0;

  /** For an entry that is about to be read from its first byte to its last. */
  begin(size: number): Sample {
    const wanted = size <= wholeBytes ? size : headBytes;
    if (!this.#take(wanted)) return new Sample(this, size, null, 0, 0);
    if (wanted > blockBytes / 4) return new Sample(this, size, Buffer.allocUnsafeSlow(wanted), 0, wanted);
    if (this.#blockUsed + wanted > this.#block.length) {
      this.#block = Buffer.allocUnsafeSlow(blockBytes);
      this.#blockUsed = 0;
    }
    this.#blockUsed += wanted;
    return new Sample(this, size, this.#block, this.#blockUsed - wanted, wanted);
  }

  makeTail(): Buffer | null {
    return this.#take(tailBytes) ? Buffer.allocUnsafeSlow(tailBytes) : null;
  }

  #take(bytes: number): boolean {
    if (bytes > this.#leftBytes) return false;
    this.#leftBytes -= bytes;
    return true;
  }
}

/** The first bytes of a ZIP file, such as torch writes. */
export const zipStart = 0x504b0304;
/** Why a rule that asks for the middle of a sampled file gets no answer. */
export const outsideSample = 'what would tell lies deep inside compressed bytes';

export class Sample {
  readonly size: number;
  readonly #samples: Samples;
  readonly #block: Buffer | null;
  readonly #headStart: number;
  readonly #headLength: number;
  #tail: Buffer | null = null;
  #passedBytes = 0;

  constructor(samples: Samples, size: number, block: Buffer | null, headStart: number, headLength: number) {
    this.size = size;
    this.#samples = samples;
    this.#block = block;
    this.#headStart = headStart;
    this.#headLength = headLength;
  }

  take(chunk: Buffer): void {
    const at = this.#passedBytes;
    this.#passedBytes += chunk.length;
    if (!this.#block) return;
    if (at < this.#headLength) {
      chunk.copy(this.#block, this.#headStart + at, 0, this.#headLength - at);
    }
    const isLarge = this.size > this.#headLength + tailBytes;
    if (at === 0 && isLarge && chunk.length >= 4 && chunk.readUInt32BE(0) === zipStart) {
      this.#tail = this.#samples.makeTail();
    }
    const tailStart = this.size - tailBytes;
    if (this.#tail && this.#passedBytes > tailStart) {
      chunk.copy(this.#tail, Math.max(0, at - tailStart), Math.max(0, tailStart - at));
    }
  }

  /** The bytes from the start, or null where fewer are kept than are wanted. */
  start(limit: number): Buffer | null {
    const wanted = Math.min(limit, this.size);
    if (!this.#block || wanted > this.#headLength || wanted > this.#passedBytes) return null;
    return this.#block.subarray(this.#headStart, this.#headStart + wanted);
  }

  /** The start and the end as one file with a hole in it, or null where the end is not kept. */
  open(outside: () => Error): RandomAccess | null {
    const head = this.start(this.#headLength);
    const tail = this.#tail;
    if (!head || this.#passedBytes < this.size) return null;
    const { size } = this;
    if (head.length === size) {
      return { size, read: async (at, length) => head.subarray(at, at + length), close };
    }
    if (!tail) return null;
    const tailStart = size - tail.length;
    return {
      size,
      close,
      async read(position, length) {
        if (position >= tailStart) return tail.subarray(position - tailStart, position - tailStart + length);
        // Who reads the start is told what there is of it, as at the end of a file.
        if (position < head.length) return head.subarray(position, position + length);
        throw outside();
      },
    };
  }
}

const close = async () => {};
