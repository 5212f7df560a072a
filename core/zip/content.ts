/** The content of one entry, in chunks, proven on its way: to read is to verify. */
import { constants, crc32, inflateRaw, inflateRawSync } from 'node:zlib';
import { findingOf, type Rule } from '../audit/rule.ts';
import { zipRules as rules } from '../audit/rules/zip.ts';
import { Problem, throwIfCancelled } from '../contract/errors.ts';
import { formatCrc32, showName } from '../contract/format.ts';
import { inflateRange, isInflateError, type Range } from './inflate.ts';
import { count } from './numbers.ts';
import { methodDeflated, methodStored } from './records.ts';
import type { ZipSource } from './source.ts';

/** What is to be read, and what must come out. */
export interface ContentPlace extends Range {
  readonly name: string;
  readonly method: number;
  readonly size: number;
  readonly crc32: number;
}

/** Three times as fast as a stream of small chunks; larger steps gain nothing. */
const storedStepBytes = 1024 * 1024;
/** Up to this size an entry is inflated at once, which spares the cost of a stream. */
const smallBytes = 256 * 1024;
/** Below this, the way to the thread pool and back takes longer than the work. */
const tinyBytes = 16 * 1024;

export async function* readContent(
  source: ZipSource,
  place: ContentPlace,
  signal?: AbortSignal,
): AsyncGenerator<Buffer, void, undefined> {
  throwIfCancelled(signal);
  const check = new ContentCheck(place);
  try {
    for await (const chunk of chunksOf(source, place, check, signal)) {
      check.take(chunk);
      yield chunk;
    }
    check.end();
  } catch (error) {
    // A file that changed underfoot looks like a broken one.
    if (!signal?.aborted) await source.assertUnchanged({ now: true });
    throw error;
  }
  await source.assertUnchanged();
}

function chunksOf(
  source: ZipSource,
  place: ContentPlace,
  check: ContentCheck,
  signal: AbortSignal | undefined,
): AsyncIterable<Buffer> {
  if (place.method === methodStored) return stored(source, place, signal);
  if (place.method !== methodDeflated) throw check.refusal(rules.method, `uses method ${place.method}`);
  const isSmall = place.size <= smallBytes && place.end - place.start <= smallBytes;
  return isSmall ? inflatedAtOnce(source, place, check) : inflated(source, place, check, signal);
}

/** The next step is read while the one before is summed, hashed or written. */
async function* stored(source: ZipSource, { start, end }: Range, signal: AbortSignal | undefined) {
  const length = Math.min(storedStepBytes, end - start);
  const buffers = [
    Buffer.allocUnsafe(length),
    Buffer.allocUnsafe(end - start > length ? length : 0),
  ] as const;
  const readStep = async (at: number, turn: number) => {
    const step = buffers[turn % 2 === 0 ? 0 : 1].subarray(0, Math.min(length, end - at));
    await source.read(step, step.length, at);
    return step;
  };
  let coming = start < end ? readStep(start, 0) : null;
  try {
    for (let at = start, turn = 1; coming !== null; at += length, turn++) {
      throwIfCancelled(signal);
      const step = await coming;
      coming = at + length < end ? readStep(at + length, turn) : null;
      coming?.catch(() => {}); // Met at the next turn.
      yield step;
    }
  } finally {
    // Whoever stops early may close the file: nothing is read from it any more by then.
    await coming?.catch(() => {});
  }
}

async function* inflatedAtOnce(source: ZipSource, place: ContentPlace, check: ContentCheck) {
  const bytes = Buffer.allocUnsafe(place.end - place.start);
  await source.read(bytes, bytes.length, place.start);
  const { buffer, engine } = await inflateWhole(bytes, place.size, check);
  check.takenBytes = engine.bytesWritten;
  if (buffer.length > 0) yield buffer;
}

interface Inflated {
  readonly buffer: Buffer;
  readonly engine: { readonly bytesWritten: number };
}

async function inflateWhole(bytes: Buffer, size: number, check: ContentCheck): Promise<Inflated> {
  const options = {
    info: true,
    maxOutputLength: size + 1,
    chunkSize: Math.max(constants.Z_MIN_CHUNK, size + 1),
  };
  const problemOf = (error: Error) =>
    'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE' ? check.tooLong() : check.broken(error);
  if (Math.max(size, bytes.length) <= tinyBytes) {
    try {
      return inflateRawSync(bytes, options) as unknown as Inflated;
    } catch (error) {
      throw problemOf(error as Error);
    }
  }
  return new Promise((resolve, reject) => {
    inflateRaw(bytes, options, (error, result) => {
      if (error === null) resolve(result as unknown as Inflated);
      else reject(problemOf(error));
    });
  });
}

async function* inflated(
  source: ZipSource,
  place: ContentPlace,
  check: ContentCheck,
  signal: AbortSignal | undefined,
) {
  const stream = inflateRange(source, place, signal);
  try {
    yield* stream as AsyncIterable<Buffer>;
  } catch (error) {
    throw isInflateError(error) ? check.broken(error) : error;
  } finally {
    stream.destroy();
  }
  check.takenBytes = stream.bytesWritten;
}

/** The content of an entry is not what its checksum tells. */
export function crcProblem(name: string, expected: number, found: number): Problem {
  const sums = `${formatCrc32(expected)} and its content has ${formatCrc32(found)}`;
  return Problem.refusing(findingOf(rules.crc, name, `${showName(name)} should have the CRC-32 ${sums}`));
}

class ContentCheck {
  readonly #place: ContentPlace;
  #size = 0;
  #crc = 0;
  /** Compressed bytes that inflating took, where that is known. */
  takenBytes: number | null = null;

  constructor(place: ContentPlace) {
    this.#place = place;
  }

  take(chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.#place.size) throw this.tooLong();
    this.#crc = crc32(chunk, this.#crc);
  }

  end(): void {
    const { size, crc32: expected, start, end } = this.#place;
    if (this.#size !== size) {
      throw this.refusal(rules.size, `declares ${count(size)} bytes and has ${count(this.#size)}`);
    }
    if (this.takenBytes !== null && this.takenBytes < end - start) {
      const left = `${count(end - start - this.takenBytes)} of ${count(end - start)} bytes`;
      throw this.refusal(rules.trailingCompressed, `has ${left} left behind its compressed content`);
    }
    if (this.#crc !== expected) throw crcProblem(this.#place.name, expected, this.#crc);
  }

  tooLong(): Problem {
    return this.refusal(rules.size, `declares ${count(this.#place.size)} bytes and has more`);
  }

  broken(error: Error): Problem {
    return this.refusal(rules.deflate, `has a broken deflate stream: ${error.message}`);
  }

  refusal(rule: Rule, what: string): Problem {
    return Problem.refusing(findingOf(rule, this.#place.name, `${showName(this.#place.name)} ${what}`));
  }
}
