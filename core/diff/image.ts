/** Two images: their formats and sizes, and where both can be decoded and have one size, which pixels differ. */
import type { ImageDetails, ImageFacts, PixelDifference } from '../contract/diff.ts';
import { readImageFacts } from '../image/header.ts';
import { decodeJpeg } from '../image/jpeg.ts';
import { decodePng, encodePng, type Pixels } from '../image/png.ts';

/** Declared sizes are held against this before anything is decoded. */
const mostPixels = 32 * 1024 * 1024;
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

function differenceOf(old: Pixels, now: Pixels): PixelDifference {
  const [before, after] = [wordsOf(old), wordsOf(now)];
  const cells = new Cells(old.width, old.height);
  let changed = 0;
  let largest = 0;
  for (let pixel = 0; pixel < before.length; pixel++) {
    if (before[pixel] === after[pixel]) continue;
    changed++;
    let most = 0;
    for (let channel = pixel * 4; channel < pixel * 4 + 4; channel++)
      most = Math.max(most, Math.abs((old.rgba[channel] as number) - (now.rgba[channel] as number)));
    if (most > largest) largest = most;
    cells.mark(pixel, most);
  }
  return { changed, total: before.length, largest, picture: changed === 0 ? null : cells.draw(old) };
}

/** A pixel as one number, which is equal or not. */
function wordsOf({ rgba }: Pixels): Uint32Array {
  const even = rgba.byteOffset % 4 === 0 ? rgba : rgba.slice();
  return new Uint32Array(even.buffer, even.byteOffset, even.length / 4);
}

/**
 * The old picture, pale, with changed pixels on it in a strong orange. Where many pixels become one, a single
 * changed one among them shows: a mean would hide it.
 */
class Cells {
  readonly #width: number;
  readonly #step: number;
  readonly #columns: number;
  readonly #rows: number;
  readonly #differences: Uint8Array;

  constructor(width: number, height: number) {
    this.#width = width;
    this.#step = Math.ceil(Math.max(width, height) / mostWidth);
    this.#columns = Math.ceil(width / this.#step);
    this.#rows = Math.ceil(height / this.#step);
    this.#differences = new Uint8Array(this.#columns * this.#rows);
  }

  mark(pixel: number, difference: number): void {
    const row = Math.floor(pixel / this.#width);
    const column = pixel - row * this.#width;
    const cell = Math.floor(row / this.#step) * this.#columns + Math.floor(column / this.#step);
    if (difference > (this.#differences[cell] as number)) this.#differences[cell] = difference;
  }

  /** As a PNG in base64. Of the old picture the first pixel of each cell is enough to know one's way about. */
  draw({ rgba }: Pixels): string {
    const rgb = new Uint8Array(this.#columns * this.#rows * 3);
    for (let row = 0, cell = 0; row < this.#rows; row++) {
      for (let column = 0; column < this.#columns; column++, cell++) {
        const grey = paleGrey(rgba, (row * this.#width + column) * this.#step * 4);
        const difference = this.#differences[cell] as number;
        // Even a difference of 1 has to be seen; larger ones are stronger.
        const strength = difference === 0 ? 0 : 0.7 + (0.3 * difference) / 255;
        rgb.set(
          orange.map((value) => Math.round(grey * (1 - strength) + value * strength)),
          cell * 3,
        );
      }
    }
    return encodePng(this.#columns, this.#rows, rgb).toString('base64');
  }
}

const orange = [200, 70, 0] as const;

/** The lightness of a pixel on white, between 170 and 245. */
function paleGrey(rgba: Uint8Array, at: number): number {
  const [red = 0, green = 0, blue = 0, alpha = 0] = rgba.subarray(at, at + 4);
  const light = 0.299 * red + 0.587 * green + 0.114 * blue;
  return 170 + ((light * alpha + 255 * (255 - alpha)) / (255 * 255)) * 75;
}
