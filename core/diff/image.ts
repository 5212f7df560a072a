/** Two images: their formats and sizes, and where both can be decoded and have one size, which pixels differ. */
import type { ImageDetails, ImageFacts, PixelDifference } from '../contract/diff.ts';
import { readImageFacts } from '../image/header.ts';
import { decodeJpeg } from '../image/jpeg.ts';
import { decodePng, encodePng, type Pixels } from '../image/png.ts';

/** Declared sizes are held against this before anything is decoded. */
export const mostPixels = 32 * 1024 * 1024;
const mostWidth = 512;

/** Null where neither side is an image. Content decides, not the suffix. */
export function compareImages(before: Uint8Array, after: Uint8Array): ImageDetails | null {
  const facts = { before: readImageFacts(before), after: readImageFacts(after) };
  if (facts.before === null && facts.after === null) return null;
  return { ...facts, pixels: comparePixels(before, facts.before, after, facts.after) };
}

function comparePixels(
  before: Uint8Array,
  factsBefore: ImageFacts | null,
  after: Uint8Array,
  factsAfter: ImageFacts | null,
): PixelDifference | null {
  if (factsBefore === null || factsAfter === null) return null;
  if (factsBefore.width !== factsAfter.width || factsBefore.height !== factsAfter.height) return null;
  if (factsBefore.width * factsBefore.height > mostPixels) return null;
  const old = decode(before, factsBefore.format);
  const now = old && decode(after, factsAfter.format);
  // What lies below eight bits is not looked at, so that two such images may not be called alike.
  if (!old || !now || old.isDeep || now.isDeep) return null;
  return differenceOf(old, now);
}

function decode(bytes: Uint8Array, format: string): Pixels | null {
  if (format === 'PNG') return decodePng(bytes, mostPixels);
  return format === 'JPEG' ? decodeJpeg(bytes, mostPixels) : null;
}

function differenceOf({ width, height, rgba: old }: Pixels, { rgba: now }: Pixels): PixelDifference {
  const picture = new DifferencePicture(width, height);
  const total = width * height;
  let changed = 0;
  let largest = 0;
  for (let pixel = 0; pixel < total; pixel++) {
    const at = pixel * 4;
    let most = 0;
    for (let channel = at; channel < at + 4; channel++) {
      const difference = Math.abs((old[channel] as number) - (now[channel] as number));
      if (difference > most) most = difference;
    }
    if (most > 0) changed++;
    if (most > largest) largest = most;
    picture.add(pixel, old, most);
  }
  return { changed, total, largest, picture: changed === 0 ? null : picture.toBase64() };
}

/**
 * The old picture, pale, with changed pixels on it in a strong orange. Where many pixels become one, a single
 * changed one among them shows: a mean would hide it.
 */
class DifferencePicture {
  readonly #width: number;
  readonly #step: number;
  readonly #columns: number;
  readonly #rows: number;
  readonly #light: Float64Array;
  readonly #counts: Uint32Array;
  readonly #differences: Uint8Array;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#step = Math.max(1, Math.ceil(Math.max(width, height) / mostWidth));
    this.#columns = Math.ceil(width / this.#step);
    this.#rows = Math.ceil(height / this.#step);
    this.#light = new Float64Array(this.#columns * this.#rows);
    this.#counts = new Uint32Array(this.#columns * this.#rows);
    this.#differences = new Uint8Array(this.#columns * this.#rows);
  }

  add(pixel: number, rgba: Uint8Array, difference: number): void {
    const row = Math.floor(pixel / this.#width);
    const column = pixel - row * this.#width;
    const cell = Math.floor(row / this.#step) * this.#columns + Math.floor(column / this.#step);
    const at = pixel * 4;
    const light =
      0.299 * (rgba[at] as number) + 0.587 * (rgba[at + 1] as number) + 0.114 * (rgba[at + 2] as number);
    const opaque = (rgba[at + 3] as number) / 255;
    this.#light[cell] = (this.#light[cell] as number) + light * opaque + 255 * (1 - opaque);
    this.#counts[cell] = (this.#counts[cell] as number) + 1;
    if (difference > (this.#differences[cell] as number)) this.#differences[cell] = difference;
  }

  toBase64(): string {
    const rgb = new Uint8Array(this.#columns * this.#rows * 3);
    for (let cell = 0; cell < this.#counts.length; cell++) {
      const difference = this.#differences[cell] as number;
      const grey = 170 + ((this.#light[cell] as number) / (this.#counts[cell] as number) / 255) * 75;
      // Even a difference of 1 has to be seen; larger ones are darker.
      const strength = difference === 0 ? 0 : 0.7 + (0.3 * difference) / 255;
      rgb.set(
        [200, 70, 0].map((value) => Math.round(grey * (1 - strength) + value * strength)),
        cell * 3,
      );
    }
    return encodePng(this.#columns, this.#rows, rgb).toString('base64');
  }
}
