/** Whether deflating pays: `--compression auto` deflates only what shrinks by a tenth. */
import type { DeflateEngine } from './engine.ts';
import type { ReadAt } from './parallel.ts';

export const worthwhileShare = 0.9;

const samples = 8;
const sampleBytes = 32 * 1024;

/** Whether it shrinks to that share, by samples spread over the whole; no more than the samples hold is judged whole. */
export async function paysToDeflate(
  size: number,
  read: ReadAt,
  engine: DeflateEngine,
  level: number,
  share = worthwhileShare,
): Promise<boolean> {
  if (size === 0) return false;
  return (await deflatedShare(size, read, engine, level)) <= share;
}

/** What is left of it, as a share of its size, by the same samples. */
export async function deflatedShare(
  size: number,
  read: ReadAt,
  engine: DeflateEngine,
  level: number,
): Promise<number> {
  const whole = size <= samples * sampleBytes;
  const count = whole ? 1 : samples;
  const length = whole ? size : sampleBytes;
  const positions = Array.from({ length: count }, (_, index) =>
    count === 1 ? 0 : Math.floor((index * (size - length)) / (count - 1)),
  );
  const sizes = await Promise.all(
    positions.map(async (position) => {
      const sample = Buffer.allocUnsafe(length);
      await read(sample, length, position);
      const options = { level, strategy: 'default', dictionary: undefined, last: true } as const;
      return (await engine.deflate(sample, options)).length;
    }),
  );
  return sizes.reduce((sum, bytes) => sum + bytes, 0) / (count * length);
}
