/**
 * PNG to pixels and back. Our own, on Node's zlib: fast-png and pngjs inflate until the data ends, so that a small file
 * decides how much memory is taken; here the header says how many bytes there must be, and not one more is inflated.
 */
import { constants, crc32, deflateSync, inflateSync } from 'node:zlib';

/** Eight bits each of red, green, blue and alpha, row by row. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
  /** The format keeps more than eight bits of each; `rgba` has the upper ones. */
  readonly isDeep: boolean;
}

interface Header {
  readonly width: number;
  readonly height: number;
  readonly depth: number;
  readonly colour: number;
  readonly interlaced: boolean;
  readonly channels: number;
}

const channelsOf: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [2, 3],
  [3, 1],
  [4, 2],
  [6, 4],
]);
/** Where each of Adam7's passes begins, and its steps; without interlacing there is one pass of all pixels. */
const interlacedPasses = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;
const onePass = [[0, 0, 1, 1]] as const;

/** Null where the file is damaged, uses what the standard doesn't know, or has more pixels than are allowed. */
export function decodePng(bytes: Uint8Array, mostPixels: number): Pixels | null {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks = readChunks(view);
  const header = chunks && readHeader(view, mostPixels);
  if (!header) return null;
  const { width, height } = header;
  const passes = (header.interlaced ? interlacedPasses : onePass)
    .map(([x, y, dx, dy]) => ({
      x,
      y,
      dx,
      dy,
      columns: Math.ceil((width - x) / dx),
      rows: Math.ceil((height - y) / dy),
    }))
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
  const rowBytes = (columns: number) => Math.ceil((columns * header.channels * header.depth) / 8);
  const expected = passes.reduce((sum, { columns, rows }) => sum + rows * (1 + rowBytes(columns)), 0);
  const data = inflated(chunks.data, expected);
  if (data === null) return null;

  const rgba = new Uint8Array(width * height * 4);
  const write = pixelWriter(header, chunks, rgba);
  if (write === null) return null;
  const isPlain =
    header.depth === 8 && (header.colour === 6 || (header.colour === 2 && !chunks.transparency));
  let at = 0;
  for (const { x, y, dx, dy, columns, rows } of passes) {
    const length = rowBytes(columns);
    let above: Uint8Array = new Uint8Array(length);
    for (let row = 0; row < rows; row++) {
      const line = data.subarray(at + 1, at + 1 + length);
      if (!unfilter(data[at] as number, line, above, Math.max(1, (header.channels * header.depth) >> 3)))
        return null;
      const to = ((y + row * dy) * width + x) * 4;
      if (isPlain) copyColours(line, header.channels, rgba, to, dx * 4);
      else for (let column = 0; column < columns; column++) write(line, column, to + column * dx * 4);
      above = line;
      at += 1 + length;
    }
  }
  return { width, height, rgba, isDeep: header.depth === 16 };
}

interface Chunks {
  readonly palette: Buffer | null;
  readonly transparency: Buffer | null;
  readonly data: readonly Buffer[];
}

function readChunks(bytes: Buffer): Chunks | null {
  let palette: Buffer | null = null;
  let transparency: Buffer | null = null;
  const data: Buffer[] = [];
  let at = 8;
  while (at + 12 <= bytes.length) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    const body = bytes.subarray(at + 8, at + 8 + length);
    if (type === 'IEND') return { palette, transparency, data };
    if (body.length < length) return null;
    if (type === 'PLTE') palette = body;
    else if (type === 'tRNS') transparency = body;
    else if (type === 'IDAT') data.push(body);
    at += 12 + length;
  }
  return null;
}

function readHeader(bytes: Buffer, mostPixels: number): Header | null {
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const [depth = 0, colour = 0, compression, filter, interlace] = bytes.subarray(24, 29);
  const channels = channelsOf.get(colour);
  const depths = colour === 0 ? [1, 2, 4, 8, 16] : colour === 3 ? [1, 2, 4, 8] : [8, 16];
  if (channels === undefined || !depths.includes(depth) || compression !== 0 || filter !== 0) return null;
  if (interlace !== 0 && interlace !== 1) return null;
  if (width === 0 || height === 0 || width * height > mostPixels) return null;
  return { width, height, depth, colour, interlaced: interlace === 1, channels };
}

function inflated(data: readonly Buffer[], expected: number): Buffer | null {
  try {
    const bytes = inflateSync(Buffer.concat(data), { maxOutputLength: expected });
    return bytes.length === expected ? bytes : null;
  } catch {
    return null;
  }
}

/** In place. False where there is no such filter. */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array, step: number): boolean {
  if (filter > 4) return false;
  if (filter === 1) {
    for (let at = step; at < line.length; at++) line[at] = (line[at] as number) + (line[at - step] as number);
  } else if (filter === 2) {
    for (let at = 0; at < line.length; at++) line[at] = (line[at] as number) + (above[at] as number);
  } else if (filter >= 3) {
    for (let at = 0; at < line.length; at++) {
      const left = at < step ? 0 : (line[at - step] as number);
      const up = above[at] as number;
      const guess =
        filter === 3 ? (left + up) >> 1 : paeth(left, up, at < step ? 0 : (above[at - step] as number));
      line[at] = (line[at] as number) + guess;
    }
  }
  return true;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const toLeft = Math.abs(estimate - left);
  const toUp = Math.abs(estimate - up);
  const toCorner = Math.abs(estimate - corner);
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}

/** Eight bits of red, green, blue and perhaps alpha: nearly every file, so the short way for them. */
function copyColours(
  line: Uint8Array,
  channels: number,
  rgba: Uint8Array,
  start: number,
  step: number,
): void {
  for (let from = 0, to = start; from < line.length; from += channels, to += step) {
    rgba[to] = line[from] as number;
    rgba[to + 1] = line[from + 1] as number;
    rgba[to + 2] = line[from + 2] as number;
    rgba[to + 3] = channels === 4 ? (line[from + 3] as number) : 255;
  }
}

type PixelWriter = (line: Uint8Array, column: number, to: number) => void;

function pixelWriter(
  header: Header,
  { palette, transparency }: Chunks,
  rgba: Uint8Array,
): PixelWriter | null {
  const { depth, colour, channels } = header;
  if (colour === 3) {
    if (palette === null) return null;
    return (line, column, to) => {
      const index = bitsAt(line, column, depth);
      for (let channel = 0; channel < 3; channel++) rgba[to + channel] = palette[index * 3 + channel] ?? 0;
      rgba[to + 3] = transparency?.[index] ?? 255;
    };
  }
  const bytes = depth === 16 ? 2 : 1;
  const scale = depth < 8 ? 255 / (2 ** depth - 1) : 1;
  const isGrey = colour === 0 || colour === 4;
  const hasAlpha = colour === 4 || colour === 6;
  const clear = hasAlpha ? null : transparency;
  return (line, column, to) => {
    const sample = (channel: number) =>
      depth < 8 ? bitsAt(line, column, depth) : (line[(column * channels + channel) * bytes] as number);
    for (let channel = 0; channel < 3; channel++)
      rgba[to + channel] = Math.round(sample(isGrey ? 0 : channel) * scale);
    rgba[to + 3] = hasAlpha ? sample(channels - 1) : isClear(line, column, header, clear) ? 0 : 255;
  };
}

/** A colour that the file declares to be transparent is given in as many bits as the samples have. */
function isClear(
  line: Uint8Array,
  column: number,
  { depth, channels }: Header,
  clear: Buffer | null,
): boolean {
  if (clear === null || clear.length < channels * 2) return false;
  for (let channel = 0; channel < channels; channel++) {
    const at = (column * channels + channel) * (depth === 16 ? 2 : 1);
    const value =
      depth < 8
        ? bitsAt(line, column, depth)
        : depth === 8
          ? (line[at] as number)
          : ((line[at] as number) << 8) | (line[at + 1] as number);
    if (value !== clear.readUInt16BE(channel * 2)) return false;
  }
  return true;
}

function bitsAt(line: Uint8Array, column: number, depth: number): number {
  const bit = column * depth;
  return ((line[bit >> 3] as number) >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
}

/** Opaque colours, three bytes a pixel; unfiltered, since what we draw is pale and small. */
export function encodePng(width: number, height: number, rgb: Uint8Array): Buffer {
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let row = 0; row < height; row++)
    rows.set(rgb.subarray(row * width * 3, (row + 1) * width * 3), row * (1 + width * 3) + 1);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows, { level: constants.Z_BEST_COMPRESSION })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, body: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(body.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}
